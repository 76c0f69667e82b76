// Keeps the server from knowing how form-js is driven without a browser: one call checks one submission and leaves nothing behind.
import { clear, pin, settle } from './dom-shim.js';
import {
  Checkbox, Checklist, Datetime, Default, DynamicList, ExpressionFieldModule, ExpressionLanguageModule, FeelersTemplating,
  FeelExpressionLanguage, FilePicker, Form, getSchemaVariables, Group, MarkdownRendererModule, Numberfield, Radio, RepeatRenderModule,
  Select, Taglist, Textarea, Textfield,
} from '@bpmn-io/form-js-viewer';
import { Fragment, options as preact } from 'preact';
import { checks } from './form-checks.js';
import { localised } from './form-localised.js';
import { say } from './form-translations.js';

let render = () => {};
preact.debounceRendering = work => { render = work; setTimeout(work, 0); };

// Nobody looks at what is drawn here, and drawing takes longer than all that the fields do: elements and texts are left out, except the
// form, by which a finished drawing is known.
const nodes = children => (Array.isArray(children) ? children.map(nodes) : typeof children === 'object' ? children : null);

const { vnode: made } = preact;
preact.vnode = vnode => {
  if (vnode.type === Fragment || (typeof vnode.type === 'string' && vnode.type !== 'form')) {
    vnode.type = Fragment;
    vnode.props = { children: nodes(vnode.props.children) };
  }
  if (made) made(vnode);
};

// Preact schedules nothing while it believes that rendering is under way, as it does after a call that was cut short:
// every field would then count as absent and every answer as good. So each call starts by letting it finish, and ends with a look.
// Nor does it run what fields do after a drawing (work out a sum, drop a choice) while it waits for a run that was cut short, unless it
// is told anew how to wait.
function recover() {
  clear();
  preact.requestAnimationFrame = work => setTimeout(work, 0);
  try { render(); } catch { /* what is left of a form that failed */ }
}

// Reading FEEL takes milliseconds here, and a form asks the same of the same values at every drawing. While a submission is checked each
// is worked out once, from the variables whose names stand in the expression (a name that is no plain word always goes along). What is
// no more than a word, a number or yes and no, and does not look at the clock, is kept for later submissions too.
let worked = null;
const kept = new Map();
const MOST = 5000; // results kept; then it begins anew
const LONGEST = 1000; // characters of expression and values
const passing = /\b(now|today|random)\b/; // `_now` and `_today` are variables
const plain = /^[A-Za-z_]\w*$/;
const words = new Map(); // of expressions
const wordsOf = text => {
  const found = words.get(text) ?? new Set(text.match(/[A-Za-z_]\w*/g));
  if (words.size >= MOST) words.clear();
  if (text.length <= LONGEST) words.set(text, found);
  return found;
};
const needed = (text, data) => {
  const asked = wordsOf(text);
  return Object.fromEntries(Object.entries(data).filter(([name]) => asked.has(name) || !plain.test(name)));
};
for (const name of ['evaluate', 'evaluateUnaryTest']) {
  const work = FeelExpressionLanguage.prototype[name];
  FeelExpressionLanguage.prototype[name] = function (text, data = {}) {
    if (!worked || !this.isExpression(text)) return work.call(this, text, data);
    const values = needed(text, data);
    const key = JSON.stringify([name, text, values]);
    if (worked.has(key)) return worked.get(key);
    if (kept.has(key)) return kept.get(key);
    const result = work.call(this, text, values);
    if (result === null || typeof result === 'object' || key.length > LONGEST || passing.test(text)) {
      worked.set(key, result);
    } else {
      if (kept.size >= MOST) kept.clear();
      kept.set(key, result);
    }
    return result;
  };
}

// A field takes part in the verdict by what it does to the answer when it is drawn, not by what it shows: `null` does nothing (of files
// that is wanted: form-js's own field forgets, once drawn, what it did not take from the reader's machine; ours name files beside the case),
// of the others the function runs and what it returns is dropped. A list to choose from drops what is not in it just as `Radio` does.
const fields = [
  [Textfield, null], [Textarea, null], [Checkbox, null], [FilePicker, null],
  [Numberfield, Numberfield], [Datetime, Datetime], [Radio, Radio], [Select, Radio], [Checklist, Checklist], [Taglist, Taglist],
];
const containers = [Default, Group, DynamicList];
class UndrawnFields {
  constructor(formFields) {
    const register = ({ config }, field) => {
      formFields.register(config.type, Object.assign(field, { config: { ...config, escapeGridRender: true } }));
    };
    fields.forEach(([original, work]) => register(original, props => { if (work) work(props); return null; }));
    containers.forEach(original => register(original, props => Default(props)));
  }
}
UndrawnFields.$inject = ['formFields'];
const undrawn = { __init__: ['undrawnFields'], undrawnFields: ['type', UndrawnFields] };

// Without the commands that tell a reader what is wrong before anything is submitted: each told anew is a drawing of the whole form.
const modules = [ExpressionLanguageModule, ExpressionFieldModule, MarkdownRendererModule, RepeatRenderModule];

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

