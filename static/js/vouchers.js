// Anonymous vouchers: drawn without a word on the first page in the issuing days, the same
// number by everybody, and kept in this browser until they are printed, used or removed.
"use strict";

(() => {
  const KEPT = "vouchers";
  const PENDING = "vouchers-pending";
  const NONCE_LENGTH = 32;

  const read = (key) => { try { return JSON.parse(localStorage.getItem(key) || "[]"); } catch { return []; } };
  const write = (key, value) => {
    try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; }
  };
  const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
  const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const urlSafe = (bytes) => toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  async function draw(place) {
    const { url, round, token, each } = place.dataset;
    const key = { n: BigInt(`0x${place.dataset.n}`), e: BigInt(`0x${place.dataset.e}`) };
    let pending = read(PENDING).find((one) => one.round === round);
    if (!pending) {
      const made = [];
      for (let number = 0; number < Number(each); number += 1) {
        const prepared = BlindRsa.prepare(BlindRsa.random(NONCE_LENGTH));
        const { blinded, inverse } = await BlindRsa.blind(key, prepared);
        made.push({ prepared: toBase64(prepared), blinded: toBase64(blinded), inverse: inverse.toString(16) });
      }
      pending = { round, made };
      // Kept before they are sent: a reply that is lost on the way is asked for again.
      if (!write(PENDING, [...read(PENDING).filter((one) => one.round !== round), pending])) return;
    }
    const answer = await fetch(url, {
      method: "POST",
      headers: { "X-CSRFToken": token, "Content-Type": "application/json" },
      body: JSON.stringify({ blinded: pending.made.map((one) => one.blinded) }),
    });
    if (!answer.ok) return;
    const { signed } = await answer.json();
    const vouchers = [];
    for (const [at, one] of pending.made.entries()) {
      const prepared = fromBase64(one.prepared);
      const signature = await BlindRsa.finish(key, prepared, fromBase64(signed[at]), BigInt(`0x${one.inverse}`));
      if (!signature) return;
      vouchers.push({ round, text: `DT1.${round}.${urlSafe(BlindRsa.join(prepared, signature))}` });
    }
    if (write(KEPT, [...read(KEPT), ...vouchers])) {
      write(PENDING, read(PENDING).filter((one) => one.round !== round));
    }
  }

  function show(section) {
    const kept = read(KEPT);
    const list = section.querySelector("[data-vouchers-list]");
    list.replaceChildren();
    section.querySelector("[data-vouchers-none]").hidden = kept.length > 0;
    section.querySelector("[data-vouchers-acts]").hidden = kept.length === 0;
    for (const one of kept) {
      const row = section.querySelector("[data-voucher]").content.cloneNode(true);
      const address = `${section.dataset.anonymousUrl}/#phieu=${one.text}`;
      row.querySelector("[data-voucher-text]").textContent = one.text;
      row.querySelector("[data-voucher-use]").href = address;
      Receipt.drawQr(row.querySelector("[data-voucher-qr]"), address);
      list.append(row);
    }
  }

  document.addEventListener("DOMContentLoaded", async () => {
    if (crypto?.subtle) {
      for (const place of document.querySelectorAll("[data-draw]")) {
        try { await draw(place); } catch { /* the next page tries again */ }
      }
    }
    const section = document.querySelector("[data-vouchers]");
    if (!section) return;
    show(section);
    section.querySelector("[data-vouchers-forget]").addEventListener("click", () => {
      localStorage.removeItem(KEPT);
      show(section);
    });
  });
})();
