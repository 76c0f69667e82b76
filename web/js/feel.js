// Keeps Python from knowing which FEEL evaluator is inside: feelin's syntax tree and its answers, both as JSON texts.
import './intl-shim.js'; // first: modules below read Intl while they load
import { evaluate, unaryTest, parseDate, parseDateTime, parseExpression, parseTime, parseUnaryTests, duration,
  FeelDate, FeelDateTime, FeelDuration, FeelRange, FeelTime, isFunction } from 'feelin';
import { parser, trackVariables } from 'lezer-feel';

// What a text means must not depend on the data it meets: feelin would read `a-b` as one name when a variable is called so.
// Every text is therefore parsed without variables, and once.
const configure = parser.configure.bind(parser);
const configured = new Map();
parser.configure = config => {
  if (!configured.has(config.top)) {
    const inner = configure({ ...config, contextTracker: trackVariables({}) });
    const trees = new Map();
    configured.set(config.top, { parse: text => {
      if (!trees.has(text)) {
        if (trees.size >= 500) trees.delete(trees.keys().next().value);
        trees.set(text, inner.parse(text));
      }
      return trees.get(text);
    } });
  }
  return configured.get(config.top);
};

const untag = {
  date: parseDate, dt: parseDateTime, time: parseTime, dur: duration, mon: duration,
  map: value => Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toFeel(entry)])),
};

function toFeel(data) {
  if (Array.isArray(data)) return data.map(toFeel);
  if (data === null || typeof data !== 'object') return data;
  return Object.hasOwn(data, '@') ? untag[data['@']](data.v) : untag.map(data);
}

function fromFeel(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(fromFeel);
  if (value instanceof FeelDate) return { '@': 'date', v: String(value) };
  if (value instanceof FeelDateTime) return { '@': 'dt', v: String(value) };
  if (value instanceof FeelTime) return { '@': 'time', v: String(value) };
  if (value instanceof FeelDuration) return { '@': value.yearsMonths ? 'mon' : 'dur', v: String(value) };
  if (value instanceof FeelRange) return { '@': 'other', v: 'range' };
  if (typeof value === 'function' || isFunction(value)) return { '@': 'other', v: 'function' };
  if (typeof value !== 'object') return value;
  const body = Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fromFeel(entry)]));
  return '@' in body ? { '@': 'map', v: body } : body;
}

/** ([text, mode]) -> [name, from, leaf text or null, children] or {message, from, to}. */
export function parse(request) {
  const [text, mode] = JSON.parse(request);
  const tree = mode === 'unary' ? parseUnaryTests(text) : parseExpression(text);
  const stack = [['', 0, null, []]];
  let broken = false;
  tree.iterate({
    enter(node) {
      if (node.type.isError) broken = true;
      if (broken || node.type.isSkipped) return false;
      const whole = node.name === 'NumericLiteral' || !node.node.firstChild; // a sign is a child of its number
      stack.push([node.name, node.from, whole ? text.slice(node.from, node.to) : null, []]);
    },
    leave(node) {
      if (broken || node.type.isSkipped) return;
      const done = stack.pop();
      stack[stack.length - 1][3].push(done);
    },
  });
  if (!broken) return JSON.stringify(stack[0][3][0]);
  try {
    mode === 'unary' ? unaryTest(text, {}) : evaluate(text, {});
  } catch (error) {
    const position = error.position || { from: 0, to: text.length };
    return JSON.stringify({ message: error.message, from: position.from, to: position.to });
  }
  return JSON.stringify({ message: 'unreadable', from: 0, to: text.length });
}

/** ([text, mode, scope, input, functions: [[name, parameters]]]) -> {value} or {failed: message}; functions are asked by name. */
export function run(request) {
  const [text, mode, scope, input, functions] = JSON.parse(request);
  const context = {};
  for (const [name, parameters] of functions) {
    const call = (...args) => toFeel(JSON.parse(__ask(name, JSON.stringify(args.map(fromFeel)))));
    call.$args = parameters;
    context[name] = call;
  }
  Object.assign(context, untag.map(scope));
  if (mode === 'unary') context['?'] = toFeel(input);
  try {
    const { value } = mode === 'unary' ? unaryTest(text, context) : evaluate(text, context);
    return JSON.stringify({ value: fromFeel(value) });
  } catch (error) {
    if (error === null || error.name === 'InternalError' || /call stack/.test(error.message)) throw error; // limits
    return JSON.stringify({ failed: error.message });
  }
}
