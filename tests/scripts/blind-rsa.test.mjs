// RFC 9474, the vector that the server's side is held to as well: tests/foundation/test_blind_rsa.py.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { blind, finish, prepare, verify } from "../../static/js/lib/blind-rsa.js";
import { joined, toHex } from "../../static/js/lib/bytes.js";
import { bytes, withRandom } from "./given.mjs";

const vector = JSON.parse(await readFile(new URL("../foundation/rfc9474.json", import.meta.url)));
const number = (name) => BigInt(`0x${vector[name]}`);
const key = { n: number("p") * number("q"), e: 65537n };
const prepared = joined(bytes(vector.msg_prefix), bytes(vector.msg));

test("a message is blinded as in the RFC", async () => {
  const { blinded, inverse } = await blind(key, prepared, { salt: bytes(vector.salt), inverse: number("inv") });

  assert.equal(toHex(blinded), vector.blinded_msg);
  assert.equal(inverse, number("inv"));
});

test("what was signed is finished as in the RFC", async () => {
  const signature = await finish(key, prepared, bytes(vector.blind_sig), number("inv"));

  assert.equal(toHex(signature), vector.sig);
  assert.equal(await verify(key, prepared, signature), true);
});

test("what was not signed is no signature", async () => {
  const other = bytes(vector.blind_sig);
  other[5] ^= 1;

  assert.equal(await finish(key, prepared, other, number("inv")), null);
  assert.equal(await finish(key, joined(prepared, Uint8Array.of(0)), bytes(vector.blind_sig), number("inv")), null);
  assert.equal(await verify(key, prepared, new Uint8Array(bytes(vector.sig).length)), false);
});

test("the same message is never prepared nor blinded twice in the same way", async () => {
  const message = Uint8Array.of(1, 2, 3);
  const one = prepare(message);
  const other = prepare(message);

  assert.equal(one.length, 35);
  assert.notEqual(toHex(one), toHex(other));
  const [first, second] = [await blind(key, one), await blind(key, one)];
  assert.notEqual(toHex(first.blinded), toHex(second.blinded));
});

test("a factor larger than the key is drawn again and not cut down", async () => {
  const length = Math.ceil(key.n.toString(2).length / 8);
  const large = new Uint8Array(length).fill(0xff);
  const right = bytes(`00${"11".repeat(length - 1)}`);

  const { blinded } = await withRandom([large, right], () => blind(key, prepared, { salt: bytes(vector.salt) }));
  const { blinded: again } = await withRandom([right], () => blind(key, prepared, { salt: bytes(vector.salt) }));

  assert.equal(toHex(blinded), toHex(again));
});
