// The desk of a running hall. All who work at it see the same within two seconds; what somebody types
// stays. Acts are sent one after the other, and while the network is gone they wait here, in their order.
import * as kept from "./kept.js";
import { dataOf } from "./posting.js";
import { quiet, trouble, troubleOf } from "./trouble.js";
import { drawClock, mergedFields, newKey } from "./lib/hall.js";

const BY_SCRIPT = { "X-Sent-By": "script" };
const EVERY = 2_000;
const SLOWEST = 20_000;
const LINES = ".hall-line, .hall-asks"; // forms that are empty again once they are sent
const TWICE = 1_500; // milliseconds in which a second press is a slip
const SAVED_AFTER = 1_200; // milliseconds after the last letter

const PRACTISED = 15_000;

const TYPED = ["text", "answered_by", "promised", "promised_unit", "promised_on"];

const hall = () => document.querySelector("[data-hall]");
const gistForm = () => document.querySelector("#hall-now [data-gist]");
const waiting = []; // what was pressed and has not been answered: {form, url, data, name, fields}
let pause = EVERY;
let isSending = false;
let begun = -TWICE; // when somebody was given the floor
let saved = {}; // the fields of the gist as the portal has them
let own = {}; // as they were saved from here

// --- showing what the portal says -------------------------------------------------------------

const fieldsOf = (form) => Object.fromEntries(TYPED.map((name) => [name, form?.elements[name]?.value || ""]));
const isTyped = () => Boolean(gistForm()) && JSON.stringify(fieldsOf(gistForm())) !== JSON.stringify(saved);
// The desk shows the same of the queue after an act as before it.
const asShown = (url) => {
  const address = new URL(url, location.href);
  for (const [name, value] of new URLSearchParams(hall()?.dataset.only)) address.searchParams.set(name, value);
  return address;
};
const labelOf = (form, name) => (form.elements[name]?.labels?.[0]?.textContent || "").replace("*", "").trim();

// What was held by the hand before is held again: the same field, or the same button of the same question.
function twinOf(held, old, fresh) {
  if (held.id) return document.getElementById(held.id);
  const row = held.closest("[data-question]")?.dataset.question;
  const place = (row && fresh.querySelector(`[data-question="${CSS.escape(row)}"]`)) || (row ? null : fresh);
  const like = (one) => one.name === held.name && one.value === held.value && one.form?.action === held.form?.action;
  return [...(place?.querySelectorAll("button, input, textarea, select") || [])].find(like);
}

function replaced(old, fresh) {
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  const [from, to] = [held?.selectionStart, held?.selectionEnd];
  const open = [...old.querySelectorAll("details")].map((one) => one.open);
  const ticked = old.querySelectorAll("[type=checkbox][form]:checked");
  old.replaceWith(fresh);
  kept.each(fresh, (one) => kept.prepare(one));
  for (const box of ticked) { // what is ticked stays so while others act
    const twin = fresh.querySelector(`[form="${box.getAttribute("form")}"][value="${CSS.escape(box.value)}"]`);
    if (twin) twin.checked = true;
  }
  const isSame = old.id === fresh.id && old.dataset.turn === fresh.dataset.turn; // another turn begins folded
  fresh.querySelectorAll("details").forEach((one, n) => { if (open[n] && isSame) one.open = true; });
  if (!held) return;
  const twin = twinOf(held, old, fresh) || fresh.querySelector("h2");
  if (twin && !twin.matches("a, button, input, textarea, select, summary")) twin.tabIndex = -1;
  twin?.focus();
  if (typeof from === "number" && twin?.setSelectionRange) twin.setSelectionRange(from, to);
}

// What somebody typed and nobody has: it stays beside, to be copied.
function keepWords(text) {
  const box = document.getElementById("hall-kept");
  const place = box?.querySelector("textarea");
  if (!place || !text?.trim() || place.value.includes(text.trim())) return;
  place.value = `${place.value}\n\n${text}`.trim();
  box.hidden = false;
}

