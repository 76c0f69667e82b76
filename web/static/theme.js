// Runs before the first paint: scripts are on, and the colours the reader or the system asked for.
(() => {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = /(?:^|; )sapa_theme=(light|dark)/.exec(document.cookie);
  const paint = () => { root.dataset.bsTheme = chosen ? chosen[1] : dark.matches ? 'dark' : 'light'; };
  root.classList.add('js');
  paint();
  dark.addEventListener('change', paint);
})();
