// Keeps the case page from knowing bpmn-js: one read-only canvas with the state of every node, opened where the case stands.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const SIGNS = { active: 'play-circle', done: 'check-circle', stopped: 'dash-circle', waiting: 'hourglass-split', late: 'x-octagon', incident: 'lightning-charge' };
const DIFFERENT = { added: 'plus-circle', changed: 'pencil-square', removed: 'dash-circle', moved: 'arrow-right' }; // of two versions, in words too
const READABLE = 0.7; // below this, labels cannot be read and the list is the better answer

const WANTED = new Set(['incident', 'late', 'active', 'waiting', ...Object.keys(DIFFERENT)]); // where one wants to look first

export function open(container) {
  const fold = container.closest('[data-diagram-fold]');
  let viewer = null;
  const show = async () => { viewer ??= draw(container); };
  if (matchMedia('(min-width: 992px)').matches && !('closed' in fold.dataset)) fold.open = true;
  if (fold.open) show();
  fold.addEventListener('toggle', () => { if (fold.open) show(); });
}

async function draw(container) {
  const answer = await fetch(container.dataset.diagram, { headers: { Accept: 'application/json' } }).catch(() => null);
  if (!answer?.ok) { container.textContent = container.dataset.failed; return null; }
  const { xml, steps } = await answer.json();
  const viewer = await paint(container, xml, steps);
  if (viewer) marking(viewer, container.dataset.icons).show(steps);
  return viewer;
}

// Names in the reader's language: the model says them in Kazakh and keeps the others in properties of each element.
function worded(xml) {
  const lang = document.documentElement.lang;
  if (lang === 'kk') return xml;
  const model = new DOMParser().parseFromString(xml, 'text/xml');
  for (const property of model.querySelectorAll(`[name="name:${lang}"]`)) {
    const element = property.closest('extensionElements')?.parentElement;
    if (element && property.getAttribute('value')) element.setAttribute('name', property.getAttribute('value'));
  }
  return new XMLSerializer().serializeToString(model);
}

// The model on its canvas with the tools beside it; null (and a sentence instead) when it cannot be drawn.
export async function paint(container, xml, steps) {
  try {
    const viewer = new NavigatedViewer({ container, zoomScroll: { enabled: false } });
    await viewer.importXML(worded(xml));
    const canvas = viewer.get('canvas');
    place(canvas, viewer, steps);
    tools(container, canvas, viewer, steps);
    // The page scrolls with the wheel; the diagram zooms only with Ctrl.
    const zoomScroll = viewer.get('zoomScroll');
    zoomScroll.toggle(false);
    container.addEventListener('wheel', event => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const { left, top } = container.getBoundingClientRect();
      canvas.zoom(canvas.zoom() * (event.deltaY < 0 ? 1.1 : 0.9), { x: event.clientX - left, y: event.clientY - top });
    }, { passive: false });
    const picture = container.querySelector('svg[data-element-id], .djs-container svg');
    picture.removeAttribute('tabindex'); // the list beside it is what keys and screen readers walk through
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', container.dataset.name);
    container.dataset.ready = '';
    document.addEventListener('sapa:show', event => {
      if (event.defaultPrevented || !container.offsetParent || !viewer.get('elementRegistry').get(event.detail)) return;
      event.preventDefault(); // shown here: no other diagram needs to
      canvas.zoom(Math.max(canvas.zoom(), READABLE));
      canvas.scrollToElement(event.detail, { top: 120, bottom: 120, left: 160, right: 160 });
      container.scrollIntoView({ block: 'center' });
    });
    return viewer;
  } catch (error) {
    console.error(error);
    container.textContent = container.dataset.failed;
    return null;
  }
}

function sign(icons, name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.appendChild(document.createElementNS(svg.namespaceURI, 'use')).setAttribute('href', `${icons}#${name}`);
  return svg;
}

