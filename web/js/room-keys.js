// Keeps the room from knowing keys: by their place on the board, so that every layout works; never inside a field.
const VOTES = { KeyY: 'for', KeyN: 'against', KeyO: 'abstain' };
const FIELDS = { KeyD: 'discussion', KeyF: 'decision_text', KeyL: 'absent_now', KeyR: 'recused' };

const field = key => `[data-form] :is(textarea, input)[id*="Field_${key}"]`;

/**
 * `again()` after the page was read anew; `settled()` waits until what was said of the roll has arrived. Between `hold()`
 * and `release(done)` keys wait: whoever types faster than the server answers loses none, and none meets another member.
 */
export function keysOf(room) {
  let mode = ''; // "roll" and "paper" take digits, "paper" and "mend" (the vote entered last) how somebody voted
  let chosen = 0; // the number of the member whose paper is in hand
  let marks = Promise.resolve();
  let waiting = null; // keys pressed while an answer is on its way

  const one = what => room.querySelector(what);
  const last = what => [...room.querySelectorAll(what)].at(-1);
  const rows = () => [...room.querySelectorAll('[data-paper] li[data-number]')];
  const number = row => Number(row.dataset.number);

  document.addEventListener('keydown', event => {
    const typing = event.target.closest('input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]');
    if (event.code === 'Escape' && typing) typing.blur();
    else if (typing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.shortcuts === 'off') return;
    if (waiting) { waiting.push({ code: event.code, repeat: event.repeat }); event.preventDefault(); return; }
    if (act(event)) event.preventDefault();
  });

  /** True when the key meant something here. */
  function act({ code, repeat }) {
    const digit = Number(/^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1] ?? 0);
    if (digit && mode === 'roll') return turn(digit);
    if (digit && mode === 'paper') return choose(rows().find(row => number(row) === digit));
    if (mode === 'paper' && (code === 'ArrowDown' || code === 'ArrowUp')) return choose(beside(code === 'ArrowDown' ? 1 : -1));
    if (mode === 'paper' && VOTES[code]) return press(paper()?.querySelector(`[data-vote=${VOTES[code]}]`));
    if (code === 'Escape') return leave();
    if (repeat) return false;
    if (mode === 'mend' && VOTES[code]) return press(last('[data-mend]')?.querySelector(`[data-vote=${VOTES[code]}]`));
    if (VOTES[code]) return press(one(`a#choose-${VOTES[code]}`));
    if (code === 'KeyA') return begin('roll', one('[data-roll] input:checked') ?? one('[data-roll] input[type=radio]'));
    if (code === 'KeyB') return begin('paper', null);
    if (code === 'Enter' && document.activeElement.matches('main button')) return press(document.activeElement); // typed ahead
    if (code === 'KeyV') return onward(one('[data-main]') ?? one('[data-send]'));
    if (code === 'KeyS') return press(one('[data-key=S]'));
    if (code === 'KeyF' && !one(field(FIELDS.KeyF))) return into(one('[data-form] :is(textarea, input)'));
    if (code === 'KeyZ') return begin('mend', null);
    return FIELDS[code] ? into(one(field(FIELDS[code]))) : false;
  }

  // What ends a vote asks once more: the first press opens the question, Enter answers it.
  function onward(button) {
    return button?.matches('summary') ? into(button.parentElement.querySelector('button')) : press(button);
  }

  function press(button) {
    button?.click();
    return Boolean(button);
  }

  function into(field) {
    if (!field) return false;
    const fold = field.closest('details');
    if (fold) fold.open = true;
    field.focus();
    return true;
  }

  function leave() {
    choose(null);
    mode = '';
    return false;
  }

  function begin(what, focus) {
    if (!one(`[data-${what}]`)) return false;
    mode = what;
    if (what === 'mend') into(last('[data-mend]').querySelector('button'));
    if (what === 'paper') { one('[data-paper]').open = true; choose(rows()[0]); }
    focus?.focus();
    return true;
  }

  const paper = () => rows().find(row => number(row) === chosen);
  const beside = by => rows()[rows().findIndex(row => number(row) === chosen) + by];

  function choose(row) {
    if (row === undefined) return false;
    rows().forEach(each => each.classList.toggle('is-chosen', each === row));
    chosen = row ? number(row) : 0;
    row?.querySelector('[data-vote], button')?.focus();
    return true;
  }

  /** The paper that was in hand is entered: the next member's comes. What was to be put right, once `sent`, is. */
  function again(sent) {
    if (mode === 'mend' && sent) mode = '';
    if (mode !== 'paper') return;
    const left = rows();
    if (!left.length) { mode = ''; chosen = 0; return; }
    const here = paper();
    if (here && document.activeElement !== document.body) here.classList.add('is-chosen');
    else choose(here ?? left.find(row => number(row) > chosen) ?? left[0]);
  }

  function turn(digit) {
    const row = room.querySelectorAll('[data-roll] fieldset[data-person]')[digit - 1];
    if (!row) return false;
    const modes = [...row.querySelectorAll('input[type=radio]')];
    const next = modes[(modes.findIndex(each => each.checked) + 1) % modes.length];
    next.checked = true;
    next.focus();
    next.dispatchEvent(new Event('change', { bubbles: true }));
    return true;
  }

  // Whoever keeps the roll says it to everybody at once; the record comes with the button.
  room.addEventListener('change', event => {
    const roll = event.target.closest('[data-roll]');
    const whose = event.target.closest('[data-person]');
    if (!roll || !whose || event.target.type !== 'radio') return;
    const body = new FormData();
    body.set('csrf_token', roll.querySelector('[name=csrf_token]').value);
    body.set('person', whose.dataset.person);
    body.set('mark', event.target.value);
    marks = marks.then(() => fetch(roll.dataset.roll, { method: 'POST', body, redirect: 'manual' })).catch(() => {});
  });

  const hold = () => { waiting ??= []; };

  function release(done) {
    const held = done ? waiting ?? [] : [];
    waiting = null;
    for (const key of held) {
      if (waiting) waiting.push(key);
      else act(key);
    }
  }

  return { again, hold, release, settled: () => marks };
}
