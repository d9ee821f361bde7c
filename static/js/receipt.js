// Receipt codes: made here, kept by the asker, known to the server by their hash alone.
"use strict";

const Receipt = (() => {
  const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const LENGTH = 26;

  // The same arithmetic as foundation/codes.py.
  function checkOf(body) {
    let number = 0;
    for (let place = 1; place <= body.length; place += 1) {
      number = (number * 37 + ALPHABET.indexOf(body[place - 1]) * place + 1) % 1021;
    }
    return ALPHABET[number >> 5] + ALPHABET[number & 31];
  }

  function newBody() {
    return Array.from(crypto.getRandomValues(new Uint8Array(LENGTH)), (byte) => ALPHABET[byte & 31]).join("");
  }

  function inGroups(body) {
    return (body + checkOf(body)).match(/.{4}/g).join("-");
  }

  async function hashOf(body) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function drawQr(place, text) {
    if (!window.qrcode || !place) return;
    const code = window.qrcode(0, "M");
    code.addData(text);
    code.make();
    const size = code.getModuleCount();
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `-2 -2 ${size + 4} ${size + 4}`);
    svg.setAttribute("class", "qr");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    let drawn = "";
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column < size; column += 1) {
        if (code.isDark(row, column)) drawn += `M${column} ${row}h1v1h-1z`;
      }
    }
    path.setAttribute("d", drawn);
    svg.append(path);
    place.replaceChildren(svg);
  }

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

  function show(code) {
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
      try {
        await navigator.clipboard.writeText(place.textContent.trim());
      } catch { // the browser does not let us: it is marked, for the asker to copy
        getSelection().selectAllChildren(place);
        return;
      }
      button.textContent = button.dataset.copied;
      kept();
    });
    slip.querySelector("[data-receipt-print]").addEventListener("click", () => { window.print(); kept(); });
    slip.querySelector("[data-receipt-kept]").addEventListener("click", kept);
  }

  const works = Boolean(globalThis.crypto?.subtle);
  return { newBody, inGroups, hashOf, show, drawQr, works };
})();
window.Receipt = Receipt;

// On the portal the form is followed by another page: the code waits in this tab until then.

const WAITING = "receipt:";

async function makeReceipt(form) {
  try {
    const key = WAITING + form.elements.form_key.value;
    const body = sessionStorage.getItem(key) || Receipt.newBody(); // a kept form keeps its code
    sessionStorage.setItem(key, body);
    form.elements.receipt.value = await Receipt.hashOf(body);
  } catch { /* private mode: the server makes the code */ }
}

function makeReceipts() {
  if (Receipt.works) document.querySelectorAll("[data-makes-receipt]").forEach(makeReceipt);
}

document.addEventListener("page-replaced", makeReceipts);
document.addEventListener("kept-filled", makeReceipts); // and with it the key of the form
document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.dataset.scripts = "on"; // as early.js says on the portal's own pages
  makeReceipts();
  const slip = document.querySelector("[data-receipt]");
  if (!slip) return;
  let body = null;
  const key = WAITING + (slip.dataset.receipt || "");
  try { body = slip.dataset.receipt ? sessionStorage.getItem(key) : null; } catch { /* private mode */ }
  Receipt.show(body ? Receipt.inGroups(body) : "");
  slip.addEventListener("receipt-kept", () => { try { sessionStorage.removeItem(key); } catch { /* private mode */ } });
});
