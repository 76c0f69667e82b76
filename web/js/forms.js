// Keeps pages from knowing how a Camunda form is drawn: form-js in the reader's language, its dates, what the server refused, what is sent.
import { DynamicList, Errors, Form } from '@bpmn-io/form-js-viewer';
import flatpickr from 'flatpickr';
import { Kazakh } from 'flatpickr/dist/l10n/kz.js';
import { Russian } from 'flatpickr/dist/l10n/ru.js';
import { Fragment, h, options } from 'preact';
import { checks } from './form-checks.js';
import { wholeDates } from './form-dates.js';
import { files } from './form-files.js';
import { localised } from './form-localised.js';
import { flat, verdict } from './form-missing.js';
import { rowOf } from './form-rows.js';
import { nameParts } from './form-names.js';
import { say, translations } from './form-translations.js';

// flatpickr spells Kazakh with Latin i and c, which screen readers and searching stumble over.
const cyrillic = names => names.map(name => name.replace(/i/g, 'і').replace(/c/g, 'с'));
const kazakh = {
  ...Kazakh,
  weekdays: { shorthand: cyrillic(Kazakh.weekdays.shorthand), longhand: cyrillic(Kazakh.weekdays.longhand) },
  months: { shorthand: cyrillic(Kazakh.months.shorthand), longhand: cyrillic(Kazakh.months.longhand) },
  monthAriaLabel: 'Ай',
};
const russian = { ...Russian, yearAriaLabel: 'Год', monthAriaLabel: 'Месяц' };
const calendars = { kk: kazakh, ru: russian, en: { ...flatpickr.l10ns.default, firstDayOfWeek: 1 } };
const dayHints = { kk: 'кк.аа.жжжж', ru: 'дд.мм.гггг', en: 'dd.mm.yyyy' };
const hourHints = { kk: 'сс:мм', ru: 'чч:мм', en: 'hh:mm' };

// The calendar takes 31.02.2026 for the third of March: a day that there is not is no answer, not another day.
const numbers = text => (text.match(/\d+/g) || []).map(Number).join('.');
function existing(text, format) {
  const found = flatpickr.parseDate(text, format);
  return found && numbers(flatpickr.formatDate(found, format)) === numbers(text) ? found : undefined;
}

// form-js writes dates as the browser's own language does; here they are 31.12.2026 for everyone.
flatpickr.setDefaults({ plugins: [calendar => { Object.assign(calendar.config, { dateFormat: 'd.m.Y', parseDate: existing }); return {}; }] });

// form-js leaves a few strings in English whatever it is told, and asks for dates as the browser writes them.
function speak(container, lang) {
  const put = (node, name, text) => { if (node && node[name] !== text) node[name] = text; };
  const all = (selector, work) => container.querySelectorAll(selector).forEach(work);
  const now = () => {
    all('.fjs-datepicker input.fjs-input', input => put(input, 'placeholder', dayHints[lang]));
    all('.fjs-timepicker input.fjs-input', input => put(input, 'placeholder', hourHints[lang]));
    all('input[placeholder="Search"]', input => put(input, 'placeholder', say(lang, 'Search')));
    all('.fjs-select-placeholder', label => { if (label.textContent === 'Select') put(label.firstChild, 'data', say(lang, 'Select')); });
    all('.fjs-dropdownlist-empty', label => { if (label.textContent === 'No results') put(label.firstChild, 'data', say(lang, 'No results')); });
    all('[aria-label^="Remove list item "]', button => {
      button.setAttribute('aria-label', say(lang, 'Remove list item {index}', { index: button.getAttribute('aria-label').slice(17) }));
    });
  };
  const observer = new MutationObserver(() => { now(); nameParts(container); });
  observer.observe(container, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['class'] });
  now();
  nameParts(container);
  return observer;
}

// form-js takes a date and its hour over only after the next painting: a form sent before that would leave them out.
options.requestAnimationFrame = queueMicrotask;

// A list shows its own errors; form-js shows those of fields only.
function ListWithErrors(props) {
  return h(Fragment, null, h(DynamicList, props), h(Errors, { errors: props.errors || [], id: `${props.domId}-error-message` }));
}
ListWithErrors.config = DynamicList.config;

class ListErrors {
  constructor(formFields) { formFields.register('dynamiclist', ListWithErrors); }
}
ListErrors.$inject = ['formFields'];

// What the server refused stays beside its field until the field changes or the form is sent again.
class ServerErrors {
  constructor(form, eventBus, validator, formFieldInstanceRegistry, formFieldRegistry) {
    this._form = form;
    this._instances = formFieldInstanceRegistry;
    this._fields = formFieldRegistry;
    this._refused = new Map();
    const validate = validator.validateFieldInstance.bind(validator);
    validator.validateFieldInstance = (instance, value) => {
      const errors = validate(instance, value);
      const refused = this._refused.get(instance.valuePath.join('.'));
      return errors.length || !refused || refused.value !== JSON.stringify(value ?? null) ? errors : refused.errors;
    };
    eventBus.on('presubmit', () => this._refused.clear()); // not form.on: the form has no injector yet
  }

