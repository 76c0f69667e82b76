// Keeps the replay page from knowing its player: stepping by buttons, slider and keys, tokens on the diagram, the proof.
import { marking, paint } from './diagram.js';

const SPEEDS = [1, 2, 4, 0.5];
const PACE = 1200; // milliseconds an entry at 1×
const MOVING = ['active', 'waiting', 'incident', 'done', 'stopped'];

export async function open(root) {
  const last = Number(root.dataset.last);
  const slider = root.querySelector('[data-slider]');
  const playButton = root.querySelector('[data-play]');
  const playWord = playButton.getAttribute('aria-label');
  const fasterButton = root.querySelector('[data-faster]');
  let at = Number(root.dataset.at);
  let speed = 0;
  let timer = null;
  let asked = 0;
  let known = null;
  let canvas = null;

  const stop = () => { clearTimeout(timer); timer = null; playButton.setAttribute('aria-label', playWord); playButton.removeAttribute('aria-pressed'); };

  async function go(wanted) {
    const step = Math.min(Math.max(wanted, 1), last);
    if (step === at) return;
    at = step;
    slider.value = String(at);
    root.querySelector('[data-at-shown]').textContent = String(at);
    tell();
    await exchange();
  }

  function tell() {
    slider.setAttribute('aria-valuetext', known ? `${at} / ${last}: ${known.entries[at - 1].said}` : `${at} / ${last}`);
    document.querySelectorAll('[data-entries] [aria-current]').forEach(one => one.removeAttribute('aria-current'));
    const line = document.querySelector(`[data-entries] [data-step="${at}"]`);
    line?.setAttribute('aria-current', 'step');
    const list = line?.closest('[data-entries]');
    if (list) list.scrollTop = line.offsetTop - list.offsetTop - list.clientHeight / 2;
    root.querySelectorAll('.tick').forEach(tick => tick.classList.toggle('ahead', Number(tick.dataset.seq) > at));
    canvas?.show(at);
  }

  // What an entry says is rendered by the server alone, so the page without scripts and the player never differ.
  async function exchange() {
    const turn = ++asked;
    const address = new URL(root.dataset.replay, location.href);
    address.searchParams.set('step', String(at));
    const answer = await fetch(address).catch(() => null);
    if (turn !== asked || !answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('[data-replay-step]');
    if (turn !== asked || !fresh) return;
    root.querySelector('[data-replay-step]').replaceWith(fresh);
    history.replaceState(null, '', address);
  }

  function play() {
    if (timer) return stop();
    playButton.setAttribute('aria-label', playButton.dataset.stopWord);
    playButton.setAttribute('aria-pressed', 'true');
    const tick = async () => {
      await go(at + 1);
      const wrong = root.querySelector(`.tick[data-seq="${at}"]`)?.classList.contains('differs');
      if (at >= last || wrong) return stop();
      if (timer) timer = setTimeout(tick, PACE / SPEEDS[speed]);
    };
    timer = setTimeout(tick, at >= last ? 0 : PACE / SPEEDS[speed]);
    return undefined;
  }

  function faster(by) {
    speed = (speed + by + SPEEDS.length) % SPEEDS.length;
    fasterButton.querySelector('[data-speed]').textContent = `${SPEEDS[speed]}×`;
  }

  const nextWhere = test => { const found = known?.entries.findIndex((one, index) => index >= at && test(one, index + 1)); if (found >= 0) go(found + 1); };
  const differs = seq => root.querySelector(`.tick[data-seq="${seq}"]`)?.classList.contains('differs');

  root.addEventListener('click', event => {
    const link = event.target.closest('[data-go]');
    if (!link) return;
    event.preventDefault();
    stop();
    go({ 1: 1, '-': at - 1, '+': at + 1, end: last }[link.dataset.go]);
  });
  document.querySelector('[data-entries]').addEventListener('click', event => {
    const link = event.target.closest('[data-step]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    stop();
    go(Number(link.dataset.step));
  });
  slider.addEventListener('input', () => { stop(); go(Number(slider.value)); });
  playButton.addEventListener('click', play);
  fasterButton.addEventListener('click', () => faster(1));
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest('textarea, select, input:not([type=range]), [contenteditable], dialog')) return;
    if (event.code === 'Space' && event.target.closest('button, a, summary')) return;
    const keys = {
      ArrowLeft: () => go(at - (event.shiftKey ? 10 : 1)),
      ArrowRight: () => go(at + (event.shiftKey ? 10 : 1)),
      Home: () => go(1),
      End: () => go(last),
      Comma: () => faster(-1),
      Period: () => faster(1),
      KeyM: () => nextWhere(one => one.kind === 'person'),
      Digit1: () => event.shiftKey && nextWhere((one, seq) => one.kind === 'irregular' || differs(seq)),
    };
    if (event.code === 'Space') { event.preventDefault(); play(); return; }
    if (!keys[event.code]) return;
    event.preventDefault();
    if (!['Comma', 'Period'].includes(event.code)) stop();
    keys[event.code]();
  });

  prove(root);
  const answer = await fetch(root.dataset.data);
  if (!answer.ok) return;
  known = await answer.json();
  tell();
  await onDiagram(root, known, made => { canvas = made; tell(); });
}

async function onDiagram(root, known, ready) {
  const container = root.querySelector('[data-replay-canvas]');
  const fold = container.closest('[data-diagram-fold]');
  let drawn = false;
  const draw = async () => {
    if (drawn || !fold.open) return;
    drawn = true;
    const viewer = await paint(container, known.xml, []);
    if (viewer) ready(player(viewer, container, known));
  };
  fold.addEventListener('toggle', draw);
  if (matchMedia('(min-width: 992px)').matches) fold.open = true;
  await draw();
}

// Where the last entry that moved something drawn here went on, or else what it ended.
function place(moves, shapes) {
  for (const move of moves.reverse()) {
    const drawn = Object.keys(move).filter(one => shapes.get(one)?.parent && !shapes.get(one).waypoints);
    const found = drawn.find(one => !['done', 'stopped', 'none'].includes(move[one])) ?? drawn.at(-1);
    if (found) return found;
  }
  return null;
}

function player(viewer, container, known) {
  const marks = marking(viewer, container.dataset.icons);
  return {
    show(at) {
      const states = Object.assign({}, ...known.moves.slice(0, at));
      marks.show(Object.entries(states)
        .filter(([, state]) => MOVING.includes(state))
        .map(([element, state]) => ({ element, state, tokens: 1, due: '', word: known.words[state] ?? '' })));
      const there = place(known.moves.slice(0, at), viewer.get('elementRegistry'));
      const side = Math.min(120, container.clientWidth / 4);
      if (there) viewer.get('canvas').scrollToElement(there, { top: 80, bottom: 80, left: side, right: side });
    },
  };
}

// The proof runs the whole case again: it comes when it comes, and says so in words, sign and bar.
async function prove(root) {
  const place = document.querySelector('[data-verdict][data-prove]');
  if (!place) return;
  const answer = await fetch(place.dataset.prove).catch(() => null);
  if (!answer?.ok) return;
  place.innerHTML = await answer.text();
  const wrong = place.querySelector('[data-differs]')?.dataset.differs.split(',').filter(Boolean) ?? [];
  wrong.forEach(seq => root.querySelector(`.tick[data-seq="${seq}"]`)?.classList.add('differs'));
}
