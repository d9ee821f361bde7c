// Before the first paint: the text size and contrast that were chosen last time.
(() => {
  try {
    const root = document.documentElement;
    const size = localStorage.getItem("text-size");
    if (size) root.dataset.size = size;
    if (localStorage.getItem("contrast") === "high") root.dataset.contrast = "high";
  } catch { /* a browser that keeps nothing shows the default */ }
  document.documentElement.dataset.scripts = "on";
})();
