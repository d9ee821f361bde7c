// What the tests of the scripts share: bytes, stores, chance and a clock that do as they are told.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // node before 19

export const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (two) => parseInt(two, 16));

// While `act` runs, chance gives these bytes, one after the other, and then no more.
export async function withRandom(drawn, act) {
  const { getRandomValues } = crypto;
  const left = [...drawn];
  crypto.getRandomValues = (into) => {
    if (!left.length) throw new Error("no chance is left");
    into.set(left.shift());
    return into;
  };
  try { return await act(); } finally { crypto.getRandomValues = getRandomValues; }
}

// Without what browsers give to encrypted pages alone.
export async function withoutSubtle(act) {
  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  const plain = { getRandomValues: (into) => webcrypto.getRandomValues(into) };
  Object.defineProperty(globalThis, "crypto", { value: plain, configurable: true, writable: true });
  try { return await act(); } finally { Object.defineProperty(globalThis, "crypto", own); }
}

// A store like a browser's, with room for so many signs.
export function fakeStore(room = Infinity) {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, text) {
      const used = [...kept].reduce((sum, [name, value]) => (name === key ? sum : sum + name.length + value.length), 0);
      if (used + key.length + text.length > room) throw new Error("QuotaExceededError");
      kept.set(key, String(text));
    },
    removeItem: (key) => { kept.delete(key); },
    clear: () => kept.clear(),
    key: (at) => [...kept.keys()][at] ?? null,
    get length() { return kept.size; },
  };
}
