// What pages do beyond plain HTML. Everything works without it, only less comfortably.

const root = document.documentElement;

function remember(key, value) {
  try { localStorage.setItem(key, value); } catch { /* private mode */ }
}

// --- text size and contrast -----------------------------------------------------------

document.addEventListener("click", (event) => {
  const size = event.target.closest("[data-text-size]");
  if (size) {
    const step = Number(size.dataset.textSize);
    const now = step === 0 ? 0 : Math.max(-1, Math.min(3, Number(root.dataset.size || 0) + step));
    root.dataset.size = String(now);
    remember("text-size", String(now));
  }
  const contrast = event.target.closest("[data-contrast]");
  if (contrast && contrast !== root) {
    const high = root.dataset.contrast !== "high";
    if (high) root.dataset.contrast = "high"; else delete root.dataset.contrast;
    contrast.setAttribute("aria-pressed", String(high));
    remember("contrast", high ? "high" : "normal");
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard?.writeText(document.querySelector(copy.dataset.copy).textContent.trim());
    if (copy.dataset.copied) copy.textContent = copy.dataset.copied;
  }
  if (event.target.closest("[data-print]")) window.print();
});

// --- forms: counters, drafts in the tab, one submit, no accidental leaving ---------------

const showCounter = (field) => field.dispatchEvent(new Event("recount", { bubbles: true })); // see writing.js

function eachIn(scope, selector, act) {
  if (scope.matches?.(selector)) act(scope);
  scope.querySelectorAll?.(selector).forEach(act);
}

function draftKey(form) {
  return `draft:${location.pathname}:${form.dataset.draft}`;
}

function prepare(scope) {
  eachIn(scope, "[data-counter]", showCounter);
  eachIn(scope, "form[data-draft]", (form) => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(draftKey(form)) || "null");
      if (!kept || form.dataset.bound) return;
      for (const [name, value] of Object.entries(kept)) {
        const field = form.elements.namedItem(name);
        if (field && !field.value) field.value = value;
      }
      eachIn(form, "[data-counter]", showCounter);
    } catch { /* nothing kept */ }
  });
}

let saving;
document.addEventListener("input", (event) => {
  const field = event.target;
  const form = field.form;
  if (!form) return;
  form.dataset.changed = "yes";
  if (form.dataset.draft) {
    clearTimeout(saving);
    saving = setTimeout(() => {
      const texts = {};
      for (const one of form.elements) {
        if (one.name && (one.tagName === "TEXTAREA" || one.type === "text")) texts[one.name] = one.value;
      }
      try {
        sessionStorage.setItem(draftKey(form), JSON.stringify(texts));
        const said = form.querySelector("[data-draft-said]");
        if (said) {
          const time = new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
          said.textContent = said.dataset.draftSaid.replace("{time}", time);
        }
      } catch { /* private mode */ }
    }, 600);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  delete form.dataset.changed;
  if (form.method === "post" && !form.hasAttribute("data-hx-post")) {
    form.dataset.sent = "yes";
    setTimeout(() => form.querySelectorAll("button").forEach((b) => { b.setAttribute("aria-disabled", "true"); }));
  }
});

// A form that is sent may meet a session that has ended. What was in it stays in this tab until
// the next page has come: if that is the sign-in page, the form is filled again afterwards.

const SENT = "sent";
const filled = (form) => [...form.elements].filter((field) =>
  field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.closest(".top") || location.pathname.startsWith("/accounts/")) return;
  const values = filled(form).map((field) => [
    field.name, field.value, field.type === "checkbox" || field.type === "radio" ? field.checked : null,
  ]);
  try {
    sessionStorage.setItem(SENT, JSON.stringify({ path: location.pathname, action: form.action, values }));
  } catch { /* private mode */ }
});

function fillAgain() {
  if (location.pathname.startsWith("/accounts/")) return;
  let sent;
  try {
    sent = JSON.parse(sessionStorage.getItem(SENT) || "null");
    sessionStorage.removeItem(SENT);
  } catch { return; }
  if (!sent || sent.path !== location.pathname || !document.referrer.includes("/accounts/login")) return;
  const form = [...document.forms].find((one) => one.method === "post" && one.action === sent.action);
  if (!form) return;
  const waiting = [...sent.values];
  for (const field of filled(form)) {
    const place = waiting.findIndex(([name, value, checked]) =>
      name === field.name && (checked === null || value === field.value));
    if (place < 0) continue;
    const [[, value, checked]] = waiting.splice(place, 1);
    if (checked === null) field.value = value; else field.checked = checked;
  }
  form.closest("details")?.setAttribute("open", "");
  eachIn(form, "[data-counter]", showCounter);
  form.dataset.changed = "yes";
  const said = document.getElementById("trouble");
  if (said) {
    said.textContent = said.dataset.filledAgain;
    said.hidden = false;
  }
}

addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((b) => { b.removeAttribute("aria-disabled"); });
  });
  const done = document.querySelector("[data-draft-done]");
  if (done) {
    try {
      Object.keys(sessionStorage).filter((key) => key.startsWith(`draft:${done.dataset.draftDone}`))
        .forEach((key) => sessionStorage.removeItem(key));
    } catch { /* private mode */ }
  }
});

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-changed]")) event.preventDefault();
});

// --- keys: a button or link with data-key is pressed by that key, unless somebody types ---

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (wanted) {
    event.preventDefault();
    if (wanted.matches("input, textarea, select")) wanted.focus();
    else if (wanted.matches("summary")) {
      wanted.parentElement.open = true;
      (wanted.parentElement.querySelector("textarea, select, input:not([type=hidden])") || wanted).focus();
    } else wanted.click();
  }
});

// --- the fold of the menu on a phone -----------------------------------------------------

document.querySelectorAll(".nav-fold").forEach((fold) => {
  fold.addEventListener("toggle", () => fold.parentElement.classList.toggle("is-open", fold.open));
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
    link.rel = "opener";
    link.textContent = box.dataset.signIn;
    box.append(" ", link);
  }
  box.hidden = false;
}

document.addEventListener("htmx:before:swap", (event) => {
  const response = event.detail?.ctx?.response;
  if (!response) return;
  const url = response.raw?.url || "";
  if (url.includes("/accounts/")) { event.preventDefault(); trouble("signedOut"); }
  else if (response.status >= 500) { event.preventDefault(); trouble("server"); }
  else { const box = document.getElementById("trouble"); if (box) box.hidden = true; }
});
document.addEventListener("htmx:error", () => trouble("network"));
document.addEventListener("htmx:after:swap", (event) => {
  prepare(event.target instanceof Element ? event.target : document);
});

// What is folded on a phone stands open on a desk; browsers that can do it in CSS have done so.
if (matchMedia("(min-width: 641px)").matches) {
  document.querySelectorAll("details[data-open-wide]").forEach((fold) => { fold.open = true; });
}

const pressed = document.querySelector("[data-contrast][aria-pressed]");
if (pressed) pressed.setAttribute("aria-pressed", String(root.dataset.contrast === "high"));
prepare(document);
fillAgain();
