// Keeps lists and cases from knowing how they hear of what is new: they ask while they are looked at, offer it, and move no row.
const EVERY = { list: 60_000, case: 30_000 };

export function watch(place) {
  const rows = () => [...document.querySelectorAll('[data-row]')];
  const known = rows().map(row => row.dataset.row);
  const title = document.title;
  const kind = 'entries' in place.dataset ? 'case' : 'list';
  let asked = Date.now();

  const ask = async () => {
    if (document.hidden || !navigator.onLine) return;
    asked = Date.now();
    const answer = await fetch(place.dataset.fresh, { headers: { Accept: 'application/json' }, redirect: 'manual' }).catch(() => null);
    if (!answer?.ok) return; // signed out or unreachable: the next act of the person tells so
    if (kind === 'case') offer(await answer.json() - Number(place.dataset.entries));
    else show(await answer.json());
  };

  const show = listed => {
    // Of a list that goes on, what comes after the last row shown was there before: it only moved up.
    const end = 'whole' in place.dataset ? listed.length : listed.findLastIndex(task => known.includes(task));
    const news = listed.slice(0, end).filter(task => !known.includes(task)).length;
    offer(news);
    rows().forEach(row => mark(row, !listed.includes(row.dataset.row)));
  };

  const offer = news => {
    if (String(news || '') === (place.dataset.number ?? '')) return;
    place.dataset.number = news || '';
    document.title = news ? `(${news}) ${title}` : title;
    const link = document.createElement('a');
    link.href = place.dataset.here;
    link.className = 'btn btn-primary';
    link.textContent = place.dataset.say.replace('{n}', news);
    place.replaceChildren(...(news ? [link] : []));
  };

  // A row that is gone stays where it is, and its words take no room: nothing may move under a pointer.
  const mark = (row, gone) => {
    if (row.classList.contains('is-gone') === gone) return;
    row.classList.toggle('is-gone', gone);
    row.querySelectorAll('[data-pick]').forEach(box => { if (gone && box.checked) box.click(); box.disabled = gone; });
    row.querySelectorAll('[data-claim]').forEach(button => { button.disabled = gone; });
    if (!gone) { row.querySelector('.gone-word').remove(); return; }
    const words = document.createElement('span');
    words.className = 'gone-word';
    words.textContent = place.dataset.gone;
    row.querySelector('th').append(words);
  };

  setInterval(ask, EVERY[kind]);
  document.addEventListener('visibilitychange', () => { if (Date.now() - asked > EVERY[kind]) ask(); });
}