// Texts, pictures and tables, and the buttons by which rows come and go, take part in the drawing alone.
const shown = new Set(['text', 'html', 'image', 'table', 'iframe', 'documentPreview', 'separator', 'spacer', 'button']);
const answered = node => (node.components ? {
  ...node, allowAddRemove: false, disableCollapse: true, components: node.components.filter(one => !shown.has(one.type)).map(answered),
} : node);

/** (schema, data, {lang, now}) as JSON texts -> {errors: [{id, indexes, path, messages: [{code, params, text}]}], data} as JSON text. */
globalThis.validate = (schemaText, dataText, optionsText) => {
  const { lang = 'kk', now } = JSON.parse(optionsText || '{}');
  recover();
  worked = new Map();
  pin(now);
  const container = document.createElement('div');
  document.body.appendChild(container);
  const form = new Form({ container, modules, additionalModules: [keys, checks, undrawn] });
  try {
    let failure = null;
    form.on('import.done', event => { failure = event.error; });
    form.importSchema(localised(answered(JSON.parse(schemaText)), lang), JSON.parse(dataText)).catch(() => {}); // runs at once; told by the event
    if (failure) throw failure;
    settle();
    if (!container.querySelector('.fjs-form')) throw new Error('the form was not drawn');
    const { errors, data } = form.submit();
    return JSON.stringify({ errors: problems(form, errors, lang), data });
  } finally {
    worked = null;
    form.destroy();
    clear();
  }
};

let known;
/** Names within expressions, read by a form that is made once: making one takes longer than reading a whole schema. */
const language = () => known ??= new Form({}).get('expressionLanguage');

/** (schema) -> names of the variables a form shows or reads: keys, option lists, expressions, templates, checks; as JSON texts. */
globalThis.variables = schemaText => {
  const schema = JSON.parse(schemaText);
  const names = new Set(['kk', 'ru', 'en'].flatMap(lang => getSchemaVariables(localised(schema, lang))));
  const walk = node => (node.components || []).forEach(component => {
    const { check } = component.properties || {};
    if (check) language().getVariableNames(`=${check}`).forEach(name => names.add(name));
    walk(component);
  });
  walk(schema);
  return JSON.stringify([...names]);
};

/** (schema, lang) -> the schema with its texts in that language, as JSON texts. */
globalThis.localised = (schemaText, lang) => JSON.stringify(localised(JSON.parse(schemaText), lang));

const FEEL = ['alt', 'appearance.prefixAdorner', 'appearance.suffixAdorner', 'description', 'label', 'source', 'readonly', 'text',
  'validate.min', 'validate.max', 'validate.minLength', 'validate.maxLength', 'valuesExpression', 'url', 'dataSource',
  'columnsExpression', 'expression', 'title'];

/** (schema) -> [{id, property, source, message, row}] for each FEEL expression or template that cannot be read, and (`row`: the name)
 * for each condition within a list that names a field of its row without `this.`: form-js finds nothing there. JSON texts. */
globalThis.faults = schemaText => {
  const found = [];
  const templating = new FeelersTemplating();
  const at = (component, path) => path.split('.').reduce((inner, step) => (inner || {})[step], component);
  const tryOut = (id, property, source, unary) => {
    const told = message => found.push({ id, property, source, message });
    const feel = new FeelExpressionLanguage({ fire: (_event, { error }) => told(error.message) });
    if (source.startsWith('=')) {
      if (unary) feel.evaluateUnaryTest(source); else feel.evaluate(source);
    } else if (templating.isTemplate(source)) {
      try { templating.evaluate(source, {}, { strict: true }); } catch (error) {
        // strict evaluation complains of values that are not there yet, too; a source that cannot be parsed it "couldn't evaluate"
        if (/couldn't be evaluated/.test(error.message)) told(error.message);
      }
    }
  };
  const rowNames = (id, property, source, keys, own) => keys.size && language().getVariableNames(source)
    .filter(name => keys.has(name) && name !== own)
    .forEach(name => found.push({ id, property, source, message: '', row: name }));
  const walk = (component, row) => {
    const { id, properties = {}, conditional } = component;
    const check = properties.check && (properties.check.startsWith('=') ? properties.check : `=${properties.check}`);
    for (const property of FEEL) {
      const source = at(component, property);
      if (typeof source === 'string') tryOut(id, property, source, property === 'readonly');
      for (const lang of ['ru', 'en']) {
        const told = properties[`${property}:${lang}`];
        if (typeof told === 'string') tryOut(id, `${property}:${lang}`, told, false);
      }
    }
    if (conditional && conditional.hide) {
      tryOut(id, 'conditional.hide', conditional.hide, true);
      rowNames(id, 'conditional.hide', conditional.hide, row);
    }
    if (check) {
      tryOut(id, 'check', check, false);
      rowNames(id, 'check', check, row, component.key);
    }
    const inner = component.type === 'dynamiclist' ? new Set(component.components.map(one => one.key).filter(Boolean)) : row;
    (component.components || []).forEach(one => walk(one, inner));
  };
  walk(JSON.parse(schemaText), new Set());
  return JSON.stringify(found);
};
