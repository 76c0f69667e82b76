// Keeps the rest from knowing how rows are ticked: numbers on the buttons, a range with Shift, keys for the row in focus.
const boxes = () => [...document.querySelectorAll('[data-pick]')];

export function selection() {
  const bar = document.querySelector('[data-selected]');
  if (!bar) return;
  let last = null;
  const tell = () => {
    const picked = boxes().filter(box => box.checked).length;
    bar.classList.toggle('is-idle', picked === 0);
    bar.querySelectorAll('[data-number]').forEach(one => { one.textContent = picked || ''; });
    bar.querySelectorAll('button').forEach(one => { one.disabled = picked === 0; });
  };
  const range = (from, to) => {
    const all = boxes();
    const [a, b] = [all.indexOf(from), all.indexOf(to)].sort((x, y) => x - y);
    all.slice(a, b + 1).forEach(box => { box.checked = to.checked; });
  };
  document.addEventListener('click', event => {
    const box = event.target.closest('[data-pick]');
    if (!box) return;
    if (event.shiftKey && last && last !== box) range(last, box);
    last = box;
    tell();
  });
  document.addEventListener('keydown', event => {
    if (document.body.dataset.shortcuts === 'off' || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]');
    const box = typing ? null : document.activeElement.closest('[data-row]')?.querySelector('[data-pick]');
    if (!box) return;
    if (event.code === 'KeyX') {
      box.checked = !box.checked;
      if (event.shiftKey && last) { box.checked = true; range(last, box); }
      last = box;
      tell();
    }
    const act = { KeyH: 'snooze', KeyU: 'unread' }[event.code];
    const button = act && bar.querySelector(`[value="${act}"]`);
    if (button) {
      if (!boxes().some(one => one.checked)) box.checked = true;
      tell();
      button.click();
    }
  });
  addEventListener('pageshow', tell); // the browser keeps ticks when one comes back
  tell();
}
