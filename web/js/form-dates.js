// Keeps forms from knowing that form-js takes a day without its hour (or an hour without its day) for no answer at all.

/** Adds to what a form's validation says: fields of a date and time of which one half alone is filled in. */
export function wholeDates(container) {
  class WholeDates {
    constructor(form, formFieldInstanceRegistry, formFieldRegistry, translate) {
      const validate = form.validate.bind(form);
      const half = ({ id, indexes }) => {
        if (formFieldRegistry.get(id)?.type !== 'datetime') return false;
        const whole = ['fjs-form', form._id, id].join('-') + Object.values(indexes || {}).map(i => `_${i}`).join('');
        const parts = ['date', 'time'].map(part => container.querySelector(`[id="${whole}-${part}"]`));
        return parts.every(Boolean) && parts.filter(part => part.value.trim()).length === 1;
      };
      form.validate = () => {
        const errors = validate();
        const halves = formFieldInstanceRegistry.getAllKeyed().filter(half);
        if (!halves.length) return errors;
        const all = { ...errors };
        for (const { id, indexes } of halves) {
          const steps = [id, ...Object.values(indexes || {})];
          let place = all;
          steps.slice(0, -1).forEach(step => { place = place[step] = { ...place[step] }; });
          place[steps.at(-1)] = [translate('Date and time must both be entered.')];
        }
        form._setState({ errors: all });
        return all;
      };
    }
  }
  WholeDates.$inject = ['form', 'formFieldInstanceRegistry', 'formFieldRegistry', 'translate'];
  return { __init__: ['wholeDates'], wholeDates: ['type', WholeDates] };
}