function showClashes(form, clashes, theirs) {
  const box = form.querySelector("[data-theirs]");
  if (!clashes.length || !box) return;
  box.querySelector(".written").textContent = clashes.map((name) => `${labelOf(form, name)}: ${theirs[name]}`).join("\n");
  box.hidden = false;
}

function fill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    if (!field || field.value === value) continue;
    if (own[name] && field.value === own[name] && !value.includes(own[name])) keepWords(own[name]); // somebody wrote over it
    field.value = value;
  }
}

function takeNow(old, fresh, { isOwn, isDone, act }) {
  const form = gistForm();
  const other = fresh.querySelector("[data-gist]");
  const mine = fieldsOf(form);
  if (!form || !other || old.dataset.turn !== fresh.dataset.turn) {
    const isRecorded = isOwn && isDone && act.form === form;
    if (form && !isRecorded) for (const name of ["text", "promised"]) if (mine[name] !== saved[name]) keepWords(mine[name]);
    replaced(old, fresh);
    saved = fieldsOf(gistForm());
    own = {};
    const isCalled = isDone && act.form?.matches(".hall-line") && !old.dataset.turn; // asked and on the floor at once
    if ((isRecorded && other) || (isCalled && gistForm() && !act.form.elements.text.value)) gistForm().elements.text.focus();
    return;
  }
  const isRefused = isOwn && !isDone && Boolean(fresh.querySelector(".is-invalid, [aria-invalid=true]"));
  if (isOwn && isDone && act.fields) { saved = act.fields; own = act.fields; }
  const theirs = fieldsOf(other);
  const { values, clashes } = mergedFields(saved, mine, isRefused ? saved : theirs);
  if (isRefused || old.dataset.look !== fresh.dataset.look) replaced(old, fresh);
  const shown = gistForm();
  if (!isRefused) {
    saved = theirs;
    old.dataset.version = fresh.dataset.version;
    shown.elements.version.value = other.elements.version.value;
    document.querySelectorAll("#hall-now [name=later-version]").forEach((one) => { one.value = fresh.dataset.version; });
  }
  fill(shown, values);
  showClashes(shown, clashes, theirs);
}

// The line is empty again since it was sent; what was refused comes back, unless the next one stands there.
const wordsOf = ({ data }) => data.get("text") || [data.get("name"), data.get("unit")].filter(Boolean).join(", ");

function takeFloor(old, fresh, { isOwn, isDone, act }) {
  if (!isOwn || isDone) return;
  if (old.querySelector("[name=text], [name=name]").value.trim()) keepWords(wordsOf(act));
  else replaced(old, fresh);
}

function take(text, act = {}, isDone = true) {
  const here = hall();
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-hall]");
  if (!here || !fresh) return false;
  if (!act.form && parseInt(fresh.dataset.change, 10) < parseInt(here.dataset.change, 10)) return true;
  here.dataset.change = fresh.dataset.change;
  for (const old of here.querySelectorAll("[data-part]")) {
    const part = fresh.querySelector(`#${old.id}`);
    const how = { isOwn: Boolean(act.form && old.contains(act.form)), isDone, act };
    if (!part || (old.id === "hall-said" && !act.name)) continue;
    if (old.dataset.part === "floor") takeFloor(old, part, how);
    else if (old.dataset.part === "now") takeNow(old, part, how);
    else replaced(old, part);
  }
  tick();
  return true;
}

// --- sending ------------------------------------------------------------------------------------

function showWaiting() {
  const box = document.getElementById("hall-waits");
  if (!box) return;
  const names = waiting.filter((one) => one.name).map((one) => one.name);
  box.hidden = pause <= EVERY || !names.length;
  box.querySelector("[data-waits]").textContent = names.join(" · ");
}

// What waits outlives the tab's page: reloaded by mistake, it is sent all the same.
const placeOf = () => `hall:${location.pathname}`;

function remember() {
  const acts = waiting.map(({ url, data, name }) => [url, new URLSearchParams(data).toString(), name]);
  if (acts.length) kept.besides.write(placeOf(), { acts });
  else kept.besides.drop(placeOf());
}

