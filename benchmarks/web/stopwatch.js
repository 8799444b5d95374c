// In every page of a measurement: `stopwatch.done` is the moment (performance.now) at which all of `words` stand in the
// page's <main> and are painted; with `answered`, not before the page's own load has been answered on the socket.
(() => {
  const watch = window.stopwatch = { began: 0, done: 0, words: [], answered: true };
  watch.start = (words) => Object.assign(watch, { words, done: 0, answered: false });

  const look = () => {
    if (watch.done || !watch.words.length || !watch.answered) return;
    const text = document.querySelector("main")?.textContent ?? "";
    if (!watch.words.every((word) => text.includes(word))) return;
    watch.words = [];
    requestAnimationFrame(() => setTimeout(() => (watch.done = performance.now())));
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
  addEventListener("click", (event) => (watch.began = event.timeStamp), true);

  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (!String(data).includes('"is_hydrated_rx_state_":true')) return;
        watch.answered = true;
        setTimeout(look);
      });
    }
  };
})();
