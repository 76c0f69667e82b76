// Keeps lists of errors from knowing how a row of a list is told from its neighbours: by its number and by what stands in it.
import { say } from './form-translations.js';

const LONGEST = 80; // as in web/form_rows.py

// As the reader sees it: a choice and a person by name.
function shown(field) {
  const choice = field?.closest('.fjs-form-field')?.querySelector('.fjs-select-display');
  if (choice) return choice.matches('.fjs-select-placeholder') ? '' : choice.textContent.trim();
  return field?.matches('input:not([type=checkbox], [type=radio]), textarea') ? field.value.trim() : '';
}

const inside = components => components.flatMap(one => (one.type === 'group' ? inside(one.components || []) : [one]));

/** "row 2: what the process gave for it", of the field with this id; empty where it stands in no list. */
export function rowOf(form, place, id, indexes, lang) {
  if (!indexes.length) return '';
  const fields = form.get('formFieldRegistry');
  let list = fields.get(fields.get(id)?._parent);
  while (list && list.type !== 'dynamiclist') list = fields.get(list._parent);
  const others = inside(list?.components || []).filter(one => one.key && one.id !== id);
  const given = others.filter(one => one.readonly || one.disabled);
  const texts = (given.length ? given : others).map(one => shown(place(one.id, indexes))).filter(Boolean);
  const about = (given.length ? texts : texts.slice(0, 1)).join(', ');
  const number = say(lang, 'row {index}', { index: indexes.map(index => index + 1).join('.') });
  return about ? `${number}: ${about.length > LONGEST ? `${about.slice(0, LONGEST - 1)}…` : about}` : number;
}