  /** Shows `errors` ({path: [sentence]}); returns those that belong to no field of the form. */
  show(errors) {
    const shown = {};
    const rest = {};
    const instances = this._instances.getAllKeyed();
    const lists = this._fields.getAll().filter(field => field.type === 'dynamiclist');
    for (const [path, sentences] of Object.entries(errors || {})) {
      const instance = instances.find(one => one.valuePath.join('.') === path);
      const list = lists.find(one => one.path === path);
      if (instance) {
        const value = instance.valuePath.reduce((inner, step) => inner?.[step], this._form._getState().data);
        this._refused.set(path, { value: JSON.stringify(value ?? null), errors: sentences });
        let place = shown;
        const steps = [instance.id, ...Object.values(instance.indexes || {})];
        steps.slice(0, -1).forEach(step => { place = place[step] ??= {}; });
        place[steps.at(-1)] = sentences;
      } else if (list) {
        shown[list.id] = sentences;
      } else {
        rest[path] = sentences;
      }
    }
    this._form._setState({ errors: shown });
    return rest;
  }
}
ServerErrors.$inject = ['form', 'eventBus', 'validator', 'formFieldInstanceRegistry', 'formFieldRegistry'];

const additions = {
  __init__: ['listErrors', 'serverErrors'],
  listErrors: ['type', ListErrors],
  serverErrors: ['type', ServerErrors],
};

// The words beside a field, without the star of a required one.
const named = input => input?.closest('.fjs-form-field')?.querySelector('label, legend, .fjs-form-field-label')
  ?.firstChild?.textContent.replace(/\s*\*\s*$/, '').trim() ?? '';

const lead = input => {
  const field = input?.closest('.fjs-form-field');
  (field ?? input)?.scrollIntoView({ block: 'center' });
  (input?.matches('input, textarea, select, [tabindex]') ? input : field?.querySelector('input, textarea, select, button, [tabindex]'))?.focus();
};

const drawn = () => new Promise(resolve => { setTimeout(resolve, 0); });

/**
 * Draws a form into `container`.
 * schema: as stored (its texts in all languages); data: what the server prepared; lang: kk, ru or en;
 * options.readOnly; options.serverErrors: {path: [sentence]}; options.changed(data): after each change of a value; options.filesAt: where its files lie (form-files.js).
 * Resolves to {form, data(), validate() -> errors, submit(input) -> data or null, setErrors(errors) -> unplaced errors, missing() -> what would be refused now, unsaid, wrong() -> what is refused, focus(path), destroy()}.
 */
export async function mount(container, schema, data, lang, { readOnly = false, serverErrors = {}, changed, filesAt = null } = {}) {
  flatpickr.localize(calendars[lang] || kazakh);
  container.replaceChildren();
  // No debounce: a field drawn anew because another one changed would lose what was typed in it and not yet taken over.
  const form = new Form({ container, debounce: false, additionalModules: [translations(lang), checks, additions, files(filesAt), wholeDates(container)] });
  await form.importSchema(localised(schema, lang), data || {});
  if (readOnly) form.setProperty('readOnly', true);
  await drawn();
  const spoken = speak(container, lang);
  const setErrors = errors => form.get('serverErrors').show(errors);
  if (Object.keys(serverErrors).length) setErrors(serverErrors);
  if (changed) form.on('field.updated', () => changed(form._getSubmitData()));

  const place = (id, indexes) => {
    const whole = ['fjs-form', form._id, id].join('-') + indexes.map(i => `_${i}`).join('');
    return container.querySelector(`[id="${whole}"]`) || container.querySelector(`[id^="${whole}-"]`) || container.querySelector(`[aria-labelledby="${whole}"]`);
  };
  const element = path => {
    const instance = form.get('formFieldInstanceRegistry').getAllKeyed().find(one => one.valuePath.join('.') === path);
    const list = form.get('formFieldRegistry').getAll().find(field => field.type === 'dynamiclist' && field.path === path);
    if (!instance && !list) return null;
    return place((instance || list).id, Object.values(instance?.indexes || {}));
  };
  const told = errors => flat(errors).map(({ id, indexes, sentences }) => {
    const row = rowOf(form, place, id, indexes, lang);
    const label = named(place(id, indexes));
    return { label: label && row ? `${label} (${row})` : label || row, sentence: sentences[0], go: () => lead(place(id, indexes)) };
  });
  const focusFirstError = () => {
    const wrong = container.querySelector('.fjs-has-errors input, .fjs-has-errors textarea, .fjs-has-errors [tabindex], .fjs-form-field-error');
    if (!wrong) return;
    wrong.scrollIntoView({ block: 'center' });
    wrong.focus?.();
  };

  return {
    form,
    setErrors,
    data: () => form._getSubmitData(),
    validate: () => form.validate(),
    missing: () => told(verdict(form)),
    wrong: () => told(form._getState().errors),
    submit(input) {
      const { data: answers, errors } = form.submit();
      if (Object.keys(errors).length) {
        drawn().then(focusFirstError);
        return null;
      }
      if (input) input.value = JSON.stringify(answers);
      return answers;
    },
    focus(path) {
      const found = element(path);
      found?.scrollIntoView({ block: 'center' });
      (found?.matches('input, textarea, [tabindex]') ? found : found?.querySelector('input, textarea, [tabindex]') || found)?.focus?.();
      return Boolean(found);
    },
    destroy() {
      spoken.disconnect();
      form.destroy();
    },
  };
}
