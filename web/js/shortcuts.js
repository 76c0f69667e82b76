// Keeps pages from knowing keys: physical keys, so that a Cyrillic layout works too; never inside a field.
const places = { KeyI: '/tasks', KeyD: '/registers/decisions', KeyC: '/cases', KeyM: '/rooms', KeyS: '/start' };

export function shortcuts() {
  let going = false;
  document.addEventListener('keydown', event => {
    const field = event.target.closest('input, textarea, select, [contenteditable]');
    if (event.code === 'Enter' && (event.ctrlKey || event.metaKey)) {
      const send = document.querySelector('[data-send]');
      if (!send) return;
      send.focus(); // a field takes over what was typed when it is left
      setTimeout(() => send.click());
      return;
    }
    if (document.body.dataset.shortcuts === 'off') return; // switched off on the account page: single keys do nothing
    if (field || event.ctrlKey || event.metaKey || event.altKey) return;
    if (going && places[event.code]) { location.assign(places[event.code]); return; }
    going = event.code === 'KeyG';
    if (event.code === 'Slash' && event.shiftKey) { location.assign('/account#shortcuts'); return; }
    if (event.code === 'Slash') focusSearch(event);
    if (event.code === 'KeyJ') step(1);
    if (event.code === 'KeyK') step(-1);
    if (event.code === 'KeyE') document.activeElement.closest('[data-row]')?.querySelector('[data-claim]')?.click();
    document.querySelector(`[data-shortcut="${CSS.escape(event.code)}"]`)?.click();
    if (event.code === 'KeyW') document.querySelector('.why-toggle')?.click();
  });
}

function focusSearch(event) {
  const search = document.querySelector('[data-search]');
  if (!search) return;
  event.preventDefault();
  search.focus();
}

function step(by) {
  const links = [...document.querySelectorAll('[data-row] .row-link')];
  const now = links.findIndex(link => link.closest('[data-row]').contains(document.activeElement));
  const next = links[now < 0 ? (by > 0 ? 0 : links.length - 1) : now + by];
  if (next) next.focus();
}
