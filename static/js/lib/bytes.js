// Bytes, and the ways of writing them down.

export const bytesOf = (text) => new TextEncoder().encode(text);

export const random = (length) => crypto.getRandomValues(new Uint8Array(length));

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// One by one: a function takes no more than some ten thousand arguments.
export const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

export const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

// For addresses and passkeys: without the signs that mean something there.
export const toUrlSafe = (bytes) => toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

export const fromUrlSafe = (text) => fromBase64(text.replace(/-/g, "+").replace(/_/g, "/"));
