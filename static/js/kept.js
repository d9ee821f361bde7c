// What is typed into a form with {% keep %} or {% keep_in_tab %} is there again after leaving,
// another language, a dead network or a session that ended, and is nowhere once it was sent.
// The tab holds what the server has not got yet; of a form kept in the tab it holds everything.
import { fieldsOf, fill, HIDDEN, isTyped, same } from "./fields.js";
import { random, toHex } from "./lib/bytes.js";
import { draftsIn } from "./lib/drafts.js";
import { inTab } from "./lib/store.js";
import { followOtherTabs } from "./lib/tabs.js";

const PAUSE = 900; // milliseconds without a key, before the server hears of it
export const person = document.body.dataset.person || "";
export const words = document.getElementById("kept-words")?.dataset || {};
export const states = new WeakMap();
const drafts = draftsIn(inTab);
export const wipe = () => drafts.wipe();
// What no form holds and must not be lost either: bound to the person, and erased like the drafts.
export const besides = { read: (key) => drafts.read(key), write: (key, what) => drafts.write(key, what), drop: (key) => drafts.drop(key) };

// --- keeping ------------------------------------------------------------------------------

function bodyOf(state, fields) {
  return state.older ? { fields, older: state.older } : { fields };
}

function keepInTab(state, fields) {
  if (state.done) return;
  state.isInTab = drafts.write(state.key, {
    ...bodyOf(state, fields), version: state.version, once: state.once, tried: state.tried, most: state.most,
  });
}

export function keep(form, { leaving = false } = {}) {
  const state = states.get(form);
  clearTimeout(state.timer);
  if (drafts.isOver || state.done || state.sending || !form.isConnected) return;
  const fields = fieldsOf(form);
  if (same(fields, state.initial) && !state.older) { discard(form, { quietly: true }); return; }
  if (same(fields, state.kept)) return;
  keepInTab(state, fields);
  if (state.kind === "server") send(form, state, fields, leaving);
  else { state.kept = state.isInTab ? fields : null; said(form, inTabAtLeast(state), new Date()); }
}

const inTabAtLeast = (state) => (state.isInTab ? words.keptInTab : words.notKept);

function ofServer(state, fields) {
  const shown = { ...fields };
  state.secret.forEach((name) => delete shown[name]);
  return shown;
}

async function send(form, state, fields, leaving) {
  if (state.busy && !leaving) { state.again = true; return; }
  state.busy = true;
  const { once } = state;
  try {
    const answer = await post(form, words.keepUrl, {
      kept_version: state.version, kept_once: once,
      draft: JSON.stringify(bodyOf(state, ofServer(state, fields))),
    }, leaving);
    if (answer.ok && answer.headers.get("Content-Type")?.includes("json")) {
      state.kept = fields;
      if (same(fields, fieldsOf(form))) keepSecrets(state, fields);
      said(form, words.kept, new Date((await answer.json()).at));
    } else {
      if (answer.status === 409 && once !== state.once) state.again = true;
      said(form, answer.status === 413 ? words.tooLong : inTabAtLeast(state), new Date());
    }
  } catch { said(form, inTabAtLeast(state), new Date()); } // later; the tab has it meanwhile
  state.busy = false;
  if (state.again) { state.again = false; keep(form); }
}

// What may not lie on the server stays in the tab; the rest the server has now.
function keepSecrets(state, fields) {
  const secrets = state.secret.filter((name) => !same(fields[name], state.initial[name]));
  if (!secrets.length || state.done) { drafts.drop(state.key); return; }
  const own = Object.fromEntries(secrets.map((name) => [name, fields[name]]));
  drafts.write(state.key, { fields: own, isPart: true, version: state.version, once: state.once, most: state.most });
}

function post(form, url, values, leaving) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, kept_key: form.dataset.keepKey, ...values });
  const keepalive = Boolean(leaving) && body.toString().length < 60_000;
  return fetch(url, { method: "POST", body, keepalive, credentials: "same-origin", headers: { "X-Sent-By": "script" } });
}

function discard(form, { quietly = false } = {}) {
  const state = states.get(form);
  clearTimeout(state.timer);
  drafts.drop(state.key);
  const wasKept = state.kept;
  state.kept = null;
  state.older = null;
  if (wasKept && state.kind === "server") post(form, words.discardUrl, {}).catch(() => {});
  if (!quietly) {
    form.reset();
    fill(form, state.initial);
    announce(form, words.discarded);
  }
  const line = form.querySelector("[data-kept-line]");
  if (line) line.hidden = true;
  form.querySelector("[data-kept-older]")?.remove();
}

// --- what is said in place ----------------------------------------------------------------

function lineOf(form) {
  let line = form.querySelector("[data-kept-line]");
  if (line) return line;
  line = document.createElement("p");
  line.className = "quiet kept-line";
  line.dataset.keptLine = "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "as-link";
  button.textContent = words.discard;
  button.addEventListener("click", () => discard(form));
  line.append(document.createElement("span"), " ", button);
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  spoken.dataset.keptSpoken = "";
  const actions = [...form.querySelectorAll(".actions")].pop();
  if (actions) actions.before(line, spoken); else form.append(line, spoken);
  return line;
}

function said(form, sentence, when) {
  const line = lineOf(form);
  const isToday = when.toDateString() === new Date().toDateString();
  const time = when.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  const day = when.toLocaleDateString("vi-VN", { day: "2-digit", month: "2-digit" });
  line.firstChild.textContent = (sentence || "").replace("{time}", isToday ? time : `${time} ${day}`);
  if (line.hidden || !states.get(form).spoken) announce(form, line.firstChild.textContent);
  line.hidden = false;
  states.get(form).spoken = true; // once; nobody is told every few seconds
}

