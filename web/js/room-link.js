// Keeps the room from knowing how it hears that something changed, and how it is noticed that nothing is heard any more.
const SILENCE = 12_000; // the server says something every five seconds (BREATH in web/room.py)
const AGAIN = 3000;

/** `hear(version)` at each word of the server, null when nothing changed; `lost()` once it is known that none comes. */
export function link(address, hear, lost) {
  let heard = Date.now();
  let failures = 0;

  function word(version) {
    heard = Date.now();
    failures = 0;
    hear(version);
  }

  function listen() {
    const source = new EventSource(address);
    source.addEventListener('version', event => word(event.data));
    source.addEventListener('still', () => word(null));
    source.onerror = () => {
      failures += 1; // a server without a free thread ends each answer: it speaks every time, so it is not lost
      if (failures > 1) lost();
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN);
    };
  }

  setInterval(() => { if (!navigator.onLine || Date.now() - heard > SILENCE) lost(); }, 1000);
  addEventListener('offline', lost);
  listen();
}
