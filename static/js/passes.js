// Passes of a hall: every telephone that follows draws the same number, unseen by the portal, and without
// a word, so that drawing tells nothing of asking. They stay in this tab.
import { finished, keyOf, made } from "./lib/drawing.js";
import { inTab } from "./lib/store.js";
import { ownToken } from "./posting.js";

const SLOT = "passes:";
let isDrawing = false;

const read = (round) => { try { return JSON.parse(inTab.read(SLOT + round)) || {}; } catch { return {}; } };

async function draw(place) {
  const { passes: url, round, each } = place.dataset;
  const key = keyOf(place.dataset);
  const own = read(round);
  own.pending ||= await made(key, Number(each));
  // Kept before they are sent: a reply that is lost on the way is asked for again.
  if (!inTab.write(SLOT + round, JSON.stringify(own))) return;
  const answer = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": await ownToken("[data-passes]"), "Content-Type": "application/json" },
    body: JSON.stringify({ blinded: own.pending.map((one) => one.blinded) }),
  });
  // Another tab of this browser has drawn them, and keeps them.
  if (answer.status === 409) inTab.write(SLOT + round, JSON.stringify({ isElsewhere: true }));
  if (!answer.ok) return;
  const { signed } = await answer.json();
  const passes = (await finished(key, own.pending, signed))?.map((one) => `HT1.${round}.${one}`);
  if (!passes) return;
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
