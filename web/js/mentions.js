// Keeps the comment's form from knowing how @ finds people: the names of its own boxes, which work without this too.
const MOST = 6;
const ASKED = /(?:^|\s)@([^\s@]*(?: [^\s@]*)?)$/u;

export function open(form) {
  const text = form.querySelector('textarea');
  const boxes = [...form.querySelectorAll('[name=mention]')];
  if (!boxes.length) return;
  const list = document.createElement('ul');
  list.className = 'mention-picker';
  list.id = 'mention-picker';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', form.querySelector('.mention-list summary').textContent);
  list.hidden = true;
  text.after(list);
  text.setAttribute('aria-autocomplete', 'list');
  text.setAttribute('aria-controls', list.id);
  let at = 0;

  const asked = () => ASKED.exec(text.value.slice(0, text.selectionStart))?.[1];
  const close = () => { list.hidden = true; list.replaceChildren(); text.removeAttribute('aria-activedescendant'); };

  function show() {
    const wanted = asked()?.toLocaleLowerCase();
    const found = wanted === undefined ? [] : boxes.filter(box => box.dataset.name.toLocaleLowerCase().includes(wanted)).slice(0, MOST);
    if (!found.length) { close(); return; }
    at = 0;
    list.replaceChildren(...found.map((box, index) => {
      const item = document.createElement('li');
      item.id = `mention-${index}`;
      item.setAttribute('role', 'option');
      item.textContent = box.dataset.name;
      item.addEventListener('mousedown', event => { event.preventDefault(); take(box); });
      return item;
    }));
    list.found = found;
    list.hidden = false;
    mark();
  }

  function mark() {
    [...list.children].forEach((item, index) => item.setAttribute('aria-selected', String(index === at)));
    text.setAttribute('aria-activedescendant', `mention-${at}`);
  }

  function take(box) {
    const end = text.selectionStart;
    const start = end - asked().length - 1;
    text.setRangeText(`@${box.dataset.name} `, start, end, 'end');
    box.checked = true;
    form.querySelector('.mention-list').open = true; // who will be told stays in sight
    close();
    text.focus();
  }

  text.addEventListener('input', show);
  text.addEventListener('blur', close);
  text.addEventListener('keydown', event => {
    if (list.hidden) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) at = (at + move + list.found.length) % list.found.length;
    else if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && !event.ctrlKey || event.key === 'Tab') take(list.found[at]);
    else return;
    event.preventDefault();
    if (move) mark();
  });
}
