// The browser's side of RFC 9474, RSABSSA-SHA384-PSS-Randomized: prepare, blind, finish.
// The server's side is foundation/blind_rsa.py; both are held to the RFC's vector.
import { joined, random, toHex } from "./bytes.js";

const HASH_LENGTH = 48;
const SALT_LENGTH = 48;
const PREFIX_LENGTH = 32;

const sha384 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-384", bytes));

function toNumber(bytes) {
  return BigInt(`0x0${toHex(bytes)}`);
}

function toBytes(number, length) {
  const hex = number.toString(16).padStart(length * 2, "0");
  return Uint8Array.from({ length }, (_, at) => parseInt(hex.slice(at * 2, at * 2 + 2), 16));
}

function power(base, exponent, n) {
  let result = 1n;
  for (let left = exponent, square = base % n; left > 0n; left >>= 1n, square = (square * square) % n) {
    if (left & 1n) result = (result * square) % n;
  }
  return result;
}

function inverse(number, n) {
  let [r, next, x, y] = [n, number % n, 0n, 1n];
  while (next > 0n) {
    const times = r / next;
    [r, next] = [next, r - times * next];
    [x, y] = [y, x - times * y];
  }
  return r === 1n ? ((x % n) + n) % n : null;
}

// EMSA-PSS of RFC 8017, section 9.1.1; `bits` is one less than the modulus has.
async function encode(message, bits, salt) {
  const length = Math.ceil(bits / 8);
  const digest = await sha384(joined(new Uint8Array(8), await sha384(message), salt));
  const data = joined(new Uint8Array(length - salt.length - HASH_LENGTH - 2), Uint8Array.of(1), salt);
  for (let counter = 0; counter * HASH_LENGTH < data.length; counter += 1) {
    const mask = await sha384(joined(digest, toBytes(BigInt(counter), 4)));
    for (let at = 0; at < HASH_LENGTH && counter * HASH_LENGTH + at < data.length; at += 1) {
      data[counter * HASH_LENGTH + at] ^= mask[at];
    }
  }
  data[0] &= 0xff >> (8 * length - bits);
  return joined(data, digest, Uint8Array.of(0xbc));
}

export const prepare = (message) => joined(random(PREFIX_LENGTH), message);

// `fixed` ({salt, inverse}) is for the RFC's vector alone.
export async function blind(key, prepared, fixed = {}) {
  const bits = key.n.toString(2).length;
  const length = Math.ceil(bits / 8);
  const encoded = toNumber(await encode(prepared, bits - 1, fixed.salt || random(SALT_LENGTH)));
  let unblinder = fixed.inverse ?? null;
  let factor = unblinder === null ? null : inverse(unblinder, key.n);
  while (unblinder === null) {
    // Drawn again when it is too large: a remainder would come out small twice as often, and whoever
    // signs could tell from that which signature is likely to be whose.
    factor = toNumber(random(length));
    unblinder = factor > 1n && factor < key.n ? inverse(factor, key.n) : null;
  }
  return { blinded: toBytes((encoded * power(factor, key.e, key.n)) % key.n, length), inverse: unblinder };
}

// Return the signature, or null when the signer has not signed this.
export async function finish(key, prepared, signed, unblinder) {
  const length = Math.ceil(key.n.toString(2).length / 8);
  const signature = toBytes((toNumber(signed) * unblinder) % key.n, length);
  return (await verify(key, prepared, signature)) ? signature : null;
}

export async function verify(key, prepared, signature) {
  const bits = key.n.toString(2).length - 1;
  const encoded = toBytes(power(toNumber(signature), key.e, key.n), Math.ceil(bits / 8));
  const digest = encoded.slice(-HASH_LENGTH - 1, -1);
  const data = encoded.slice(0, -HASH_LENGTH - 1);
  for (let counter = 0; counter * HASH_LENGTH < data.length; counter += 1) {
    const mask = await sha384(joined(digest, toBytes(BigInt(counter), 4)));
    for (let at = 0; at < HASH_LENGTH && counter * HASH_LENGTH + at < data.length; at += 1) {
      data[counter * HASH_LENGTH + at] ^= mask[at];
    }
  }
  const again = await encode(prepared, bits, data.slice(-SALT_LENGTH));
  return again.every((byte, at) => byte === encoded[at]);
}
