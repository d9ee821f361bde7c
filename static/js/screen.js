// The screen of a hall: it asks by itself what to show, and keeps the last thing when nobody answers.
import { drawClock, newKey } from "./lib/hall.js";
import { inTab } from "./lib/store.js";
import { drawQr } from "./qr.js";

const EVERY = 2_000; // milliseconds, unless the part says otherwise: one screen, or three hundred telephones
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
  part().replaceWith(fresh);
  drawCodes();
  showPressed();
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

// Where one has pressed "I ask the same" is known to this tab alone, and so is the number it is known by.
const pressed = () => JSON.parse(inTab.read("same") || "{}");

function showPressed() {
  const { done = [] } = pressed();
  document.querySelectorAll("[data-same]").forEach((form) => {
    if (done.includes(form.dataset.same)) form.querySelector("button").setAttribute("aria-pressed", "true");
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-same]");
  if (!form) return;
  event.preventDefault();
  const { done = [], phone = newKey() } = pressed();
  if (done.includes(form.dataset.same)) return;
  const data = new URLSearchParams(new FormData(form));
  data.set("phone", phone);
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin", headers: { "X-Sent-By": "script" } });
    if (answer.status !== 204) return;
    inTab.write("same", JSON.stringify({ phone, done: [...done, form.dataset.same] }));
    showPressed();
  } catch { /* the button can be pressed again */ }
});

function turnLight() {
  const root = document.documentElement;
  if ("light" in root.dataset) delete root.dataset.light; else root.dataset.light = "";
}

drawCodes(); // also of an invitation
showPressed();
if (part()) {
  if (document.body.matches(".screen")) document.addEventListener("keydown", ({ key }) => {
    if (key === "f") { if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen(); }
    if (key === "d") turnLight();
  });
  setInterval(tick, 500);
  setTimeout(look, every());
}
