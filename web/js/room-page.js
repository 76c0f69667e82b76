// Keeps the room from knowing how a page that was read anew takes the place of the one that is shown: only what differs.

// Hidden fields differ in each answer (tokens and keys), and what somebody unfolded is their own: they are no change.
const plain = part => part.innerHTML.replace(/<input type="hidden"[^>]*>/g, '').replace(/ open(="")?/g, '');
const said = part => part?.textContent.trim().replace(/\s+/g, ' ') || '';
const PARTS = '[data-part]';

/** Put the live parts of `page` in. `whole`: also the one whose form is on the page, as it was sent or another has come. */
export function swap(page, whole) {
  const before = sentences(document);
  for (const old of document.querySelectorAll('[data-live]')) {
    const fresh = page.getElementById(old.id);
    if (!fresh || (!whole && old.querySelector('[data-form]'))) continue; // what is typed there stays
    if (whole && (old.querySelector('[data-form]') || fresh.querySelector('[data-form]'))) old.replaceChildren(...fresh.childNodes);
    else renew(old, fresh);
  }
  announce(before, sentences(document));
}

/** Parts inside stay as they are unless they themselves differ: a vote of somebody else moves nobody's focus. */
function renew(old, fresh) {
  if (plain(old) === plain(fresh)) return;
  const [mine, theirs] = [inner(old), inner(fresh)];
  const same = mine.length > 0 && mine.map(one => one.id).join() === theirs.map(one => one.id).join();
  if (same && frame(old) === frame(fresh)) {
    mine.forEach((one, i) => renew(one, theirs[i]));
    return;
  }
  const focused = old.contains(document.activeElement) ? document.activeElement.id : '';
  const typed = [...old.querySelectorAll('input[type=text], textarea')].filter(one => one.value !== one.defaultValue);
  const opened = new Map([...old.querySelectorAll('details[id]')].map(fold => [fold.id, fold.open]));
  old.replaceChildren(...fresh.childNodes);
  for (const fold of old.querySelectorAll('details[id]')) if (opened.has(fold.id)) fold.open = opened.get(fold.id);
  for (const one of typed) {
    const place = [...old.querySelectorAll('input[type=text], textarea')].find(each => each.name === one.name);
    if (place) place.replaceWith(one); // the field itself: the cursor stays where it was
  }
  if (focused) document.getElementById(focused)?.focus();
}

/** The parts directly inside, not those inside them. */
const inner = part => [...part.querySelectorAll(PARTS)].filter(one => one.parentElement.closest(`${PARTS}, [data-live]`) === part);

/** What is around the parts. */
function frame(part) {
  const copy = part.cloneNode(true);
  inner(copy).forEach(one => one.replaceChildren());
  return plain(copy);
}

// At most one sentence at a time, totals only; what was opened, lost or decided comes before how many have voted.
const sentences = place => ['alert', 'tell'].map(kind => said(place.querySelector(`[data-${kind}]`)));

function announce(before, now) {
  const [alert, tell] = now.map((sentence, i) => (sentence && sentence !== before[i] ? sentence : ''));
  if (alert) say('[data-said=alert]', alert);
  else if (tell) say('[data-said=status]', tell);
}

export function say(where, sentence) {
  const place = document.querySelector(where);
  if (place) place.textContent = sentence;
}

/** The sentences the server has for whoever has just sent something, above the room. */
export function tellFlashes(page, room) {
  document.querySelectorAll('main > .band').forEach(old => old.remove());
  const told = [...page.querySelectorAll('main > .band')];
  room.before(...told);
  told.find(one => !one.matches('.tone-ok'))?.scrollIntoView({ block: 'center' }); // the button may stand far below
}
