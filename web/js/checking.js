// Keeps pages from knowing how a file is compared with the register: hashed here, it never leaves the machine.
export function open(box) {
  const known = new Set(box.dataset.hashes.trim().split(/\s+/));
  const say = same => {
    box.querySelector('[data-same]').hidden = same !== true;
    box.querySelector('[data-other]').hidden = same !== false;
  };
  if (!crypto.subtle) {
    box.hidden = true; // no safe connection: the hashes below can still be compared by hand
    return;
  }
  box.querySelector('input').addEventListener('change', async event => {
    const file = event.target.files[0];
    say(undefined);
    if (!file) return;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    say(known.has(Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')));
  });
}
