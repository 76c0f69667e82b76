// Keeps the rest from knowing what form-js does not tell a screen reader: which question answers belong to, and what a list offers.

const put = (node, values) => {
  for (const [name, value] of Object.entries(values)) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
};

// Each answer has a name but the question has none: one would hear "yes, one of three" and not what is asked.
function question(group) {
  const label = group.querySelector(':scope > .fjs-form-field-label');
  const first = group.querySelector('input');
  if (!label || !first) return;
  const id = `${first.id}-question`;
  put(label, { id });
  put(group, { role: group.matches('.fjs-form-field-radio') ? 'radiogroup' : 'group', 'aria-labelledby': id });
}

// A select is drawn as an empty field beside a text: its choice, and that a list unfolds, has to be said.
function choice(field) {
  const input = field.querySelector('.fjs-select-hidden-input');
  const shown = field.querySelector('.fjs-select-display');
  if (!input || !shown) return;
  const list = field.querySelector('.fjs-dropdownlist');
  const described = new Set((input.getAttribute('aria-describedby') || '').split(' ').filter(Boolean)).add(shown.id);
  put(input, {
    role: 'combobox', 'aria-haspopup': 'listbox', 'aria-expanded': String(Boolean(list)),
    'aria-describedby': [shown.id, ...[...described].filter(id => id !== shown.id)].join(' '),
  });
  if (!list) {
    ['aria-controls', 'aria-activedescendant'].forEach(name => input.removeAttribute(name));
    return;
  }
  const id = `${input.id}-list`;
  put(list, { id, role: 'listbox', 'aria-labelledby': shown.id });
  list.querySelectorAll('.fjs-dropdownlist-item').forEach((item, at) => {
    const marked = item.classList.contains('focused');
    put(item, { id: `${id}-${at}`, role: 'option', 'aria-selected': String(marked) });
    if (marked) put(input, { 'aria-activedescendant': item.id });
  });
  put(input, { 'aria-controls': id });
}

export function nameParts(container) {
  container.querySelectorAll('.fjs-form-field-radio, .fjs-form-field-checklist').forEach(question);
  container.querySelectorAll('.fjs-form-field-select').forEach(choice);
}
