// Keeps pages from knowing which scripts they need: the small ones run here, forms and diagrams are fetched when a page has one.
import { guardForms } from './guard.js';
import { dropSentDraft } from './drafts.js';
import { shortcuts } from './shortcuts.js';
import { selection } from './selection.js';
import { smallThings } from './small-things.js';

dropSentDraft();
guardForms();
smallThings();
shortcuts();
selection();

if (document.querySelector('[data-notes]')) import('./notes.js').then(page => page.open());

const fresh = document.querySelector('[data-fresh]');
if (fresh) import('./fresh.js').then(page => page.watch(fresh));

const form = document.querySelector('[data-form]');
if (form) import('./form-page.js').then(page => page.open(form));

const player = document.querySelector('[data-replay]');
if (player) import('./replay.js').then(page => page.open(player));

const diagrams = document.querySelectorAll('[data-diagram]');
if (diagrams.length) import('./diagram.js').then(page => diagrams.forEach(page.open));
// A difference named in a list is shown in the first open diagram that has it; without one, the link leads to the diagrams.
document.querySelectorAll('[data-difference]').forEach(link => link.addEventListener('click', event => {
  if (!document.dispatchEvent(new CustomEvent('sapa:show', { detail: link.dataset.difference, cancelable: true }))) event.preventDefault();
}));

const room = document.querySelector('[data-room]');
if (room) import('./room.js').then(page => page.open(room));

const checking = document.querySelector('[data-hashes]');
if (checking) import('./checking.js').then(page => page.open(checking));
