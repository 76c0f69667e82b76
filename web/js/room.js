// Keeps the room's page following what happens there: told that something changed, it reads the page again.
import { link } from './room-link.js';
import { keysOf } from './room-keys.js';
import { say, swap, tellFlashes } from './room-page.js';
import { dropSentDraft } from './drafts.js';

const PAUSE = 250; // many votes fall at once: the page is read once for them

export function open(room) {
  let version = room.dataset.version;
  let live = null;
  let timer = 0;
  let reading = Promise.resolve();
  const keys = keysOf(room);

  function told(now) {
    if (live === now) return;
    live = now;
    room.toggleAttribute('data-frozen', !now);
    const band = room.querySelector('.band[data-lost]');
    if (band) band.hidden = now;
    const mark = document.querySelector('[data-link-state]');
    mark?.classList.toggle('is-live', now);
    const words = mark?.querySelector('span');
    if (words && mark.dataset.word) words.textContent = now ? mark.dataset.word : mark.dataset.lost;
  }

  // After a break the page is read first: what it shows may be long over.
  function hear(word) {
    if (word === null ? live : word === version) { told(true); return; }
    clearTimeout(timer);
    timer = setTimeout(refresh, live ? PAUSE : 0);
  }

  /** One reading after another, so that an older answer never takes the place of a newer one. */
  function refresh() {
    let known = null; // the marks that what is being read knows of
    reading = reading.then(keys.settled).then(() => {
      known = keys.settled();
      return fetch(location.href, { headers: { Accept: 'text/html' } });
    }).then(reply => {
      if (!reply.ok || reply.redirected) { location.reload(); return null; }
      if (known !== keys.settled()) { hear(''); return null; } // somebody was marked meanwhile: this answer is older
      return show(reply, false);
    }).then(() => told(true)).catch(() => {
      told(false);
      clearTimeout(timer);
      timer = setTimeout(refresh, 2000);
    });
    return reading;
  }

  async function show(reply, sent) {
    const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
    const fresh = page.querySelector('[data-room]');
    if (!fresh) { location.reload(); return; }
    const another = fresh.dataset.shown !== room.dataset.shown;
    swap(page, another || sent);
    version = fresh.dataset.version;
    room.dataset.shown = fresh.dataset.shown;
    if (sent) tellFlashes(page, room);
    if (another || sent) await enliven(reply.ok);
    keys.again(sent);
  }

  /** The form of a step that has come, or what was refused of it. */
  async function enliven(done) {
    if (done) dropSentDraft();
    const host = room.querySelector('[data-form]');
    if (host && !host.classList.contains('is-ready')) await (await import('./form-page.js')).open(host);
    const place = room.querySelector('.error-summary, [data-focus]');
    if (place) place.focus();
    else if (document.activeElement === document.body) room.querySelector('#item-title')?.focus();
  }

  // What is sent from here never leaves the page: the line to the server stays, and so does what the keys are at.
  let sending = false;
  room.addEventListener('submit', event => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (live === false) { say('[data-said=alert]', room.querySelector('.band[data-lost]')?.textContent.trim() ?? ''); return; }
    if (!sending) send(event.target, event.submitter);
  });

  async function send(form, button) {
    sending = true;
    let done = false;
    keys.hold();
    room.setAttribute('aria-busy', 'true');
    try {
      const reply = await fetch(form.action, { method: 'POST', body: new FormData(form, button), headers: { Accept: 'text/html' } });
      if (new URL(reply.url).pathname.endsWith('/login')) { location.reload(); return; }
      if (reply.redirected) history.replaceState(null, '', reply.url);
      reading = reading.then(() => show(reply, true)).then(() => told(true));
      await reading;
      done = reply.ok;
    } catch {
      told(false); // nobody knows whether it arrived: the page is read again before anything else may be sent
      reading = Promise.resolve();
      timer = setTimeout(refresh, 1000);
    } finally {
      sending = false;
      room.removeAttribute('aria-busy');
      keys.release(done);
    }
  }

  room.addEventListener('click', event => {
    const choice = event.target.closest('a[data-ballot]');
    if (!choice) return;
    event.preventDefault();
    if (live === false) return;
    history.replaceState(null, '', choice.href);
    refresh().then(() => (room.querySelector('button[data-ballot]') ?? room.querySelector('a[data-ballot]'))?.focus());
  });

  addEventListener('online', refresh);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') refresh(); });
  link(room.dataset.room, hear, () => told(false));
  stayAwake();
}

async function stayAwake() {
  if (!('wakeLock' in navigator)) return;
  const hold = async () => { try { await navigator.wakeLock.request('screen'); } catch { /* the device decides */ } };
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') hold(); });
  hold();
}
