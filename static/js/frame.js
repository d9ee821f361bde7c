// The frame of every page: size of text, contrast, the menu on a telephone, shortcuts.
import { inBrowser } from "./lib/store.js";

const root = document.documentElement;

// --- text size and contrast ---------------------------------------------------------

function resize(step) {
  const now = step === 0 ? 0 : Math.max(-1, Math.min(3, Number(root.dataset.size || 0) + step));
  root.dataset.size = String(now);
  inBrowser.write("text-size", String(now));
}

function showContrast() {
  document.querySelectorAll("button[data-contrast]").forEach((button) => {
    button.setAttribute("aria-pressed", String(root.dataset.contrast === "high"));
  });
}

function turnContrast() {
  const high = root.dataset.contrast !== "high";
  if (high) root.dataset.contrast = "high"; else delete root.dataset.contrast;
  inBrowser.write("contrast", high ? "high" : "normal");
  showContrast();
}

// --- the menu on a telephone ----------------------------------------------------------

function fold(button) {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  button.closest(".top").classList.toggle("is-open", open);
}

// --- keys: a button or link with data-key is pressed by that key, unless somebody types --

const keys = document.getElementById("keys");
const shortcuts = () => inBrowser.read("shortcuts") !== "off";

function labelOf(one) {
  const copy = one.cloneNode(true);
  copy.querySelectorAll("kbd").forEach((key) => key.remove());
  return (one.getAttribute("aria-label") || one.placeholder || copy.textContent).trim();
}

function showKeys() {
  if (!keys) return;
  const list = keys.querySelector("[data-keys-list]");
  list.replaceChildren();
  for (const one of document.querySelectorAll("[data-key]")) {
    const row = keys.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("kbd").textContent = one.dataset.key;
    row.querySelector("dd").textContent = labelOf(one);
    list.append(...row.children);
  }
  keys.querySelector("[data-keys-none]").hidden = list.children.length > 0;
  list.append(...keys.querySelector("template").content.firstElementChild.cloneNode(true).children);
  keys.showModal();
}

function press(wanted) {
  if (wanted.matches("input, textarea, select")) wanted.focus();
  else if (wanted.matches("summary")) {
    wanted.parentElement.open = true;
    (wanted.parentElement.querySelector("textarea, select, input:not([type=hidden])") || wanted).focus();
  } else wanted.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return; // a key that is held is pressed once
  if (event.target.closest("dialog")) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (!shortcuts()) return;
  if (event.key === "?" && keys) { event.preventDefault(); showKeys(); return; }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (wanted) { event.preventDefault(); press(wanted); }
});

// --- clicks -----------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.textSize) resize(Number(button.dataset.textSize));
  if ("contrast" in button.dataset) turnContrast();
  if (button.classList.contains("top-button")) fold(button);
  if (button.dataset.opens === "keys") showKeys();
  if (button.dataset.closes) document.getElementById(button.dataset.closes)?.close();
});

const chosen = keys?.querySelector("[data-keys-on]");
if (chosen) {
  const show = () => { root.dataset.shortcuts = shortcuts() ? "on" : "off"; };
  chosen.checked = shortcuts();
  chosen.addEventListener("change", () => { inBrowser.write("shortcuts", chosen.checked ? "on" : "off"); show(); });
  show();
}
showContrast();
