// Passes of a hall: every telephone that follows draws the same number, unseen by the portal, and without
// a word, so that drawing tells nothing of asking. They stay in this tab.
import { blind, finish, prepare } from "./lib/blind-rsa.js";
import { fromBase64, joined, random, toBase64, toUrlSafe } from "./lib/bytes.js";
import { inTab } from "./lib/store.js";

const NONCE_LENGTH = 32;
const SLOT = "passes:";
let isDrawing = false;

const read = (round) => { try { return JSON.parse(inTab.read(SLOT + round)) || {}; } catch { return {}; } };

async function made(key, each) {
  const found = [];
  for (let number = 0; number < each; number += 1) {
    const prepared = prepare(random(NONCE_LENGTH));
    const { blinded, inverse } = await blind(key, prepared);
    found.push({ prepared: toBase64(prepared), blinded: toBase64(blinded), inverse: inverse.toString(16) });
  }
  return found;
}

// The parts that are asked for come without cookies, so the token of this browser is its page's own.
async function ownToken() {
  const page = await fetch(location.href, { credentials: "same-origin" });
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  return fresh.querySelector("[data-passes] [name=csrfmiddlewaretoken]")?.value || "";
}

async function draw(place) {
  const { passes: url, round, n, e, each } = place.dataset;
  const key = { n: BigInt(`0x${n}`), e: BigInt(`0x${e}`) };
  const own = read(round);
  own.pending ||= await made(key, Number(each));
  // Kept before they are sent: a reply that is lost on the way is asked for again.
  if (!inTab.write(SLOT + round, JSON.stringify(own))) return;
  const answer = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": await ownToken(), "Content-Type": "application/json" },
    body: JSON.stringify({ blinded: own.pending.map((one) => one.blinded) }),
  });
  // Another tab of this browser has drawn them, and keeps them.
  if (answer.status === 409) inTab.write(SLOT + round, JSON.stringify({ isElsewhere: true }));
  if (!answer.ok) return;
  const { signed } = await answer.json();
  const passes = [];
  for (const [at, one] of own.pending.entries()) {
    const prepared = fromBase64(one.prepared);
    const signature = await finish(key, prepared, fromBase64(signed[at]), BigInt(`0x${one.inverse}`));
    if (!signature) return;
    passes.push(`HT1.${round}.${toUrlSafe(joined(prepared, signature))}`);
  }
  inTab.write(SLOT + round, JSON.stringify({ passes, next: 0 }));
}

function show(place) {
  const { passes, next, isElsewhere } = read(place.dataset.round);
  const line = place.querySelector("[data-pass]");
  place.querySelector("[data-pass-elsewhere]").hidden = !isElsewhere;
  line.hidden = !passes;
  if (passes) line.querySelector("a").href = `${place.dataset.to}#phieu=${encodeURIComponent(passes[next % passes.length])}`;
}

export async function offerPasses() {
  const place = document.querySelector("[data-passes]");
  if (!place) return;
  show(place);
  const own = read(place.dataset.round);
  if (isDrawing || own.passes || own.isElsewhere) return;
  isDrawing = true;
  try {
    await draw(place);
    const shown = document.querySelector("[data-passes]");
    if (shown) show(shown);
  } catch { /* with the next change of the page */ }
  isDrawing = false;
}

// The next question takes the next pass.
document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-pass] a")?.closest("[data-passes]");
  if (!place) return;
  const own = read(place.dataset.round);
  inTab.write(SLOT + place.dataset.round, JSON.stringify({ ...own, next: own.next + 1 }));
  setTimeout(() => show(place), 0);
});
