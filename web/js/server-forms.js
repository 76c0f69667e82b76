// Keeps the server from knowing how form-js is driven without a browser: one call checks one submission and leaves nothing behind.
import { clear, pin, settle } from './dom-shim.js';
import { Form, getSchemaVariables } from '@bpmn-io/form-js-viewer';
import { options as preact } from 'preact';
import { checks } from './form-checks.js';
import { say } from './form-translations.js';

let render = () => {};
preact.debounceRendering = work => { render = work; setTimeout(work, 0); };

// Preact schedules nothing while it believes that rendering is under way, as it does after a call that was cut short:
// every field would then count as absent and every answer as good. So each call starts by letting it finish, and ends with a look.
function recover() {
  clear();
  try { render(); } catch { /* what is left of a form that failed */ }
}

const MARK = '\u0001';
const keys = { translate: ['value', (template, params) => MARK + JSON.stringify([template, params || {}])] };

// form-js gives a message; ours carry their key, a form's own (patternErrorMessage, check) are texts already.
function message(text, lang) {
  if (!text.startsWith(MARK)) return { code: '', params: {}, text };
  const [code, params] = JSON.parse(text.slice(MARK.length));
  return { code, params, text: say(lang, code, params) };
}

function problems(form, errors, lang) {
  const found = [];
  const instances = form.get('formFieldInstanceRegistry').getAll();
  const walk = (id, node, indexes) => {
    if (!node) return;
    if (Array.isArray(node) && (!node.length || typeof node[0] === 'string')) {
      const field = form.get('formFieldRegistry').get(id);
      const instance = instances.find(one => one.id === id && Object.values(one.indexes || {}).join() === indexes.join());
      const path = instance && field.key ? instance.valuePath.join('.') : (field.path || field.key || id);
      found.push({ id, indexes, path, messages: node.map(text => message(text, lang)) });
    } else {
      Object.entries(node).forEach(([index, inner]) => walk(id, inner, [...indexes, Number(index)]));
    }
  };
  Object.entries(errors).forEach(([id, node]) => walk(id, node, []));
  return found;
}

/** (schema, data, {lang, now}) as JSON texts -> {errors: [{id, indexes, path, messages: [{code, params, text}]}], data} as JSON text. */
globalThis.validate = (schemaText, dataText, optionsText) => {
  const { lang = 'kk', now } = JSON.parse(optionsText || '{}');
  recover();
  pin(now);
  const container = document.createElement('div');
  document.body.appendChild(container);
  const form = new Form({ container, additionalModules: [keys, checks] });
  try {
    let failure = null;
    form.on('import.done', event => { failure = event.error; });
    form.importSchema(JSON.parse(schemaText), JSON.parse(dataText)).catch(() => {}); // runs at once; told by the event
    if (failure) throw failure;
    settle();
    if (!container.querySelector('.fjs-form')) throw new Error('the form was not drawn');
    const { errors, data } = form.submit();
    return JSON.stringify({ errors: problems(form, errors, lang), data });
  } finally {
    form.destroy();
    clear();
  }
};

/** (schema) -> names of the variables a form shows or reads: keys, option lists, expressions, templates, checks; as JSON texts. */
globalThis.variables = schemaText => {
  const schema = JSON.parse(schemaText);
  const form = new Form({});
  try {
    const names = new Set(getSchemaVariables(schema));
    const walk = node => (node.components || []).forEach(component => {
      const { check } = component.properties || {};
      if (check) form.get('expressionLanguage').getVariableNames(`=${check}`).forEach(name => names.add(name));
      walk(component);
    });
    walk(schema);
    return JSON.stringify([...names]);
  } finally {
    form.destroy();
  }
};