function recall() {
  for (const [url, text, name] of kept.besides.read(placeOf())?.acts || []) {
    waiting.push({ form: document.createElement("form"), data: new URLSearchParams(text), url, name });
  }
  if (waiting.length) sendAll();
}

function busy(form, is) {
  if (!form?.isConnected) return;
  form.querySelectorAll("button:not([type=button])").forEach((one) => {
    if (is) one.setAttribute("aria-disabled", "true"); else one.removeAttribute("aria-disabled");
  });
}

// The newest version of the turn, as this page has shown it: words of others were shown with it.
function bodyOf({ data, turn }) {
  const now = document.getElementById("hall-now");
  for (const name of ["version", "later-version"]) {
    if (turn && data.has(name) && now?.dataset.turn === turn) data.set(name, now.dataset.version);
  }
  return new URLSearchParams(data);
}

async function renewed(act) {
  const answer = await fetch(location.href, { credentials: "same-origin", headers: BY_SCRIPT });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("[data-hall] [name=csrfmiddlewaretoken]")?.value;
  if (!token || page.body.dataset.person !== document.body.dataset.person) return false;
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((one) => { one.value = token; });
  waiting.forEach((one) => one.data.set("csrfmiddlewaretoken", token));
  act.isRenewed = true;
  return true;
}

// Returns whether the act is over: taken, or refused for good.
async function answered(act, answer, text) {
  if (answer.headers.has("X-Form-Old") && !act.isRenewed && await renewed(act)) return false;
  if (answer.headers.get("X-Go-To")) { trouble("signedOut"); pause = SLOWEST; return false; }
  act.failed = (act.failed || 0) + (answer.status === 500 && answer.headers.has("X-Portal") ? 1 : 0);
  const isLost = act.failed > 1; // it fails whenever it is sent: what comes after it must not wait for ever
  if (!isLost && (!answer.headers.has("X-Portal") || answer.status >= 500 || answer.status === 429)) {
    pause = Math.min(pause * 2, SLOWEST);
    return false;
  }
  quiet();
  if (answer.headers.get("X-Draft") === "used" && !act.form.matches(LINES)) kept.done(act.form);
  if (isLost || (!take(text, act, answer.ok) && !answer.ok)) {
    keepWords(act.data.get("text") || "");
    trouble(troubleOf(answer.status));
  }
  if (!answer.ok && !act.form.isConnected) keepWords(act.data.get("text") || ""); // its page was loaded anew
  if (act.fields && isTyped()) later();
  return true;
}

async function sendAll() {
  if (isSending) return;
  isSending = true;
  while (waiting.length) {
    const act = waiting[0];
    let isOver = false;
    try {
      const answer = await fetch(asShown(act.url), { method: "POST", body: bodyOf(act), headers: BY_SCRIPT, credentials: "same-origin" });
      isOver = await answered(act, answer, await answer.text());
      if (isOver) pause = EVERY;
    } catch { pause = Math.min(pause * 2, SLOWEST); }
    if (isOver) { waiting.shift(); remember(); busy(act.form, false); }
    showWaiting();
    if (!isOver) await new Promise((go) => { setTimeout(go, pause); });
  }
  isSending = false;
}

function order(form, submitter, { url, name } = {}) {
  const data = dataOf(form, submitter);
  const words = (name ?? submitter?.textContent ?? "").trim().replace(/\s+/g, " ");
  const text = form.matches(LINES) ? (data.get("text") || data.get("name")).trim() : "";
  const fields = form.matches("[data-gist]") && name === "" ? fieldsOf(form) : null;
  const turn = form.closest("#hall-now")?.dataset.turn;
  waiting.push({ form, data, fields, turn, url: url || form.action, name: text ? `${words}: ${text.slice(0, 60)}` : words });
  remember();
  sendAll();
}

// The next one can be typed at once, with a key of its own.
function emptied(form) {
  for (const name of ["text", "name", "unit"]) if (form.elements[name]) form.elements[name].value = "";
  if (form.elements.kind) form.elements.kind.selectedIndex = 0;
  form.elements.key.value = newKey();
  if (kept.states.has(form)) { kept.trying(form); kept.used(form); }
  (form.elements.text || form.elements.name).focus();
}

