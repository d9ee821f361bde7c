// Every form: sent once, however often it is pressed; what is copied, printed or ticked with one click.
// What is typed is kept by kept.js, and sent by sending.js.

import { copyText } from "./copying.js";

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const copy = event.target.closest("[data-copy]");
  if (!copy || !await copyText(document.querySelector(copy.dataset.copy))) return;
  if (copy.dataset.copied) copy.textContent = copy.dataset.copied;
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  // What is answered with a file (data-file) leaves its page, and may be sent again.
  if (event.defaultPrevented || form.hasAttribute("data-file")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post" && !form.hasAttribute("data-hx-post") && !form.dataset.keep) {
    form.dataset.sent = "yes";
    setTimeout(() => form.querySelectorAll("button").forEach((b) => { b.setAttribute("aria-disabled", "true"); }));
  }
});

addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((b) => { b.removeAttribute("aria-disabled"); });
  });
});

// One tick for all ticks of a name in its form.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.tickAll;
  if (!name) return;
  for (const one of event.target.form.elements) { // wherever on the page they stand
    if (one.type === "checkbox" && one.name === name) one.checked = event.target.checked;
  }
});
