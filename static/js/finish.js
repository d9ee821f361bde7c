// “Done, erase the traces”: what this browser keeps goes, and the page with it. By itself, once nobody
// has touched the page for half an hour, the tab forgets. On the portal and on the anonymous host.
import { inBrowser, inTab } from "./lib/store.js";

const form = () => document.querySelector("form[data-finish]");

function erase() {
  document.querySelectorAll("main form").forEach((one) => one.reset());
  document.querySelectorAll("main textarea, main input[type=text]").forEach((one) => { one.value = ""; });
  document.dispatchEvent(new Event("traces-erased")); // whoever keeps something forgets it, and keeps no more
  inTab.clear();
}

document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  if (!document.dispatchEvent(new Event("before-erasing", { cancelable: true }))) {
    event.preventDefault(); // a code that was not kept yet
    return;
  }
  erase();
  inBrowser.clear();
}, true);

// --- by itself -----------------------------------------------------------------------------

let touched = Date.now();
for (const sign of ["pointerdown", "keydown", "input", "scroll", "touchstart"]) {
  addEventListener(sign, () => { touched = Date.now(); }, { capture: true, passive: true });
}

function look() {
  const own = form();
  if (!own || Date.now() - touched < Number(own.dataset.finish) * 1000) return;
  erase();
  document.querySelector("main").replaceChildren();
  location.replace(own.getAttribute("action"));
}

setInterval(look, 15_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
addEventListener("focus", look);
