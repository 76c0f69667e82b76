// Keeps a second click from sending a form twice: the button says it is busy, and the server knows the form's key anyway.
const busy = new WeakSet();

export function guardForms() {
  document.addEventListener('submit', event => {
    const form = event.target;
    if (!form.matches('[data-guard]') || event.defaultPrevented) return;
    if (busy.has(form)) { event.preventDefault(); return; }
    busy.add(form);
    // aria-disabled and not disabled: a disabled button would lose the focus
    form.querySelectorAll('button:not([type=button])').forEach(button => button.setAttribute('aria-disabled', 'true'));
  });
  // Back brings the page as it was left: it must be usable again.
  addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
}

export function release(form) {
  busy.delete(form);
  form.querySelectorAll('[aria-disabled]').forEach(button => button.removeAttribute('aria-disabled'));
}
