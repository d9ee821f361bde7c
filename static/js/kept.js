// What is typed into a form with {% keep %} or {% keep_in_tab %} is there again after leaving,
// another language, a dead network or a session that ended, and is nowhere once it was sent.
// The tab holds what the server has not got yet; of a form kept in the tab it holds everything.
"use strict";

const Kept = (() => {
  const PREFIX = "kept:";
  const OURS = [PREFIX, "receipt:", "pressed"]; // nothing of these outlives its person
  const OWNER = "kept-person";
  const LONGEST = 24 * 3600 * 1000;
  const PAUSE = 900; // milliseconds without a key, before the server hears of it
  const NEVER = ["password", "file", "submit", "button", "image", "reset"];
  const HIDDEN = /^form_key$|-TOTAL_FORMS$/; // the hidden fields that belong to what is typed
  const person = document.body.dataset.person || "";
  const words = document.getElementById("kept-words")?.dataset || {};
  const states = new WeakMap();

  // --- the tab's store ---------------------------------------------------------------------

  function read(key) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(PREFIX + key) || "null");
      return kept && Date.now() - kept.at < (kept.most || LONGEST) ? kept : null;
    } catch { return null; }
  }

  function write(key, kept) {
    try { sessionStorage.setItem(PREFIX + key, JSON.stringify(kept)); } catch { /* full, or private mode */ }
  }

  function drop(key) {
    try { sessionStorage.removeItem(PREFIX + key); } catch { /* private mode */ }
  }

  function wipe() {
    try {
      Object.keys(sessionStorage).filter((key) => OURS.some((begin) => key.startsWith(begin)))
        .forEach((key) => sessionStorage.removeItem(key));
      sessionStorage.removeItem(OWNER);
    } catch { /* private mode */ }
    forget = true;
  }

  let forget = false; // nothing is written any more: the person has left

  function belongsTo(whom) {
    try {
      const owner = sessionStorage.getItem(OWNER);
      if (owner && owner !== whom) { wipe(); forget = false; }
      sessionStorage.setItem(OWNER, whom);
    } catch { /* private mode */ }
  }

  // --- what stands in a form ----------------------------------------------------------------

  const isTyped = (field) => field.name && !field.disabled && !NEVER.includes(field.type) && !("notKept" in field.dataset) &&
    (field.type !== "hidden" || HIDDEN.test(field.name));

  function fieldsOf(form) {
    const found = {};
    for (const field of form.elements) {
      if (!isTyped(field)) continue;
      const values = (found[field.name] ||= []);
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) values.push(field.value);
      } else if (field.type === "select-multiple") {
        values.push(...[...field.selectedOptions].map((option) => option.value));
      } else values.push(field.value);
    }
    return found;
  }

  function fill(form, fields) {
    addRows(form, fields);
    const places = {};
    for (const field of form.elements) {
      const values = isTyped(field) ? fields[field.name] : undefined;
      if (!values) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.type === "select-multiple") {
        for (const option of field.options) option.selected = values.includes(option.value);
      } else {
        const place = places[field.name] || 0;
        places[field.name] = place + 1;
        const value = values[place];
        if (value === undefined) continue;
        if (field.tagName === "SELECT" && ![...field.options].some((one) => one.value === value)) continue;
        field.value = value;
      }
    }
    form.querySelectorAll("[data-longest]").forEach(showCounter);
    form.dispatchEvent(new CustomEvent("kept-filled", { bubbles: true }));
  }

  // A form of rows may have been longer: its last row is repeated under the next numbers.
  function addRows(form, fields) {
    for (const [name, [total]] of Object.entries(fields)) {
      const prefix = /^(.+)-TOTAL_FORMS$/.exec(name)?.[1];
      const count = prefix && form.elements.namedItem(name);
      if (!count) continue;
      for (let number = Number(count.value); number < Math.min(Number(total), 200); number += 1) {
        const last = [...form.elements].find((one) => one.name.startsWith(`${prefix}-${number - 1}-`));
        const row = last?.closest("fieldset, tr, [data-row]");
        if (!row) break;
        const next = row.cloneNode(true);
        for (const one of next.querySelectorAll("*")) {
          for (const mark of ["name", "id", "for", "aria-describedby"]) {
            const old = one.getAttribute(mark);
            if (old) one.setAttribute(mark, old.replace(`${prefix}-${number - 1}-`, `${prefix}-${number}-`));
          }
          if ("defaultValue" in one && one.type !== "hidden") one.defaultValue = one.value = "";
        }
        row.after(next);
      }
    }
  }

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // --- keeping ------------------------------------------------------------------------------

  function bodyOf(state, fields) {
    return state.older ? { fields, older: state.older } : { fields };
  }

  function keepInTab(state, fields) {
    if (forget || state.done) return;
    write(state.key, {
      ...bodyOf(state, fields), version: state.version, once: state.once, tried: state.tried, at: Date.now(), most: state.most,
    });
  }

  function keep(form, { leaving = false } = {}) {
    const state = states.get(form);
    clearTimeout(state.timer);
    if (forget || state.done || state.sending || !form.isConnected) return;
    const fields = fieldsOf(form);
    if (same(fields, state.initial) && !state.older) { discard(form, { quietly: true }); return; }
    if (same(fields, state.kept)) return;
    keepInTab(state, fields);
    if (state.kind === "server") send(form, state, fields, leaving);
    else { state.kept = fields; said(form, words.keptInTab, new Date()); }
  }

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
        said(form, answer.status === 413 ? words.tooLong : words.keptInTab, new Date());
      }
    } catch { said(form, words.keptInTab, new Date()); } // later; the tab has it meanwhile
    state.busy = false;
    if (state.again) { state.again = false; keep(form); }
  }

  // What may not lie on the server stays in the tab; the rest the server has now.
  function keepSecrets(state, fields) {
    const typed = state.secret.filter((name) => !same(fields[name], state.initial[name]));
    if (!typed.length || forget || state.done) { drop(state.key); return; }
    const own = Object.fromEntries(typed.map((name) => [name, fields[name]]));
    write(state.key, { fields: own, isPart: true, version: state.version, once: state.once, at: Date.now() });
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
    drop(state.key);
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
      const said = document.createElement("dd");
      said.className = "pre";
      said.textContent = text;
      list.append(term, said);
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

  function prepare(form, { isPosted = false } = {}) {
    if (states.has(form)) return;
    const given = form.dataset;
    const key = given.keepKey.slice(given.keepKey.lastIndexOf(":") + 1);
    const tab = read(key);
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
      drop(key);
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
    return globalThis.crypto?.randomUUID?.() || Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-");
  }

  function done(form) {
    const state = states.get(form);
    if (!state) return;
    clearTimeout(state.timer);
    state.done = true;
    drop(state.key);
  }

  // htmx has had it saved, and the form may go on.
  function used(form) {
    const state = states.get(form);
    if (!state) return;
    clearTimeout(state.timer);
    drop(state.key);
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

  function trying(form) {
    const state = states.get(form);
    state.tried = fieldsOf(form);
    keepInTab(state, state.tried);
  }

  function each(scope, act) {
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

  if (person) belongsTo(person);
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); });
  addEventListener("online", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // --- whoever leaves takes everything along, in every tab -----------------------------------

  const others = globalThis.BroadcastChannel ? new BroadcastChannel("kept") : null;
  others?.addEventListener("message", ({ data }) => {
    if (!person || data === person) return;
    wipe(); // signed out, or somebody else has signed in
    location.reload();
  });
  if (person) others?.postMessage(person);
  document.addEventListener("submit", (event) => {
    if (!event.target.action.endsWith("/accounts/logout/")) return;
    wipe();
    others?.postMessage("");
  }, true);

  return { each, prepare, keep, trying, used, done, wipe, person, words, states };
})();
