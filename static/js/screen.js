// The screen of a hall: it asks by itself what to show, and keeps the last thing when nobody answers.
import { drawClock } from "./lib/hall.js";
import { inTab } from "./lib/store.js";
import { offerPasses } from "./passes.js";
import { fitParts, startParts } from "./parts.js";
import { ownToken } from "./posting.js";
import { drawQr } from "./qr.js";
import { quiet, trouble, troubleOf } from "./trouble.js";

// Milliseconds, unless the part says otherwise: three hundred telephones. One screen asks so often that it has
// what is pressed at a desk within two seconds, also when one answer is slow.
const EVERY = 1_000;
const SLOWEST = 10_000;
const QUIET_FOR = 30_000; // milliseconds without an answer before the hall is told

const part = () => document.querySelector("[data-screen]");
const every = () => Number(part()?.dataset.every || EVERY);
let pause = every();
let heard = performance.now();
let shownSince = performance.now();

function tick() {
  const clock = document.querySelector("[data-screen] [data-clock]");
  if (!clock) return;
  drawClock(clock, (performance.now() - shownSince) / 1_000);
}

const drawCodes = () => document.querySelectorAll("[data-qr-of]").forEach((place) => drawQr(place, place.dataset.qrOf));

function take(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-screen]");
  if (!fresh) return;
  const held = part().contains(document.activeElement) ? document.activeElement.closest("[data-same]")?.dataset.same : "";
  part().replaceWith(fresh);
  if (held) fresh.querySelector(`[data-same="${CSS.escape(held)}"] button`)?.focus();
  drawCodes();
  showPressed();
  offerPasses();
  fitParts();
  shownSince = performance.now();
  tick();
}

async function look() {
  try {
    const answer = await fetch(`${location.pathname}state/?since=${part().dataset.change}&seed=${part().dataset.seed || ""}`, { credentials: "omit" });
    const isFine = answer.status === 200 || answer.status === 304;
    if (answer.status === 200) take(await answer.text());
    if (answer.status === 404) { part().replaceChildren(); part().className = "is-blank"; part().dataset.change = ""; }
    if (isFine) heard = performance.now();
    pause = isFine ? every() : Math.min(pause * 2, SLOWEST);
  } catch { pause = Math.min(pause * 2, SLOWEST); }
  document.querySelector("[data-lost]").hidden = performance.now() - heard < QUIET_FOR;
  setTimeout(look, pause * (0.9 + Math.random() / 5)); // not all of a hall in the same moment
}

// Where one has pressed "I ask the same" is known to this tab alone.
const pressed = () => JSON.parse(inTab.read("same") || "{}");

function showPressed() {
  const { done = [] } = pressed();
  document.querySelectorAll("[data-same]").forEach((form) => {
    if (done.includes(form.dataset.same)) form.querySelector("button").setAttribute("aria-pressed", "true");
  });
}

const TOKEN = "csrfmiddlewaretoken";
let token = document.querySelector(`[data-same] [name=${TOKEN}]`)?.value;

async function press(form, isAgain = false) {
  if (!token || isAgain) token = await ownToken("[data-same]");
  const data = new URLSearchParams({ [TOKEN]: token });
  const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin", headers: { "X-Sent-By": "script" } });
  if (answer.status === 403 && !isAgain) return press(form, true);
  return answer.status;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-same]");
  if (!form) return;
  event.preventDefault();
  const { done = [] } = pressed();
  if (done.includes(form.dataset.same)) return;
  try {
    const status = await press(form);
    if (status !== 204) { trouble(troubleOf(status)); return; }
    quiet();
    inTab.write("same", JSON.stringify({ done: [...done, form.dataset.same] }));
    showPressed();
  } catch { trouble("network"); }
});

function turnLight() {
  const root = document.documentElement;
  if ("light" in root.dataset) delete root.dataset.light; else root.dataset.light = "";
}

drawCodes(); // also of an invitation
offerPasses();
showPressed();
if (part()) {
  if (document.body.matches(".screen")) document.addEventListener("keydown", ({ key }) => {
    if (key === "f") { if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen(); }
    if (key === "d") turnLight();
  });
  startParts();
  setInterval(tick, 500);
  setTimeout(look, every());
}
