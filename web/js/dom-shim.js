// Keeps form-js from knowing that there is no browser: a document (linkedom), a queue for everything deferred, a pinned clock.
import './intl-shim.js'; // first: modules below read Intl while they load
import { parseHTML } from 'linkedom/worker';

const g = globalThis;
const page = parseHTML('<!doctype html><html><head></head><body></body></html>');
const nothing = () => {};

g.window = g;
g.self = g;
g.document = page.document;
for (const name of ['HTMLElement', 'Element', 'Node', 'Event', 'CustomEvent', 'MutationObserver', 'DocumentFragment', 'SVGElement',
  'HTMLInputElement', 'DOMParser', 'NodeFilter', 'Text', 'Comment', 'HTMLTemplateElement', 'HTMLFormElement', 'HTMLUnknownElement']) {
  if (!(name in g) && page[name]) g[name] = page[name];
}
for (const name of ['NamedNodeMap', 'HTMLCollection', 'NodeList']) g[name] = g[name] || class {};
g.KeyboardEvent = g.KeyboardEvent || class KeyboardEvent extends g.Event {};
g.navigator = g.navigator || { language: 'kk', userAgent: 'server', platform: 'server' };
g.location = g.location || { href: 'http://localhost/', origin: 'http://localhost' };
g.getComputedStyle = () => ({ getPropertyValue: () => '' });
g.matchMedia = () => ({ matches: false, addListener: nothing, removeListener: nothing });
g.ResizeObserver = class { observe() {} unobserve() {} disconnect() {} };
g.IntersectionObserver = g.ResizeObserver;
g.DataTransfer = class { constructor() { this.files = []; this.items = { add: file => this.files.push(file) }; } };
g.addEventListener = nothing;
g.removeEventListener = nothing;
g.console = g.console || { log: nothing, warn: nothing, error: nothing, info: nothing, debug: nothing };

// Everything deferred goes into one queue which settle() runs to its end, so that a form is worked through within one call.
const queue = [];
const cancelled = new Set();
let last = 0;
g.setTimeout = (work, _delay, ...args) => { queue.push([++last, work, args]); return last; };
g.clearTimeout = id => { cancelled.add(id); };
g.setInterval = () => ++last;
g.clearInterval = nothing;
g.requestAnimationFrame = work => g.setTimeout(work, 0);
g.cancelAnimationFrame = g.clearTimeout;
g.queueMicrotask = work => { g.setTimeout(work, 0); };

/** Runs what was deferred, also what that defers in turn. Throws when it does not come to rest. */
export function settle(most = 20000) {
  for (let done = 0; queue.length; done++) {
    if (done > most) throw new Error('the form does not come to rest');
    const [id, work, args] = queue.shift();
    if (!cancelled.delete(id)) work(...args);
  }
}

/** Forgets what is still deferred and empties the page. */
export function clear() {
  queue.length = 0;
  cancelled.clear();
  page.document.body.innerHTML = '';
}

const SystemDate = Date;

/** From here on the time is `now` (milliseconds since 1970, UTC), as the command being checked says; none: the system's. */
export function pin(now) {
  if (!now) { g.Date = SystemDate; return; }
  g.Date = class Date extends SystemDate {
    constructor(...args) { if (args.length) super(...args); else super(now); }
    static now() { return now; }
  };
}
