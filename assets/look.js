// The theme and text size that the person of this browser chose, worn before anything is drawn. PageLook in parts.js keeps
// them, and wears what the server says. The browser's own frame follows: it goes by the first theme-color that fits.
(() => {
  const paper = { light: "#f7f8f5", dark: "#0f1615" };
  const frame = Object.assign(document.createElement("meta"), { name: "theme-color" });

  globalThis.wearLook = (theme, text) => {
    Object.assign(document.documentElement.dataset, { theme, text });
    frame.content = paper[theme] ?? "";
    if (frame.content) document.head.prepend(frame);
    else frame.remove();
  };

  try {
    const [theme, text] = (localStorage.getItem("carelane.look") ?? "").split(" ");
    if (theme) wearLook(theme, text ?? "normal");
  } catch {
    // A browser that keeps nothing follows the device until the person is known.
  }
})();
