// Receipt codes: made here, kept by the asker, known to the server by their hash alone.
import { copyText } from "./copying.js";
import { inGroups, newBody } from "./lib/codes.js";
import { hashOf } from "./lib/sha256.js";
import { inTab } from "./lib/store.js";
import { drawQr } from "./qr.js";

// A page with a code cannot be left by accident before the code is kept.
let unkept = false;
addEventListener("beforeunload", (event) => {
  if (unkept) { event.preventDefault(); event.returnValue = ""; }
});
// Telephones that do not ask before a page is left: its own links wait as well.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!unkept || !link || link.target === "_blank" || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  const warning = document.querySelector("[data-receipt-leave]");
  warning.hidden = false;
  document.querySelector("[data-receipt-kept]").focus();
  warning.scrollIntoView({ block: "center" });
});

document.addEventListener("before-erasing", (event) => {
  if (!unkept) return;
  event.preventDefault();
  const warning = document.querySelector("[data-receipt-leave]");
  warning.hidden = false;
  warning.scrollIntoView({ block: "center" });
});
document.addEventListener("traces-erased", () => { unkept = false; });

export function show(code) {
  const slip = document.querySelector("[data-receipt]");
  if (!slip) return;
  const place = slip.querySelector(".receipt-code");
  if (code) place.textContent = code;
  if (!place.textContent.trim()) { slip.hidden = true; return; }
  drawQr(slip.querySelector("[data-receipt-qr]"), place.textContent.trim());
  unkept = true;
  const kept = () => {
    unkept = false;
    slip.querySelector("[data-receipt-leave]").hidden = true;
    slip.querySelector("[data-receipt-done]").hidden = false;
    slip.dispatchEvent(new CustomEvent("receipt-kept", { bubbles: true }));
  };
  slip.querySelector("[data-receipt-copy]").addEventListener("click", async (event) => {
    const button = event.target;
    if (!await copyText(place)) return;
    button.textContent = button.dataset.copied;
    kept();
  });
  slip.querySelector("[data-receipt-print]").addEventListener("click", () => { window.print(); kept(); });
  slip.querySelector("[data-receipt-kept]").addEventListener("click", kept);
}

// On the portal the form is followed by another page: the code waits in this tab until then. A tab
// that keeps nothing has the server make the code.

const WAITING = "receipt:";

async function makeReceipt(form) {
  const key = WAITING + form.elements.form_key.value;
  const body = inTab.read(key) || newBody(); // a kept form keeps its code
  if (inTab.write(key, body)) form.elements.receipt.value = await hashOf(body);
}

const makeReceipts = () => document.querySelectorAll("[data-makes-receipt]").forEach(makeReceipt);

document.addEventListener("page-replaced", makeReceipts);
document.addEventListener("kept-filled", makeReceipts); // and with it the key of the form
document.addEventListener("DOMContentLoaded", () => {
  makeReceipts();
  const slip = document.querySelector("[data-receipt]");
  if (!slip) return;
  const key = WAITING + slip.dataset.receipt;
  const body = slip.dataset.receipt ? inTab.read(key) : null;
  show(body ? inGroups(body) : "");
  slip.addEventListener("receipt-kept", () => inTab.drop(key));
});
