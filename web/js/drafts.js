// Keeps forms from knowing where what is typed is kept until it is sent: this device, one place for a person and a form.
const SENT = 'sapa:sent';
const LONGEST = 30 * 24 * 3600 * 1000;

const place = name => `sapa:draft:${document.body.dataset.person || ''}:${name}`;

export function read(name) {
  try {
    const draft = JSON.parse(localStorage.getItem(place(name)));
    return draft && Date.now() - draft.at < LONGEST ? draft : null;
  } catch {
    return null;
  }
}

/** Returns the moment of saving, or null when this device has no room or forbids it. */
export function save(name, data) {
  const at = Date.now();
  try {
    localStorage.setItem(place(name), JSON.stringify({ at, data }));
    return at;
  } catch {
    return null;
  }
}

export function drop(name) {
  try { localStorage.removeItem(place(name)); } catch { /* nothing was kept */ }
}

/** The form leaves now; the next page tells whether it arrived. */
export function sending(name) {
  try { sessionStorage.setItem(SENT, name); } catch { /* then the draft simply stays */ }
}

/** On the page after sending: it arrived unless this page is a refusal, the sign-in or the same form again. */
export function dropSentDraft() {
  let name = null;
  try {
    name = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
  } catch { /* no storage, no draft */ }
  const { person, refused } = document.body.dataset;
  if (name && person && refused === undefined) drop(name);
}
