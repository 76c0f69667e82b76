// Keeps pages from knowing how it is found out, without a word inside the form, what still keeps it from being sent.
import { saysEmpty } from './form-translations.js';

const MOST = 6; // fields named; the rest is a number

/** Errors as form-js keeps them ({id: [sentence]} or {id: {row: [sentence]}}) as a flat list [{id, indexes, sentences}]. */
export function flat(errors) {
  const found = [];
  const walk = (id, node, indexes) => {
    if (!node) return;
    if (Array.isArray(node) && (!node.length || typeof node[0] === 'string')) {
      if (node.length) found.push({ id, indexes, sentences: node });
    } else {
      Object.entries(node).forEach(([index, inner]) => walk(id, inner, [...indexes, Number(index)]));
    }
  };
  Object.entries(errors).forEach(([id, node]) => walk(id, node, []));
  return found;
}

/** The form's own verdict on what is in it now; nothing is drawn for it, so nobody is told off while typing. */
export function verdict(form) {
  form._setState = () => {}; // validate() would show its findings
  try {
    return form.validate();
  } finally {
    delete form._setState;
  }
}

/** Says in `line` what is missing, each as a link to its field; hides it when nothing is. */
export function tell(line, drawn, lang, words) {
  const wanting = drawn.missing();
  const list = line.querySelector('ul');
  const items = wanting.slice(0, MOST).map(one => {
    const item = document.createElement('li');
    const link = item.appendChild(document.createElement('a'));
    link.href = '#form';
    const plain = saysEmpty(lang, one.sentence); // then the name alone is enough
    link.textContent = plain || !one.label ? one.label || one.sentence : `${one.label}: ${one.sentence}`;
    link.addEventListener('click', event => { event.preventDefault(); one.go(); });
    return item;
  });
  if (wanting.length > MOST) {
    const more = document.createElement('li');
    more.textContent = words.more.replace('{n}', wanting.length - MOST);
    items.push(more);
  }
  list.replaceChildren(...items);
  line.hidden = !items.length;
}
