// Keeps pages from knowing how a form lives in the browser: drawn, kept as a draft, checked, put into the page's own form.
import { mount } from './forms.js';
import { tell } from './form-missing.js';
import { wording } from './form-submit.js';
import * as drafts from './drafts.js';
import { release } from './guard.js';

const LARGEST = 1024 * 1024; // bytes, as on the server (web/security.py)

const json = id => JSON.parse(document.getElementById(id).textContent);
const clock = at => new Date(at).toLocaleTimeString('ru-RU', { hour: '2-digit', minute: '2-digit' });

export async function open(host) {
  const words = json('form-words');
  const { schema, data, lang, errors, draft, files } = json('form-data');
  const readOnly = host.hasAttribute('data-read-only');
  const refused = Object.keys(errors).length > 0;
  const kept = readOnly || refused ? null : drafts.read(draft);
  const container = document.createElement('div');
  const state = document.querySelector('[data-draft-state]');
  const line = document.querySelector('[data-missing]');
  const button = host.closest('form')?.querySelector('[data-send]');
  const rename = button && !readOnly ? wording(button, schema, lang) : () => {};
  let drawn;
  let pressed = false; // a link redrawn between press and release would swallow its click
  const look = () => { if (line && drawn && !pressed) tell(line, drawn, lang, words); };
  const changed = readOnly ? undefined : typed => { rename(typed); keep(draft, typed, words, state, look); };
  try {
    drawn = await mount(container, schema, { ...data, ...(kept ? kept.data : {}) }, lang, { readOnly, serverErrors: errors, changed, filesAt: files && { ...files, words: words.files } });
  } catch (error) {
    console.error(error);
    host.textContent = words.failed;
    return;
  }
  host.replaceChildren(container);
  word(container, words);
  host.classList.add('is-ready');
  host.removeAttribute('aria-busy');
  document.querySelectorAll('[data-field]').forEach(link => link.addEventListener('click', event => {
    event.preventDefault();
    drawn.focus(link.dataset.field);
  }));
  if (readOnly) return;
  rename(drawn.data());
  const page = { host, drawn, draft, words, form: host.closest('form') };
  if (kept) tellRestored(draft, words, state, kept.at);
  page.form.addEventListener('submit', event => send(page, event), { capture: true });
  keepPress(page.form.querySelector('[data-send]'));
  look();
  line?.addEventListener('pointerdown', () => {
    pressed = true;
    const over = () => setTimeout(() => { pressed = false; look(); });
    ['pointerup', 'pointercancel'].forEach(end => addEventListener(end, over, { once: true }));
  });
  page.form.addEventListener('focusout', () => setTimeout(look));
  document.addEventListener('keydown', event => { // Ctrl+S by the key's place, so that any layout will do
    if (event.code !== 'KeyS' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const here = document.activeElement;
    here.blur(); // a field takes over what was typed when it is left
    here.focus();
    setTimeout(() => { store(draft, drawn.data(), words, state); look(); });
  });
}

// Leaving a field may take its error away and move the button from under the pointer between press and release: the press counts.
function keepPress(button) {
  button?.addEventListener('pointerdown', down => {
    addEventListener('pointerup', up => {
      const still = Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) < 8;
      if (still && !button.contains(document.elementFromPoint(up.clientX, up.clientY))) button.click();
    }, { once: true });
  });
}

// form-js writes these two words into its selects without asking its translations.
function word(container, words) {
  const say = () => {
    container.querySelectorAll('input[placeholder="Search"]').forEach(input => { input.placeholder = words.search; });
    container.querySelectorAll('.fjs-select-placeholder').forEach(place => {
      if (place.firstChild?.data === 'Select') place.firstChild.data = words.choose;
    });
  };
  new MutationObserver(say).observe(container, { childList: true, subtree: true, characterData: true });
  say();
}

let waiting = null;

function keep(draft, typed, words, state, then) {
  clearTimeout(waiting);
  waiting = setTimeout(() => { store(draft, typed, words, state); then(); }, 400);
}

function store(draft, typed, words, state) {
  clearTimeout(waiting);
  const at = drafts.save(draft, typed);
  state.textContent = at ? words.saved.replace('{time}', clock(at)) : words.not_saved;
}

function tellRestored(draft, words, state, at) {
  const again = document.createElement('button');
  again.type = 'button';
  again.className = 'btn btn-link btn-sm';
  again.textContent = words.drop;
  again.addEventListener('click', () => { drafts.drop(draft); location.reload(); });
  state.replaceChildren(words.restored.replace('{time}', clock(at)), ' ', again);
}

function send(page, event) {
  const { drawn, draft, form, words } = page;
  clearTimeout(waiting);
  drafts.save(draft, drawn.data());
  const underway = page.host.querySelector('[data-uploading]'); // an answer sent now would leave the file out
  const answers = underway ? null : drawn.submit(form.elements.answers);
  const tooLarge = answers && new Blob([form.elements.answers.value]).size > LARGEST;
  if (answers && !tooLarge) {
    drafts.sending(draft);
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  release(form);
  setTimeout(() => summary(page, underway ? words.files.wait : tooLarge ? words.too_large : null), 50); // after form-js has drawn its errors
}

// The same summary as the server's, in the words beside the fields: it takes the focus, each line leads to its field.
function summary({ drawn, form, words }, sentence) {
  const wrong = drawn.wrong();
  document.querySelectorAll('.error-summary').forEach(old => old.remove());
  const box = document.createElement('div');
  box.className = 'error-summary';
  box.tabIndex = -1;
  const alert = box.appendChild(document.createElement('div'));
  alert.setAttribute('role', 'alert');
  alert.appendChild(document.createElement('h2')).textContent = sentence ?? words.refused.replace('{n}', wrong.length);
  const list = alert.appendChild(document.createElement('ul'));
  wrong.forEach(one => {
    const link = list.appendChild(document.createElement('li')).appendChild(document.createElement('a'));
    link.href = '#form';
    link.textContent = [one.label, one.sentence].filter(Boolean).join(': ');
    link.addEventListener('click', event => { event.preventDefault(); one.go(); });
  });
  form.before(box);
  box.focus();
}