// Shows the state of nodes; what was shown before and is not any more goes away.
export function marking(viewer, icons) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const known = viewer.get('elementRegistry');
  const shown = new Map();

  function clear(element) {
    const before = shown.get(element);
    canvas.removeMarker(element, `is-${before.state}`);
    if (before.overlay) overlays.remove(before.overlay);
    shown.delete(element);
  }

  function mark({ element, state, tokens, due, word, count }) {
    const text = [tokens > 1 || count ? tokens : '', ['waiting', 'late'].includes(state) ? due : ''].join(' ').trim();
    if (shown.get(element)?.state === state && shown.get(element).text === text) return;
    if (shown.has(element)) clear(element);
    canvas.addMarker(element, `is-${state}`);
    let overlay = null;
    if (DIFFERENT[state] && !known.get(element).waypoints) {
      const html = document.createElement('span');
      html.className = `node-mark ${state}`;
      html.append(sign(icons, DIFFERENT[state]), word);
      overlay = overlays.add(element, { position: { top: -12, left: -8 }, html });
    } else if (SIGNS[state]) {
      const html = document.createElement('span');
      html.className = `node-mark ${state}`;
      html.title = word;
      html.append(sign(icons, SIGNS[state]), text);
      overlay = overlays.add(element, { position: ['done', 'stopped'].includes(state) ? { bottom: 8, left: -8 } : { top: -12, right: 16 }, html });
    }
    shown.set(element, { state, text, overlay });
  }

  return {
    show(steps) {
      const there = steps.filter(({ element, state }) => { const shape = known.get(element); return shape && !(shape.waypoints && !DIFFERENT[state]); });
      const wanted = new Set(there.map(({ element }) => element));
      [...shown.keys()].filter(element => !wanted.has(element)).forEach(clear);
      there.forEach(mark);
    },
  };
}

function place(canvas, viewer, steps) {
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() < READABLE) toActive(canvas, viewer, steps);
}

function toActive(canvas, viewer, steps) {
  const shapes = viewer.get('elementRegistry');
  const now = steps.find(step => WANTED.has(step.state) && shapes.get(step.element)?.parent && !shapes.get(step.element).waypoints);
  canvas.zoom(Math.max(canvas.zoom(), READABLE));
  if (now) canvas.scrollToElement(now.element, { top: 120, bottom: 120, left: 160, right: 160 });
}

function tools(container, canvas, viewer, steps) {
  const acts = {
    in: () => canvas.zoom(canvas.zoom() * 1.25),
    out: () => canvas.zoom(canvas.zoom() * 0.8),
    fit: () => canvas.zoom('fit-viewport', 'auto'),
    active: () => toActive(canvas, viewer, steps),
  };
  container.closest('[data-diagram-fold]').querySelectorAll('[data-zoom]').forEach(button => {
    button.addEventListener('click', acts[button.dataset.zoom]);
  });
  keys(container, acts);
}

// + − 0 act on the diagram in sight; with several open, on the one that holds the focus or stands nearest to the top.
const drawn = [];

function keys(container, acts) {
  drawn.push({ container, acts });
  if (drawn.length > 1) return;
  document.addEventListener('keydown', event => {
    if (document.body.dataset.shortcuts === 'off' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input, textarea, select, [contenteditable]')) return;
    const act = { '+': 'in', '=': 'in', '-': 'out', '−': 'out', 0: 'fit' }[event.key];
    if (!act) return;
    const open = drawn.filter(one => one.container.offsetParent);
    const held = open.find(one => one.container.closest('[data-diagram-fold]').contains(document.activeElement));
    const near = open.sort((a, b) => distance(a) - distance(b))[0];
    const wanted = held ?? near;
    if (!wanted) return;
    event.preventDefault();
    wanted.acts[act]();
  });
}

function distance({ container }) {
  const { top, bottom } = container.getBoundingClientRect();
  return bottom < 0 ? Infinity : Math.abs(top);
}
