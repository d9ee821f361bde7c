// The anonymous host: the slip's code comes in the address's fragment, which is never sent; the
// receipt is made here. Nothing is kept in this browser: what is typed stays in the page, whatever
// the answer is, and a page with a text on it asks before it is left.
import { inGroups, newBody } from "./lib/codes.js";
import { hashOf } from "./lib/sha256.js";
import { asText, dataOf } from "./posting.js";
import { show as showReceipt } from "./receipt.js";
import { quiet, trouble, troubleOf } from "./trouble.js";

const STEP = 32 * 1024; // bytes, as of the answers
let body = null; // of the receipt; the same for every attempt with this slip

function fromFragment(form) {
  const found = /^#phieu=(.+)$/.exec(location.hash);
  if (!found) return;
  form.elements.voucher.value = decodeURIComponent(found[1]);
  history.replaceState(null, "", location.pathname + location.search);
}

// A pass of the hall promises less than a slip, and the page says what.
function sayWhat(form) {
  const isPass = form.elements.voucher.value.trim().startsWith("HT1.");
  document.querySelectorAll("[data-of-hall]").forEach((one) => { one.hidden = !isPass; });
  document.querySelectorAll("[data-of-slip]").forEach((one) => { one.hidden = isPass; });
}

// What is sent is filled up, so that its size tells the network little about the text.
function padded(form) {
  const whole = asText(dataOf(form));
  return `${whole}&filler=${"x".repeat(STEP - ((whole.length + "&filler=".length) % STEP))}`;
}

// Only a good answer, or the same form with what is wrong in it, takes the form's place.
async function send(form, text, shown) {
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  quiet();
  try {
    const answer = await fetch(form.getAttribute("action") || location.pathname + location.search, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" },
      body: text,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main#content");
    if (main && (answer.ok || (answer.status === 422 && main.querySelector("form")))) shown(main, answer.ok);
    else trouble(troubleOf(answer.status));
  } catch {
    trouble("network");
  }
  delete form.dataset.sending;
}

function show(main) {
  document.querySelector("main").replaceWith(main);
  prepare();
  document.dispatchEvent(new Event("page-replaced"));
  (main.querySelector("[aria-invalid=true], .is-invalid") || main).focus();
}

async function ask(event) {
  const form = event.target;
  event.preventDefault();
  body = body || newBody();
  form.elements.receipt.value = await hashOf(body);
  await send(form, padded(form), (main, isSent) => {
    show(main);
    if (!isSent) return;
    showReceipt(inGroups(body));
    body = null;
    main.focus();
  });
}

addEventListener("beforeunload", (event) => {
  const texts = [...document.querySelectorAll("form[method=post] textarea")];
  if (texts.some((field) => field.value.trim())) event.preventDefault();
});

// Whoever holds a voucher is told the hashes of the committee's names, so that this browser
// can warn of a text that names somebody. The text itself is not sent.
async function fetchNames(form) {
  const hint = form.querySelector("[data-guard-for]");
  const voucher = form.elements.voucher.value.trim();
  if (!hint || voucher.length < 20) return;
  try {
    const answer = await fetch("/names/", {
      method: "POST",
      body: new URLSearchParams({ voucher }),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
    });
    if (!answer.ok) return;
    const names = await answer.json();
    hint.dataset.guardSalt = names.salt;
    hint.dataset.guardHashes = names.hashes.join(" ");
    form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
  } catch { /* no hint, then */ }
}

function prepare() {
  for (const other of document.querySelectorAll("form[data-stays]")) {
    other.addEventListener("submit", (event) => {
      event.preventDefault();
      send(other, asText(dataOf(other, event.submitter)), show);
    });
  }
  const form = document.querySelector("[data-anonymous]");
  if (!form) return;
  fromFragment(form);
  sayWhat(form);
  fetchNames(form);
  form.elements.voucher.addEventListener("input", () => sayWhat(form));
  form.elements.voucher.addEventListener("change", () => fetchNames(form));
  form.addEventListener("submit", ask);
  document.querySelector("[aria-invalid=true], .is-invalid")?.focus();
}

document.documentElement.dataset.scripts = "on"; // as early.js says on the portal's own pages
document.addEventListener("DOMContentLoaded", prepare);
addEventListener("hashchange", () => { // another slip, opened over the page that stands here
  const form = document.querySelector("[data-anonymous]");
  if (!form) return;
  fromFragment(form);
  sayWhat(form);
  fetchNames(form);
});
