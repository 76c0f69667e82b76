// Keeps forms from knowing how conditions between fields are checked: component property `check` (FEEL, must be true) and
// `minRows` of a list. form-js has neither; this module adds them to its own validation, in the browser and on the server alike.
import { buildExpressionContext } from '@bpmn-io/form-js-viewer';

const empty = value => value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length);

class FormChecks {
  constructor(form, validator, formFieldRegistry, expressionLanguage, conditionChecker, translate) {
    this._form = form;
    this._fields = formFieldRegistry;
    this._feel = expressionLanguage;
    this._conditions = conditionChecker;
    this._translate = translate;

    const validateFieldInstance = validator.validateFieldInstance.bind(validator);
    validator.validateFieldInstance = (instance, value) => {
      const errors = validateFieldInstance(instance, value);
      return errors.length ? errors : this.fieldErrors(instance, value);
    };
    const validate = form.validate.bind(form);
    form.validate = () => {
      const errors = { ...validate(), ...this.listErrors() };
      form._setState({ errors });
      return errors;
    };
  }

  // An empty value is the business of `required`. The field's own value is also called `value`.
  fieldErrors(instance, value) {
    const field = this._fields.get(instance.id);
    const { check, checkMessage } = (field && field.properties) || {};
    if (!check || empty(value)) return [];
    const context = { ...buildExpressionContext(instance.expressionContextInfo), [field.key]: value, value };
    const held = this._feel.evaluate(check.startsWith('=') ? check : `=${check}`, context);
    return held === true ? [] : [checkMessage || this._translate('Value does not fit.')];
  }

  listErrors() {
    const errors = {};
    const { schema, data } = this._form._getState();
    const walk = components => (components || []).forEach(component => {
      const { conditional, properties, type, id, path } = component;
      if (conditional && conditional.hide && this._conditions.check(conditional.hide, data) === true) return;
      if (type === 'dynamiclist') {
        const least = Number((properties || {}).minRows || 0);
        if ((data[path] || []).length < least) {
          errors[id] = [this._translate('List must have at least {value} rows.', { value: String(least) })];
        }
      } else {
        walk(component.components); // lists within lists carry no minRows
      }
    });
    walk(schema.components);
    return errors;
  }
}
FormChecks.$inject = ['form', 'validator', 'formFieldRegistry', 'expressionLanguage', 'conditionChecker', 'translate'];

export const checks = { __init__: ['formChecks'], formChecks: ['type', FormChecks] };
