// What pages do beyond plain HTML. Everything works without it, only less comfortably.

document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard?.writeText(document.querySelector(copy.dataset.copy).textContent.trim());
    if (copy.dataset.copied) copy.textContent = copy.dataset.copied;
  }
  if (event.target.closest("[data-print]")) window.print();
});

// --- forms: counters, one submit; what is typed is kept by kept.js, and sent by sending.js ---

const showCounter = (field) => field.dispatchEvent(new Event("recount", { bubbles: true })); // see writing.js

function eachIn(scope, selector, act) {
  if (scope.matches?.(selector)) act(scope);
  scope.querySelectorAll?.(selector).forEach(act);
}

function prepare(scope) {
  eachIn(scope, "[data-counter]", showCounter);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post" && !form.hasAttribute("data-hx-post") && !form.dataset.keep) {
    form.dataset.sent = "yes";
    setTimeout(() => form.querySelectorAll("button").forEach((b) => { b.setAttribute("aria-disabled", "true"); }));
  }
});

addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((b) => { b.removeAttribute("aria-disabled"); });
  });
});

// One tick for all ticks of a name in its form.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.tickAll;
  if (!name) return;
  for (const one of event.target.form.elements) { // wherever on the page they stand
    if (one.type === "checkbox" && one.name === name) one.checked = event.target.checked;
  }
});

// --- trouble: nothing typed is lost, and somebody says so ----------------------------------

function trouble(kind) {
  const box = document.getElementById("trouble");
  if (!box) return;
  box.textContent = box.dataset[kind];
  if (kind === "signedOut") {
    const link = document.createElement("a");
    link.href = box.dataset.signInUrl;
    link.target = "_blank";
    link.rel = "noopener"; // or the new window would get what this tab keeps
    link.textContent = box.dataset.signIn;
    box.append(" ", link);
  }
  box.hidden = false;
}

const TROUBLES = { 403: "forbidden", 404: "gone", 405: "gone", 409: "moved", 410: "gone", 413: "tooLarge", 429: "tooMany" };
const troubleOf = (status) => (status >= 500 ? "server" : TROUBLES[status] || "refused");

document.addEventListener("htmx:before:swap", (event) => {
  const response = event.detail?.ctx?.response;
  if (!response) return;
  if (event.detail.ctx.isRenewed) return; // the form's token was old: sending.js asks for another
  const url = response.raw?.url || "";
  const isPage = /^\s*<(?:!doctype|html)/i.test(event.detail.ctx.text || ""); // of an error, not a part of ours
  if (url.includes("/accounts/")) { event.preventDefault(); trouble("signedOut"); }
  else if (!response.headers?.has("X-Portal") || response.status >= 500 || (response.status >= 400 && isPage)) {
    event.preventDefault();
    trouble(troubleOf(response.status));
  }
  else { const box = document.getElementById("trouble"); if (box) box.hidden = true; }
});
document.addEventListener("htmx:error", () => trouble("network"));
document.addEventListener("htmx:after:swap", (event) => {
  prepare(event.target instanceof Element ? event.target : document);
});

// --- sorting -------------------------------------------------------------------------------

// What was opened where a button stood is gone on with there: all of it in sight, in its first field.
document.addEventListener("htmx:after:swap", (event) => {
  const place = event.target instanceof Element && event.target.closest(".act, #several-place");
  const first = place?.querySelector("form :is(select, textarea, input:not([type=hidden]))");
  if (!first) return;
  place.scrollIntoView({ block: "nearest" });
  first.focus();
});

// The open question is in sight in a queue that scrolls by itself.
function showOpen() {
  const row = document.querySelector(".pane-queue .queue-item.is-open");
  const pane = row?.closest(".pane-queue");
  if (!pane || pane.scrollHeight <= pane.clientHeight) return;
  pane.scrollTop += row.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
}
document.addEventListener("page-replaced", showOpen);

// What is folded on a phone stands open on a desk; browsers that can do it in CSS have done so.
if (matchMedia("(min-width: 641px)").matches) {
  document.querySelectorAll("details[data-open-wide]").forEach((fold) => { fold.open = true; });
}

function openNamed() {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named?.tagName === "DETAILS") {
    named.open = true;
    named.querySelector("summary").focus();
  }
}

openNamed();
showOpen();
prepare(document);
