// What pages do beyond plain HTML. Everything works without it, only less comfortably.

document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard?.writeText(document.querySelector(copy.dataset.copy).textContent.trim());
    if (copy.dataset.copied) copy.textContent = copy.dataset.copied;
  }
  if (event.target.closest("[data-print]")) window.print();
});

// --- forms: counters, drafts in the tab, one submit, no accidental leaving ---------------

const counted = (field) => Array.from(field.value).length;

function showCounter(field) {
  const place = document.getElementById(field.dataset.counter);
  if (place) place.textContent = `${counted(field)}/${field.maxLength}`;
}

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
  if (field.dataset?.counter) showCounter(field);
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

prepare(document);
fillAgain();
