// The anonymous page: the slip's code comes in the address's fragment, which is never sent;
// the receipt is made here; nothing is kept in this browser.
"use strict";

(() => {
  const STEP = 32 * 1024; // bytes, as of the answers
  let body = null; // of the receipt; the same for every attempt with this slip

  function fromFragment(form) {
    const found = /^#phieu=(.+)$/.exec(location.hash);
    if (!found) return;
    form.elements.voucher.value = decodeURIComponent(found[1]);
    history.replaceState(null, "", location.pathname + location.search);
  }

  // What is sent is filled up, so that its size tells the network little about the text.
  function padded(form) {
    const body = new URLSearchParams(new FormData(form)).toString();
    return `${body}&filler=${"x".repeat(STEP - ((body.length + "&filler=".length) % STEP))}`;
  }

  async function send(event) {
    const form = event.target;
    if (!Receipt.works) return; // an ordinary form, and the server makes the code
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    const trouble = form.querySelector("[data-network]");
    trouble.hidden = true;
    try {
      body = body || Receipt.newBody();
      form.elements.receipt.value = await Receipt.hashOf(body);
      const answer = await fetch(location.pathname + location.search, {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" },
        body: padded(form),
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      if (answer.ok) {
        Receipt.show(Receipt.inGroups(body));
        body = null;
      } else {
        prepare();
        document.dispatchEvent(new Event("page-replaced"));
      }
      document.querySelector("main").focus();
    } catch {
      trouble.hidden = false;
    } finally {
      delete form.dataset.sending;
    }
  }

  // Whoever holds a voucher is told the hashes of the committee's names, so that this browser
  // can warn of a text that names somebody. The text itself is not sent.
  async function fetchNames(form) {
    const hint = form.querySelector("[data-guard-for]");
    const voucher = form.elements.voucher.value.trim();
    if (!hint || voucher.length < 20) return;
    try {
      const answer = await fetch("/names/", {
        method: "POST",
        body: new URLSearchParams({ voucher }),
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
      });
      if (!answer.ok) return;
      const names = await answer.json();
      hint.dataset.guardSalt = names.salt;
      hint.dataset.guardHashes = names.hashes.join(" ");
      form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
    } catch { /* no hint, then */ }
  }

  function prepare() {
    const form = document.querySelector("[data-anonymous]");
    if (!form) return;
    fromFragment(form);
    fetchNames(form);
    form.elements.voucher.addEventListener("change", () => fetchNames(form));
    form.addEventListener("submit", send);
    document.querySelector("[aria-invalid=true], .is-invalid")?.focus();
  }

  document.addEventListener("DOMContentLoaded", prepare);
})();
