// Compares a file with what was issued. The file stays in this browser.
import { toHex } from "./lib/bytes.js";
import { sha256 as digestOf } from "./lib/sha256.js";

const hashOf = async (bytes) => toHex(await digestOf(new Uint8Array(bytes)));

document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector("[data-verify]");
  if (!place) return;
  const drop = place.querySelector("[data-verify-drop]");
  const input = drop.querySelector("input");
  const answer = place.querySelector("[data-verify-answer]");
  const { sha256, earlier, signed } = place.dataset;
  const size = Number(place.dataset.size);
  let latest = 0;

  drop.hidden = false;
  place.querySelector("[data-verify-without]").hidden = true;

  function say(word, look) {
    answer.hidden = false;
    answer.className = `notice notice-${look}`;
    answer.textContent = answer.dataset[word];
  }

  async function wordFor(file) {
    const bytes = await file.arrayBuffer();
    const hash = await hashOf(bytes);
    if (hash === sha256) return ["same", "success"];
    if (earlier.split(" ").includes(hash)) return ["sameEarlier", "success"];
    if (signed.split(" ").includes(hash)) return ["sameSigned", "success"];
    const begins = bytes.byteLength > size && (await hashOf(bytes.slice(0, size))) === sha256;
    return begins ? ["begins", "warning"] : ["differs", "error"];
  }

  async function compare(file) {
    if (!file) return;
    latest += 1;
    const mine = latest;
    say("reading", "info");
    let said = ["unread", "error"];
    try { said = await wordFor(file); } catch { /* a folder, or gone meanwhile */ }
    if (mine === latest) say(...said);
  }

  input.addEventListener("change", () => compare(input.files[0]));
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("drop-over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("drop-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("drop-over");
    compare(event.dataTransfer.files[0]);
  });
});
