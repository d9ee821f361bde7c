// Before sending, in this browser only: a hint when a text gives its writer away. Nothing that
// is typed leaves the browser for this; names are compared by their salted hashes.
import { isNamed, kindsIn } from "./lib/hints.js";

function watch(hint) {
  const field = document.getElementById(hint.dataset.guardFor);
  if (!field) return;
  let waiting = 0;
  let latest = 0; // a longer text is looked through more slowly than the one after it
  const look = async () => {
    latest += 1;
    const mine = latest;
    const known = new Set((hint.dataset.guardHashes || "").split(" ").filter(Boolean));
    const found = kindsIn(field.value);
    if (known.size && await isNamed(field.value, hint.dataset.guardSalt, known)) found.push("name");
    if (mine !== latest) return;
    for (const line of hint.querySelectorAll("[data-guard-kind]")) line.hidden = !found.includes(line.dataset.guardKind);
    hint.hidden = found.length === 0;
  };
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 500); });
  field.form?.addEventListener("change", look);
  if (field.value) look();
}

const begin = () => document.querySelectorAll("[data-guard-for]").forEach(watch);
document.addEventListener("DOMContentLoaded", begin);
document.addEventListener("page-replaced", begin);
