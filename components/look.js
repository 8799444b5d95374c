// The theme and text size that the person of this browser chose, before anything is drawn. Kept by PageLook in parts.js.
(() => {
  try {
    const [theme, text] = (localStorage.getItem("carelane.look") ?? "").split(" ");
    if (theme) document.documentElement.dataset.theme = theme;
    if (text) document.documentElement.dataset.text = text;
  } catch {
    // A browser that keeps nothing follows the device until the person is known.
  }
})();