function announce(form, sentence) {
  lineOf(form);
  form.querySelector("[data-kept-spoken]").textContent = sentence || "";
}

function labelOf(form, name) {
  const field = [...form.elements].find((one) => one.name === name);
  const label = field?.labels?.[0] || field?.closest("fieldset")?.querySelector("legend");
  return label ? label.textContent.replace("*", "").trim() : "";
}

// The thing has been changed since: both are shown, and the person chooses.
function offer(form, older) {
  const state = states.get(form);
  state.older = older;
  const box = document.createElement("div");
  box.className = "notice notice-warning";
  box.dataset.keptOlder = "";
  const head = document.createElement("p");
  head.textContent = words.older;
  const list = document.createElement("dl");
  const now = fieldsOf(form);
  for (const [name, values] of Object.entries(older)) {
    const text = values.join(", ");
    if (!text || same(values, now[name]) || HIDDEN.test(name)) continue;
    const term = document.createElement("dt");
    term.textContent = labelOf(form, name);
    const typedBefore = document.createElement("dd");
    typedBefore.className = "pre";
    typedBefore.textContent = text;
    list.append(term, typedBefore);
  }
  const choice = (text, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary btn-sm";
    button.textContent = text;
    button.addEventListener("click", () => { box.remove(); state.older = null; act(); keep(form); });
    return button;
  };
  const actions = document.createElement("p");
  actions.append(choice(words.take, () => fill(form, older)), " ", choice(words.discard, () => {}));
  box.append(head, list, actions);
  form.prepend(box);
  announce(form, words.older);
}

// --- a form comes, a form goes -------------------------------------------------------------

function hidden(form, name, value) {
  const old = form.querySelector(`input[type=hidden][name="${name}"]`);
  if (old) { old.value = value; return; }
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
}

export function prepare(form, { isPosted = false } = {}) {
  if (states.has(form)) return;
  const given = form.dataset;
  const key = given.keepKey.slice(given.keepKey.lastIndexOf(":") + 1);
  const tab = drafts.read(key);
  const state = {
    key,
    kind: given.keep,
    version: given.keepVersion || "",
    secret: (given.keepPrivate || "").split(" ").filter(Boolean),
    most: Number(given.keepFor || 0) * 60_000,
    initial: fieldsOf(form),
    kept: null,
    older: null,
    once: tab?.once || newOnce(),
  };
  states.set(form, state);
  if (tab?.once && tab.once === given.keepSent) { // sent, though the answer was lost
    drafts.drop(key);
    state.once = newOnce();
    if (!same(tab.fields, tab.tried)) offer(form, tab.fields); // and changed since
  } else if (isPosted || given.keepPosted) {
    state.once = newOnce();
    state.initial = {}; // whatever stands there is newer than any draft
    setTimeout(() => keep(form));
  } else restore(form, state, tab);
  if (state.kind === "server") {
    hidden(form, "kept_key", given.keepKey);
    hidden(form, "kept_once", state.once);
  }
}

function restore(form, state, tab) {
  const given = form.dataset;
  const server = given.kept ? JSON.parse(given.kept) : null;
  if (server) state.kept = server.fields;
  const source = tab && !tab.isPart ? tab : server;
  if (source) {
    const version = source === tab ? tab.version : given.keptVersion || "";
    if (version !== state.version) offer(form, source.fields);
    else {
      fill(form, source.fields);
      if (source.older) offer(form, source.older);
      form.closest("details")?.setAttribute("open", "");
      said(form, words.restored, new Date(source === tab ? tab.at : given.keptAt));
    }
  }
  if (tab?.isPart) fill(form, tab.fields);
  if (source === tab && tab) setTimeout(() => keep(form)); // the server has not got it yet
}

function newOnce() {
  return toHex(random(16));
}

export function done(form) {
  const state = states.get(form);
  if (!state) return;
  clearTimeout(state.timer);
  state.done = true;
  drafts.drop(state.key);
}

// htmx has had it saved, and the form may go on.
export function used(form) {
  const state = states.get(form);
  if (!state) return;
  clearTimeout(state.timer);
  drafts.drop(state.key);
  state.initial = state.tried || fieldsOf(form);
  state.kept = null;
  state.version = form.elements.namedItem("version")?.value || state.version;
  state.once = newOnce();
  hidden(form, "kept_once", state.once);
  const line = form.querySelector("[data-kept-line]");
  if (line) line.hidden = true;
  if (state.busy) state.again = true;
  else if (form.isConnected) keep(form);
}

export function trying(form) {
  const state = states.get(form);
  state.tried = fieldsOf(form);
  keepInTab(state, state.tried);
}

export function each(scope, act) {
  if (scope.matches?.("form[data-keep]")) act(scope);
  scope.querySelectorAll?.("form[data-keep]").forEach(act);
}

function typed(event) {
  const form = event.target.form;
  const state = form && states.get(form);
  if (!state || !isTyped(event.target)) return;
  clearTimeout(state.timer);
  state.timer = setTimeout(() => keep(form), PAUSE);
}

const leave = () => each(document, (form) => { if (states.has(form)) keep(form, { leaving: true }); });

if (person) drafts.belongTo(person);
document.addEventListener("input", typed);
document.addEventListener("change", typed);
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); });
addEventListener("online", leave);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

document.addEventListener("traces-erased", wipe);

// Whoever leaves takes everything along, in every tab.
const tabs = followOtherTabs(person, () => { wipe(); location.reload(); });
document.addEventListener("submit", (event) => {
  if (!event.target.action.endsWith("/accounts/logout/")) return;
  wipe();
  tabs.left();
}, true);
