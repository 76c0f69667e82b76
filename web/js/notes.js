// Keeps pages from knowing how files and comments change in place: the form beside them is never disturbed.
import { release } from './guard.js';

const place = () => document.querySelector('[data-notes]');
const busy = new WeakSet();

export function open() {
  dress();
  document.addEventListener('submit', event => {
    if (event.target.matches('[data-part]')) send(event);
  }, { capture: true });
  document.addEventListener('click', event => {
    const link = event.target.closest('[data-preview]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) preview(event, link);
  });
}

function dress() {
  place().querySelectorAll('[data-drop]').forEach(dropping);
  place().querySelectorAll('[data-mentions]').forEach(form => import('./mentions.js').then(part => part.open(form)));
}

// The answer is the panel again, with what was refused or done; anything else (sign-in, a lost line) is left to the browser.
async function send(event) {
  const form = event.target;
  event.preventDefault();
  event.stopPropagation();
  if (busy.has(form)) return;
  busy.add(form);
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), headers: { 'X-Part': 'notes' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('[data-notes]');
    if (!fresh) throw new Error(String(answer.status));
    place().replaceWith(document.importNode(fresh, true));
    dress();
    place().querySelector('[data-focus]')?.focus();
  } catch {
    release(form);
    form.submit(); // the same key: what arrived already is not done twice
  }
}

function dropping(form) {
  const input = form.querySelector('input[type=file]');
  const over = on => form.classList.toggle('is-over', on);
  form.addEventListener('dragover', event => { event.preventDefault(); over(true); });
  form.addEventListener('dragleave', () => over(false));
  form.addEventListener('drop', event => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

function preview(event, link) {
  event.preventDefault();
  const note = link.closest('.note');
  const shown = note.querySelector('.note-preview-link');
  link.setAttribute('aria-expanded', String(!shown));
  if (shown) { shown.remove(); return; }
  const frame = document.createElement('a');
  frame.className = 'note-preview-link';
  frame.href = link.href;
  const picture = frame.appendChild(document.createElement('img'));
  picture.className = 'note-preview';
  picture.alt = link.dataset.name;
  picture.addEventListener('error', () => location.assign(link.href)); // its page says why it cannot be drawn
  picture.src = link.dataset.preview;
  note.append(frame);
}
