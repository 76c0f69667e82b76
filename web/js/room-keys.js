// Keeps the room from knowing keys: by their place on the board, so that every layout works; never inside a field.
const VOTES = { KeyY: 'for', KeyN: 'against', KeyO: 'abstain' };
const FIELDS = { KeyD: 'discussion', KeyF: 'decision_text', KeyL: 'absent_now' };

export function keysOf(room, refresh) {
  let wait = ''; // "roll" and "paper" take digits
  let row = null;
  document.addEventListener('keydown', event => {
    const field = event.target.closest('input:not([type=radio]), textarea, select, [contenteditable]');
    if (event.code === 'Escape') { wait = ''; choose(null); if (field) field.blur(); return; }
    if (field || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.shortcuts === 'off') return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    if (digit && wait === 'roll') { event.preventDefault(); toggle(Number(digit)); return; }
    if (digit && wait === 'paper') { event.preventDefault(); choose(rows()[Number(digit) - 1]); return; }
    if (row && VOTES[event.code]) { event.preventDefault(); row.querySelector(`[data-vote=${VOTES[event.code]}]`).click(); return; }
    if (event.code === 'KeyA') { wait = document.querySelector('[data-roll]') ? 'roll' : ''; document.querySelector('[data-roll] input:checked, #people-title')?.focus(); }
    if (event.code === 'KeyB') { wait = 'paper'; const fold = document.querySelector('[data-paper]'); if (fold) { fold.open = true; choose(rows()[0]); } }
    if (event.code === 'KeyV') (document.querySelector('[data-main]') || document.querySelector('[data-send]'))?.click();
    if (event.code === 'KeyS') document.querySelector('[data-key=S]')?.click();
    if (FIELDS[event.code]) { event.preventDefault(); into(FIELDS[event.code]); }
  });

  const rows = () => [...document.querySelectorAll('[data-paper] li')];
  function choose(one) {
    rows().forEach(each => each.classList.toggle('is-chosen', each === one));
    row = one || null;
    one?.querySelector('button')?.focus();
  }

  function into(key) {
    const fields = document.querySelectorAll(`[data-form] [id*="Field_${key}"]`);
    [...fields].find(one => one.matches('textarea, input'))?.focus();
  }

  function toggle(number) {
    const rollRow = document.querySelectorAll('[data-roll] fieldset[data-person]')[number - 1];
    if (!rollRow) return;
    const modes = [...rollRow.querySelectorAll('input[type=radio]')];
    const at = modes.findIndex(mode => mode.checked);
    const next = modes[(at + 1) % modes.length];
    next.checked = true;
    next.focus();
    next.dispatchEvent(new Event('change', { bubbles: true }));
  }

  // Whoever keeps the roll says it to everybody at once; the record comes with the button.
  document.addEventListener('change', async event => {
    const roll = event.target.closest('[data-roll]');
    const whose = event.target.closest('[data-person]');
    if (!roll || !whose || event.target.type !== 'radio') return;
    const body = new FormData();
    body.set('csrf_token', roll.querySelector('[name=csrf_token]').value);
    body.set('person', whose.dataset.person);
    body.set('mark', event.target.value);
    await fetch(roll.dataset.roll, { method: 'POST', body }).catch(() => {});
  });
}
