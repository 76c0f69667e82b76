// Keeps the room from knowing how it hears of changes: it is told that something changed, and reads the page again.
import { keysOf } from './room-keys.js';

const PAUSE = 250; // many votes fall at once: the page is read once for them

export function open(room) {
  const state = { version: room.dataset.version, timer: 0, live: false };
  const link = document.querySelector('[data-link-state]');
  keysOf(room, refresh);

  function told(live) {
    if (state.live === live) return;
    state.live = live;
    room.toggleAttribute('data-frozen', !live);
    const lost = room.querySelector('.band[data-lost]');
    if (lost) lost.hidden = live;
    if (link) link.classList.toggle('is-live', live);
    const words = link && link.querySelector('span');
    if (words && link.dataset.word) words.textContent = live ? link.dataset.word : link.dataset.lost;
  }

  function listen() {
    const source = new EventSource(room.dataset.room);
    // After a break the page is read first: what it shows may be long over.
    source.addEventListener('version', event => {
      if (event.data === state.version) { told(true); return; }
      clearTimeout(state.timer);
      state.timer = setTimeout(() => refresh(event.data), PAUSE);
    });
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
      told(false);
      clearInterval(watch);
      setTimeout(listen, 3000);
    };
    let silent = 0;
    const watch = setInterval(() => {
      silent = source.readyState === EventSource.OPEN && navigator.onLine ? 0 : silent + 1;
      if (silent > 4) told(false);
    }, 1000);
  }

  async function refresh(version = '') {
    try {
      const reply = await fetch(location.pathname + location.search, { headers: { Accept: 'text/html' } });
      if (!reply.ok || reply.redirected) { location.reload(); return; }
      const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
      const fresh = page.querySelector('[data-room]');
      // Another step has come whose form this page does not hold: only loading it anew brings the form to life.
      if (fresh.dataset.shown !== room.dataset.shown) { location.reload(); return; }
      swap(page, room.dataset.shown);
      state.version = fresh.dataset.version;
      if (version && version !== state.version) state.version = version;
      told(true);
    } catch {
      told(false);
      state.timer = setTimeout(() => refresh(version), 2000);
    }
  }

  listen();
  stayAwake();
}

function swap(page, holdsForm) {
  for (const old of document.querySelectorAll('[data-live]')) {
    const fresh = page.getElementById(old.id);
    if (!fresh) continue;
    if (holdsForm && old.querySelector('[data-form]')) continue; // what is typed there stays
    const was = said(old);
    if (plain(old) === plain(fresh)) continue;
    const focused = old.contains(document.activeElement) ? focusKey(document.activeElement) : '';
    if (old.querySelector('textarea:focus, details[open] textarea') && old.querySelector('textarea').value) continue;
    const opened = [...old.querySelectorAll('details')].map(fold => fold.open);
    old.replaceChildren(...fresh.childNodes);
    [...old.querySelectorAll('details')].forEach((fold, i) => { if (i < opened.length) fold.open = opened[i]; });
    if (focused) old.querySelector(focused)?.focus();
    const now = said(old);
    if (now && now !== was) announce(now);
  }
}

// Hidden fields differ in each answer (tokens and keys): they are no change.
const plain = part => part.innerHTML.replace(/<input type="hidden"[^>]*>/g, '').replace(/ open(="")?/g, '');
const said = part => (part.querySelector('[data-tell-result]') || part.querySelector('[data-tell]'))?.textContent.trim() || '';
const focusKey = node => node.id ? `#${CSS.escape(node.id)}` : '';

function announce(sentence) {
  const place = document.querySelector('[data-said]');
  if (place) place.textContent = sentence;
}

async function stayAwake() {
  if (!('wakeLock' in navigator)) return;
  const hold = async () => { try { await navigator.wakeLock.request('screen'); } catch { /* the device decides */ } };
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') hold(); });
  hold();
}
