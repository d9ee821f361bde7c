// A form whose text is kept is sent from here, so that no answer but a good one takes its place:
// a dead network, a session that ended, a refusal or a broken server leave it standing as it is.
import * as kept from "./kept.js";
import { dataOf } from "./posting.js";
import { quiet, trouble, troubleOf } from "./trouble.js";

const BY_SCRIPT = { "X-Sent-By": "script" };

function say(kind, form, submitter) {
  trouble(kind);
  const box = document.getElementById("trouble");
  if (!["network", "server", "tooMany", "signedOut"].includes(kind)) return;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn btn-outline-secondary btn-sm";
  again.textContent = kept.words.again;
  again.addEventListener("click", () => sendAgain(form, submitter));
  box.append(" ", again);
}

function sendAgain(form, submitter) {
  if (form.hasAttribute("data-hx-post")) form.requestSubmit(submitter); else send(form, submitter);
}

// --- one form -----------------------------------------------------------------------------

function bodyOf(form, submitter) {
  const data = dataOf(form, submitter);
  return form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
}

function busy(form, is) {
  kept.states.get(form).sending = is;
  if (is) form.setAttribute("aria-busy", "true"); else form.removeAttribute("aria-busy");
  form.querySelectorAll("button").forEach((one) => {
    if (is) one.setAttribute("aria-disabled", "true"); else one.removeAttribute("aria-disabled");
  });
}

async function send(form, submitter, { isSecond = false } = {}) {
  const state = kept.states.get(form);
  if (!state || state.sending || state.done) return;
  kept.trying(form);
  const url = submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href;
  const body = bodyOf(form, submitter);
  busy(form, true);
  let answer;
  let text;
  try {
    answer = await fetch(url, { method: "POST", body, headers: BY_SCRIPT, credentials: "same-origin" });
    text = await answer.text();
  } catch { /* no answer, or half of one */ }
  busy(form, false);
  if (text === undefined) say("network", form, submitter);
  else if (answer.headers.has("X-Form-Old") && !isSecond) {
    await renew(form, submitter, () => send(form, submitter, { isSecond: true }));
  }
  else answered(form, submitter, answer, text);
}

function answered(form, submitter, answer, text) {
  const target = answer.headers.get("X-Go-To");
  if (target) {
    if (leadsToSignIn(target)) say("signedOut", form, submitter);
    else go(form, target, answer.headers.get("X-Draft") === "kept");
    return;
  }
  if (!answer.headers.has("X-Portal")) { // of something in between, whatever it looks like
    say(troubleOf(answer.status), form, submitter);
    return;
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.querySelector("main#content");
  const twin = main?.querySelector(`form[data-keep-key="${CSS.escape(form.dataset.keepKey)}"]`);
  if (twin || (answer.ok && main)) show(form, submitter, page, main, twin);
  else say(troubleOf(answer.status), form, submitter);
}

const leadsToSignIn = (target) => new URL(target, location.href).pathname.startsWith("/accounts/");

function go(form, target, isKept) {
  if (!isKept) kept.done(form);
  const here = location.href.split("#")[0];
  document.documentElement.setAttribute("aria-busy", "true"); // until the next page is there
  location.assign(target);
  if (target.includes("#") && new URL(target, here).href.split("#")[0] === here) location.reload();
}

// The page as it was answered: the form with what is wrong in it, or what came of it.
function show(form, submitter, page, main, twin) {
  quiet();
  kept.each(document, (one) => { if (one !== form && kept.states.has(one)) kept.keep(one); });
  if (twin) keepFiles(form, twin);
  kept.done(form);
  document.querySelector("main#content").replaceWith(main);
  document.title = page.title;
  globalThis.htmx?.process(main);
  kept.each(main, (one) => kept.prepare(one, { isPosted: one === twin }));
  document.dispatchEvent(new Event("page-replaced"));
  const wrong = main.querySelector("[aria-invalid=true], .is-invalid");
  const pressed = submitter?.name && twin?.querySelector(`button[name="${CSS.escape(submitter.name)}"]`);
  (wrong || (page.querySelector("[role=alert]:not([hidden]):not(#trouble)") ? main : pressed || main)).focus();
}

// Files that nobody complained about need not be chosen again.
function keepFiles(form, twin) {
  for (const old of form.querySelectorAll("input[type=file]")) {
    const place = twin.querySelector(`input[type=file][name="${CSS.escape(old.name)}"]`);
    if (place && old.files.length && !place.classList.contains("is-invalid")) place.replaceWith(old);
  }
}

// A new sign-in has made the form's token old. The page is asked for another one, which only
// the same person gets; whoever else has signed in here finds nothing of what was typed.
async function renew(form, submitter, again) {
  let answer;
  let page;
  try {
    answer = await fetch(location.href, { credentials: "same-origin", headers: BY_SCRIPT });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    say("network", form, submitter);
    return;
  }
  const target = answer.headers.get("X-Go-To");
  const whose = page.body.dataset.person;
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (target && leadsToSignIn(target)) say("signedOut", form, submitter);
  else if (whose && whose !== kept.person) {
    kept.wipe();
    location.reload();
  } else if (token && whose) {
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((one) => { one.value = token; });
    await again();
  } else say("forbidden", form, submitter);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !kept.states.has(form) || form.hasAttribute("data-hx-post")) return;
  event.preventDefault();
  send(form, event.submitter);
});

// --- forms that htmx sends ------------------------------------------------------------------

const formOf = (event) => {
  const form = event.detail?.ctx?.sourceElement?.closest?.("form[data-keep]");
  return kept.states.has(form) ? form : null;
};
let renewed = null; // the form whose token was just asked for anew: not twice
const isUsed = (event) => event.detail?.ctx?.response?.headers?.get("X-Draft") === "used";

document.addEventListener("htmx:before:request", (event) => {
  const form = formOf(event);
  if (form && event.detail.ctx.request?.method === "POST") kept.trying(form);
});
// Before trouble.js speaks of what was refused: the capturing phase.
document.addEventListener("htmx:before:swap", (event) => {
  const form = formOf(event);
  const { ctx } = event.detail || {};
  if (!form || !ctx.response?.headers?.has("X-Form-Old") || renewed === form) return;
  event.preventDefault();
  ctx.isRenewed = true;
  renewed = form;
  const submitter = ctx.sourceEvent?.submitter;
  const own = ctx.sourceElement === form;
  renew(form, submitter, () => (own ? form.requestSubmit(submitter) : form.dispatchEvent(new Event("change"))))
    .finally(() => setTimeout(() => { renewed = null; }, 3_000));
}, true);
document.addEventListener("htmx:error", (event) => {
  const form = formOf(event);
  if (form) say("network", form, event.detail.ctx.sourceEvent?.submitter);
});
document.addEventListener("htmx:before:swap", (event) => {
  const form = formOf(event);
  if (form && isUsed(event)) event.detail.ctx.keptForm = form;
});
document.addEventListener("htmx:after:swap", (event) => {
  const form = event.detail?.ctx?.keptForm;
  if (form) (form.isConnected ? kept.used : kept.done)(form);
});

kept.each(document, (form) => kept.prepare(form));
document.addEventListener("htmx:after:swap", (event) => {
  kept.each(event.target instanceof Element ? event.target : document, (form) => kept.prepare(form));
});
