// Anonymous vouchers: drawn without a word on the first page in the issuing days, the same number by
// everybody. This browser keeps them locked with a key that only their person's own pages bear, and
// shows them only when asked to.
import { fromBase64, joined, random, toBase64, toHex } from "./lib/bytes.js";
import { finished, keyOf, made } from "./lib/drawing.js";
import { sha256 } from "./lib/sha256.js";
import { inBrowser } from "./lib/store.js";
import { drawQr } from "./qr.js";

const SLOT = "vouchers:";
const { subtle } = globalThis.crypto || {};

// What this browser keeps of the person whose page this is: { kept, pending }.
async function locked(seal) {
  const raw = fromBase64(seal);
  const key = await subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  const name = SLOT + toHex(await sha256(raw)).slice(0, 16);
  return {
    async read() {
      try {
        const bytes = fromBase64(inBrowser.read(name));
        const plain = await subtle.decrypt({ name: "AES-GCM", iv: bytes.slice(0, 12) }, key, bytes.slice(12));
        return JSON.parse(new TextDecoder().decode(plain));
      } catch { return { kept: [], pending: [] }; } // none yet, or of another key
    },
    async write(value) {
      const iv = random(12);
      const plain = new TextEncoder().encode(JSON.stringify(value));
      const bytes = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
      return inBrowser.write(name, toBase64(joined(iv, bytes)));
    },
    forget: () => inBrowser.drop(name),
  };
}

async function draw(place) {
  const { url, round, token, each } = place.dataset;
  const key = keyOf(place.dataset);
  const store = await locked(place.dataset.seal);
  const own = await store.read();
  let pending = own.pending.find((one) => one.round === round);
  if (!pending) {
    pending = { round, made: await made(key, Number(each)) };
    own.pending.push(pending);
    // Kept before they are sent: a reply that is lost on the way is asked for again.
    if (!await store.write(own)) return;
  }
  const answer = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token, "Content-Type": "application/json" },
    body: JSON.stringify({ blinded: pending.made.map((one) => one.blinded) }),
  });
  if (!answer.ok) return;
  const { signed } = await answer.json();
  const vouchers = (await finished(key, pending.made, signed))?.map((one) => ({ round, text: `DT1.${round}.${one}` }));
  if (!vouchers) return;
  await store.write({
    kept: [...own.kept, ...vouchers],
    pending: own.pending.filter((one) => one.round !== round),
  });
  place.dataset.drawn = "yes";
}

function show(section, kept) {
  const list = section.querySelector("[data-vouchers-list]");
  list.replaceChildren();
  section.querySelector("[data-vouchers-none]").hidden = kept.length > 0;
  section.querySelector("[data-vouchers-acts]").hidden = kept.length === 0;
  for (const one of kept) {
    const row = section.querySelector("[data-voucher]").content.cloneNode(true);
    const address = `${section.dataset.anonymousUrl}/#phieu=${one.text}`;
    row.querySelector("[data-voucher-text]").textContent = one.text;
    row.querySelector("[data-voucher-use]").href = address;
    drawQr(row.querySelector("[data-voucher-qr]"), address);
    list.append(row);
  }
}

// From the time when they lay there open, and nobody knew whose they were.
function dropOpenOnes() {
  ["vouchers", "vouchers-pending"].forEach(inBrowser.drop);
}

document.addEventListener("DOMContentLoaded", async () => {
  dropOpenOnes();
  if (!subtle) return;
  for (const place of document.querySelectorAll("[data-draw]")) {
    try { await draw(place); } catch { /* the next page tries again */ }
  }
  const section = document.querySelector("[data-vouchers]");
  if (!section) return;
  const store = await locked(section.dataset.seal);
  const button = section.querySelector("[data-vouchers-show]");
  button.addEventListener("click", async () => {
    show(section, (await store.read()).kept);
    button.hidden = true;
  });
  section.querySelector("[data-vouchers-forget]").addEventListener("click", () => {
    store.forget();
    show(section, []);
  });
});
