// What a browser draws, signed as the portal signs it: tests/sessions/test_blind_vouchers.py is the other side.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { verify } from "../../static/js/lib/blind-rsa.js";
import { fromBase64, toBase64, toHex } from "../../static/js/lib/bytes.js";
import { finished, keyOf, made } from "../../static/js/lib/drawing.js";
import { bytes } from "./given.mjs";

const vector = JSON.parse(await readFile(new URL("../foundation/rfc9474.json", import.meta.url)));
const number = (name) => BigInt(`0x${vector[name]}`);
const n = number("p") * number("q");
const key = keyOf({ n: n.toString(16), e: "10001" });

function power(base, exponent) {
  let result = 1n;
  for (let [b, e] = [base % n, exponent]; e; b = (b * b) % n, e >>= 1n) if (e & 1n) result = (result * b) % n;
  return result;
}

function inverse(of, modulo) {
  let [a, b, x, y] = [of, modulo, 1n, 0n];
  while (b) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulo) + modulo) % modulo;
}

const secret = inverse(key.e, (number("p") - 1n) * (number("q") - 1n));
const signedBlind = (message) => {
  const hex = power(BigInt(`0x${toHex(fromBase64(message))}`), secret).toString(16);
  return toBase64(bytes(hex.padStart(n.toString(16).length, "0")));
};

test("what is drawn is different each time and holds once it is signed", async () => {
  const pending = await made(key, 2);
  const [first, second] = await finished(key, pending, pending.map((one) => signedBlind(one.blinded)));

  assert.notEqual(first, second);
  const carried = Buffer.from(first, "base64url");
  const length = fromBase64(pending[0].prepared).length;
  assert.equal(await verify(key, carried.subarray(0, length), carried.subarray(length)), true);
});

test("one signature that does not hold spoils all", async () => {
  const pending = await made(key, 2);
  const signed = pending.map((one) => signedBlind(one.blinded));

  assert.equal(await finished(key, pending, [signed[0], signed[0]]), null);
});
