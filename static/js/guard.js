// Before sending, in this browser only: a hint when a text gives its writer away. Nothing that
// is typed leaves the browser for this; names are compared by their salted hashes.
"use strict";

(() => {
  const PATTERNS = [
    ["phone", /(?:\+?84|0)[\s.-]?\d{2,3}[\s.-]?\d{3}[\s.-]?\d{3,4}\b/],
    ["mail", /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/],
    ["number", /\b\d{12}\b|\b\d{9}\b|\b(?:msnv|mã (?:số )?(?:cán bộ|nhân viên|viên chức)|số hiệu)\s*:?\s*\w*\d+/i],
    ["self", /(?:^|[\s,.;:(])(?:[Tt]ôi|[Ee]m|[Mm]ình|[Cc]háu)\s+(?:tên\s+)?là\s+\p{Lu}/u],
  ];

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

  async function hashOf(text) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return Array.from(new Uint8Array(digest).slice(0, 6), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function namesIn(text, salt, known) {
    const words = fold(text).split(/[^a-z0-9]+/).filter(Boolean).slice(0, 800);
    for (let at = 0; at < words.length; at += 1) {
      for (let length = 2; length <= 5 && at + length <= words.length; length += 1) {
        const run = words.slice(at, at + length).join(" ");
        if (known.has(await hashOf(`${salt}:${run}`))) return true;
      }
    }
    return false;
  }

  function watch(hint) {
    const field = document.getElementById(hint.dataset.guardFor);
    if (!field) return;
    let waiting = 0;
    const look = async () => {
      const known = new Set((hint.dataset.guardHashes || "").split(" ").filter(Boolean));
      const found = PATTERNS.filter(([, pattern]) => pattern.test(field.value)).map(([name]) => name);
      if (known.size && globalThis.crypto?.subtle && await namesIn(field.value, hint.dataset.guardSalt, known)) found.push("name");
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
})();
