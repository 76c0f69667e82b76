// Keeps forms from knowing how conditions between fields are checked: component property `check` (FEEL, must be true) and
// `minRows` of a list (which may have a `check` too). form-js has neither; this module adds them to its own validation, in the browser and on the server alike.
import { buildExpressionContext } from '@bpmn-io/form-js-viewer';
import { EMPTY, unchosen } from './form-translations.js';

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
      return errors.length ? errors.map(error => this.worded(instance, error)) : this.fieldErrors(instance, value);
    };
    const validate = form.validate.bind(form);
    form.validate = () => {
      const wrong = validate();
      const errors = { ...wrong, ...this.listErrors(Object.keys(wrong).length === 0) };
      form._setState({ errors });
      return errors;
    };
  }

  worded(instance, error) {
    const field = this._fields.get(instance.id);
    const choice = field && unchosen[field.type];
    return choice && error === this._translate(EMPTY) ? this._translate(choice) : error;
  }

  // An empty value is the business of `required`. The field's own value is also called `value`.
  fieldErrors(instance, value) {
    const field = this._fields.get(instance.id);
    const { check, checkMessage } = (field && field.properties) || {};
    if (!check || empty(value)) return [];
    const context = { ...buildExpressionContext(instance.expressionContextInfo), [field.key]: value, value };
    return this.held(check, context) === true ? [] : [checkMessage || this._translate('Value does not fit.')];
  }

  held(check, context) {
    return this._feel.evaluate(check.startsWith('=') ? check : `=${check}`, context);
  }

  // What a list says as a whole is asked once its rows are good; too few rows is said at once.
  listErrors(rowsAreGood) {
    const errors = {};
    const { schema, data } = this._form._getState();
    const walk = components => (components || []).forEach(component => {
      const { conditional, properties, type, id, path } = component;
      if (conditional && conditional.hide && this._conditions.check(conditional.hide, data) === true) return;
      if (type === 'dynamiclist') {
        const { minRows = 0, check, checkMessage } = properties || {};
        if ((data[path] || []).length < Number(minRows)) {
          errors[id] = [this._translate('List must have at least {value} rows.', { value: String(minRows) })];
        } else if (check && rowsAreGood && this.held(check, { ...data, value: data[path] }) !== true) {
          errors[id] = [checkMessage || this._translate('Value does not fit.')];
        }
      } else {
        walk(component.components); // a list within a list has neither
      }
    });
    walk(schema.components);
    return errors;
  }
}
FormChecks.$inject = ['form', 'validator', 'formFieldRegistry', 'expressionLanguage', 'conditionChecker', 'translate'];

export const checks = { __init__: ['formChecks'], formChecks: ['type', FormChecks] };
