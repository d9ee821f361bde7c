// What came of a form is said where it was pressed, if one stays on the page: beside the button, which
// keeps the focus. Without scripts it stands at the top of the page.
import { inTab } from "./lib/store.js";

const KEY = "pressed";
const actionOf = (form) => form.getAttribute("action") || "";
const like = (form) => [...document.querySelectorAll("main form")].filter((one) => actionOf(one) === actionOf(form));
const buttonsOf = (form) => [...form.elements].filter((one) => one.matches("button:not([type=button], .visually-hidden)"));

document.addEventListener("submit", ({ target: form, submitter }) => {
  if (form.method !== "post" || form.hasAttribute("data-hx-post") || !form.closest("main")) return;
  inTab.write(KEY, JSON.stringify({
    path: location.pathname,
    action: actionOf(form),
    number: like(form).indexOf(form),
    button: buttonsOf(form).indexOf(submitter), // -1: by the Enter key
  }));
}, true);

function pressed() {
  const text = inTab.read(KEY);
  inTab.drop(KEY); // whatever the next page is, it is of no use to another one
  const was = text && JSON.parse(text);
  if (was?.path !== location.pathname) return {};
  const form = [...document.querySelectorAll("main form")].filter((one) => actionOf(one) === was.action)[was.number];
  const all = form ? buttonsOf(form) : [];
  return { button: all[was.button] || all.find((one) => one.matches(".btn-primary")), place: document.querySelector("[data-said]") };
}

function withTime(text) {
  if (/\d\d:\d\d/.test(text)) return text;
  return `${text} (${new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" })})`;
}

const { button, place } = pressed();
const notices = [...document.querySelectorAll("main > .notices > .notice-success")];
if (notices.length && (button || place)) {
  const line = document.createElement("p");
  line.className = "saved said";
  line.setAttribute("role", "status");
  if (button) button.closest(".actions, .row-actions")?.append(line);
  if (button && !line.isConnected) button.after(line);
  if (!button) place.replaceChildren(line);
  button?.focus();
  const text = withTime(notices.map((one) => one.textContent.trim()).join(" "));
  notices.forEach((one) => one.remove());
  setTimeout(() => { line.textContent = text; }, 50); // it must be there before it says something, or it is not read aloud
}
