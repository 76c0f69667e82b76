// Keeps forms from knowing how a file gets from a field to beside the case: sent when it is chosen, named in the answer by its record.
import { Errors, FilePicker, Label } from '@bpmn-io/form-js-viewer';
import { h } from 'preact';
import { useState } from 'preact/hooks';

const ACCEPTED = '.pdf,.docx,.xlsx,.png,.jpg,.jpeg';

// One request for all that were chosen: the answer names what was kept, and says what was not.
async function send(place, chosen) {
  const body = new FormData();
  const page = document.querySelector('[data-answers]');
  body.append('csrf_token', page.elements.csrf_token.value);
  body.append('task', place.task);
  body.append('key', crypto.randomUUID?.() ?? String(Math.random()));
  chosen.forEach(file => body.append('file', file));
  const answer = await fetch(place.to, { method: 'POST', body, headers: { 'X-Part': 'records' } });
  return answer.json();
}

function listed(files, place, remove) {
  return h('ul', { class: 'form-files' }, files.map(file => h('li', { key: file.note },
    place ? h('a', { href: place.at.replace('NOTE', file.note), download: true }, file.name) : file.name,
    remove && h('button', {
      type: 'button', class: 'btn btn-link btn-sm', 'aria-label': `${place.words.remove}: ${file.name}`, onClick: () => remove(file),
    }, place.words.remove))));
}

// `place`: where files of this case go and come from, and words; without one, files are only told.
function fieldFor(place) {
  function Files({ field, value, onChange, domId, errors = [], disabled, readonly }) {
    const [state, tell] = useState({ busy: false, problem: '' });
    const files = Array.isArray(value) ? value : [];
    const closed = disabled || readonly || !place;
    const put = found => onChange({ value: found.length ? found : null });
    const choose = async event => {
      const input = event.target;
      const chosen = [...input.files];
      if (!chosen.length) return;
      tell({ busy: true, problem: '' });
      try {
        const { files: kept, problem } = await send(place, chosen);
        if (kept.length) put(field.multiple ? [...files, ...kept] : kept.slice(-1));
        tell({ busy: false, problem });
      } catch {
        tell({ busy: false, problem: place.words.lost });
      }
      input.value = '';
    };
    const wrong = state.problem ? [state.problem] : errors;
    const classes = ['fjs-form-field', 'fjs-form-field-filepicker', wrong.length && 'fjs-has-errors', closed && 'fjs-readonly'];
    return h('div', { class: classes.filter(Boolean).join(' '), 'data-uploading': state.busy ? '' : undefined },
      h(Label, { htmlFor: closed ? undefined : domId, label: field.label, required: field.validate?.required }),
      files.length ? listed(files, place, closed ? null : file => put(files.filter(one => one.note !== file.note))) : closed && h('p', null, '—'),
      !closed && h('input', {
        type: 'file', id: domId, class: 'form-control', multiple: Boolean(field.multiple), accept: ACCEPTED, onChange: choose, disabled: state.busy,
        'aria-describedby': `${domId}-hint ${domId}-error-message`, 'aria-invalid': wrong.length > 0,
      }),
      !closed && h('p', { class: 'muted', id: `${domId}-hint` }, place.words.hint),
      h('p', { role: 'status', class: 'muted' }, state.busy ? place.words.sending : ''),
      h(Errors, { errors: wrong, id: `${domId}-error-message` }));
  }
  Files.config = FilePicker.config;
  return Files;
}

/** form-js's module that draws fields for files; `place`: {to, at, task, words} of the case, null where nothing can be added. */
export function files(place) {
  class FileFields {
    constructor(formFields) { formFields.register('filepicker', fieldFor(place)); }
  }
  FileFields.$inject = ['formFields'];
  return { __init__: ['fileFields'], fileFields: ['type', FileFields] };
}
