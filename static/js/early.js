// Before the first paint: the text size and contrast that were chosen last time, and that scripts run.
// Should the page's own script not come, or not be one that this browser can read, it takes that back.
(() => {
  const root = document.documentElement;
  try {
    const size = localStorage.getItem("text-size");
    if (size) root.dataset.size = size;
    if (localStorage.getItem("contrast") === "high") root.dataset.contrast = "high";
  } catch { /* a browser that keeps nothing shows the default */ }
  root.dataset.scripts = "on";
  document.addEventListener("DOMContentLoaded", () => {
    if (!("ran" in root.dataset)) delete root.dataset.scripts; // hosts/portal.js has said nothing
  });
})();
