// SHA-256: the browser's own where it gives it away. Over plain http it does not, and neither a
// receipt nor a hint may depend on that: then by hand, as FIPS 180-4 says.
import { bytesOf, toHex } from "./bytes.js";

const WORDS = 64;
const BLOCK = 64; // bytes
const LENGTH = 8; // bytes, of the length at the end

// The first 32 bits of the fractions of the roots of the first primes.
function fractions(count, root) {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    let isPrime = true;
    for (let by = 2; by * by <= number; by += 1) if (number % by === 0) { isPrime = false; break; }
    if (isPrime) found.push(((root(number) % 1) * 2 ** 32) >>> 0);
  }
  return found;
}

const START = fractions(8, Math.sqrt);
const ROUNDS = fractions(WORDS, Math.cbrt);
const turned = (word, by) => (word >>> by) | (word << (32 - by));

function padded(bytes) {
  const whole = new Uint8Array(Math.ceil((bytes.length + 1 + LENGTH) / BLOCK) * BLOCK);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(whole.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(whole.length - 4, (bytes.length << 3) >>> 0);
  return view;
}

function mix(state, view, from) {
  const words = new Uint32Array(WORDS);
  for (let at = 0; at < 16; at += 1) words[at] = view.getUint32(from + at * 4);
  for (let at = 16; at < WORDS; at += 1) {
    const early = words[at - 15];
    const late = words[at - 2];
    words[at] = words[at - 16] + words[at - 7]
      + (turned(early, 7) ^ turned(early, 18) ^ (early >>> 3))
      + (turned(late, 17) ^ turned(late, 19) ^ (late >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let at = 0; at < WORDS; at += 1) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[at] + words[at]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] += word; });
}

export function sha256ByHand(bytes) {
  const state = Uint32Array.from(START);
  const view = padded(bytes);
  for (let from = 0; from < view.byteLength; from += BLOCK) mix(state, view, from);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => digest.setUint32(at * 4, word));
  return new Uint8Array(digest.buffer);
}

export async function sha256(bytes) {
  const { subtle } = globalThis.crypto || {};
  return subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes)) : sha256ByHand(bytes);
}

export const hashOf = async (text) => toHex(await sha256(bytesOf(text)));