// --- what is pressed and typed ----------------------------------------------------------------------

let timer = 0;

function later() {
  clearTimeout(timer);
  timer = setTimeout(saveGist, SAVED_AFTER);
}

function saveGist() {
  clearTimeout(timer);
  const form = gistForm();
  if (form && isTyped() && !waiting.some((one) => one.fields)) order(form, null, { url: form.dataset.gist, name: "" });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-desk]") || !hall()) return;
  event.preventDefault();
  if (event.submitter?.getAttribute("aria-disabled") === "true") return;
  if (event.submitter?.value === "begin") { // pressed twice, the second press is not for the next one
    if (performance.now() - begun < TWICE) return;
    begun = performance.now();
  }
  clearTimeout(timer);
  if (!form.matches("[data-gist]")) saveGist(); // what is typed goes first, whatever becomes of the turn
  if (kept.states.has(form)) kept.trying(form);
  order(form, event.submitter);
  if (form.matches(".hall-merge")) [...form.elements].forEach((one) => { one.checked = false; });
  if (form.matches(LINES)) emptied(form); else busy(form, true);
}, true);

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("[data-gist]");
  if (form && TYPED.includes(event.target.name)) later();
});

// Whoever speaks is named in the line where somebody says so, and by nothing else.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-asks]");
  const form = document.querySelector("#hall-floor .hall-line");
  if (!button || !form) return;
  for (const name of ["name", "unit"]) {
    form.elements[name].value = button.closest("[data-speaker]").dataset[name];
    form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.elements.text.focus();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-says]");
  const form = button?.closest("[data-gist]");
  if (!form) return;
  form.elements.answered_by.value = button.dataset.says;
  form.elements.answered_by.dispatchEvent(new Event("input", { bubbles: true }));
});

// Enter ends the line from the floor; with Ctrl it ends the turn.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  const form = event.target.closest?.("[data-desk]");
  const isLine = form?.matches(".hall-line") && event.target.matches("textarea") && !event.shiftKey;
  if (!form || !(isLine || (event.ctrlKey && form.matches("[data-gist]")))) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button:not([type=button])"));
});

globalThis.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });

// --- looking whether anything has changed ------------------------------------------------------------

const began = new WeakMap(); // the clock's element: when it was shown first

function tick() {
  for (const clock of document.querySelectorAll("#hall-now [data-clock], #hall-speakers [data-clock]")) {
    if (!began.has(clock)) began.set(clock, performance.now());
    drawClock(clock, (performance.now() - began.get(clock)) / 1_000);
  }
}

async function look() {
  const here = hall();
  if (here && !waiting.length && !document.hidden) {
    try {
      const answer = await fetch(asShown(`${here.dataset.url}?since=${here.dataset.change}`), { credentials: "same-origin", headers: BY_SCRIPT });
      pause = answer.status >= 500 || answer.status === 429 ? Math.min(pause * 2, SLOWEST) : EVERY;
      if (answer.status === 200 && answer.headers.has("X-Portal") && !waiting.length) take(await answer.text());
      if (answer.headers.get("X-Go-To")) trouble("signedOut");
    } catch { pause = Math.min(pause * 2, SLOWEST); }
  }
  setTimeout(look, pause);
}

// In the demo a hall can ask by itself; the portal sees to it that one person alone does at a time.
async function practise() {
  const form = document.querySelector("[data-steps]");
  if (!form || document.hidden) return;
  const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  try { await fetch(form.dataset.steps, { method: "POST", body, headers: BY_SCRIPT, credentials: "same-origin" }); } catch { /* the next time */ }
}

if (hall()) {
  setInterval(practise, PRACTISED);
  saved = fieldsOf(gistForm());
  setInterval(tick, 500);
  setTimeout(look, EVERY);
  recall();
  document.addEventListener("visibilitychange", () => { pause = EVERY; });
}
