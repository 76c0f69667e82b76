// Keeps the rest from knowing the small helps of a page: focus on errors, shown password, copying, folds, the lost connection, rows of tabs, forms already sent.
export function smallThings() {
  const wanted = document.querySelector('[data-focus]');
  if (wanted) wanted.focus();

  // on a phone tabs and chips stand in one row: the chosen one is moved into the middle, so that its neighbours show
  document.querySelectorAll('.tabs, .chips').forEach(row => {
    const chosen = row.querySelector('[aria-current]');
    if (chosen) row.scrollLeft = chosen.offsetLeft - row.offsetLeft - (row.clientWidth - chosen.offsetWidth) / 2;
  });

  document.querySelectorAll('[data-reveal]').forEach(button => button.addEventListener('click', () => {
    const field = document.getElementById(button.dataset.reveal);
    const shown = field.type === 'password';
    field.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
  }));

  document.querySelectorAll('[data-copy]').forEach(button => button.addEventListener('click', async () => {
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value ?? field.textContent.trim());
    } catch {
      if (field.select) field.select(); else getSelection().selectAllChildren(field);
      document.execCommand('copy'); // plain http has no clipboard interface
    }
    button.lastChild.textContent = ` ${button.dataset.done}`;
  }));

  document.querySelectorAll('[data-why]').forEach(block => {
    const toggle = block.querySelector('.why-toggle');
    toggle.addEventListener('click', () => {
      const open = block.classList.toggle('is-open');
      toggle.setAttribute('aria-expanded', String(open));
    });
  });

  document.querySelectorAll('[data-print]').forEach(button => button.addEventListener('click', () => print()));

  // A browser that goes back types into a form again what has been sent: whoever sits there next would read it, or send it once more.
  const sent = document.querySelector('[data-sent]');
  if (sent) sessionStorage.setItem(`sent:${sent.dataset.sent}`, 'yes');
  const form = document.querySelector('form[data-forgets]');
  if (form && sessionStorage.getItem(`sent:${form.dataset.forgets}`)) {
    sessionStorage.removeItem(`sent:${form.dataset.forgets}`);
    addEventListener('pageshow', () => setTimeout(() => {
      form.reset();
      form.dispatchEvent(new Event('change', { bubbles: true }));
    }));
  }

  const offline = document.querySelector('[data-offline]');
  const tell = () => { offline.hidden = navigator.onLine; };
  addEventListener('online', tell);
  addEventListener('offline', tell);

  addEventListener('beforeprint', () => document.querySelectorAll('details').forEach(one => { one.open = true; }));
}
