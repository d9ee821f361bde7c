// SHA-256, the browser's and the one by hand: the examples of FIPS 180-4, and each other.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { bytesOf, toHex } from "../../static/js/lib/bytes.js";
import { hashOf, sha256, sha256ByHand } from "../../static/js/lib/sha256.js";
import { withoutSubtle } from "./given.mjs";

const EXAMPLES = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
];

test("the examples of the standard come out, with the browser's and by hand", async () => {
  for (const [text, hash] of EXAMPLES) {
    assert.equal(toHex(sha256ByHand(bytesOf(text))), hash);
    assert.equal(await hashOf(text), hash);
    assert.equal(await withoutSubtle(() => hashOf(text)), hash);
  }
});

test("every length around a block is hashed alike", async () => {
  for (const length of [1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 1000, 70_001]) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 151 + length) & 0xff);
    const right = createHash("sha256").update(bytes).digest("hex");

    assert.equal(toHex(sha256ByHand(bytes)), right, `${length} bytes`);
    assert.equal(toHex(await sha256(bytes)), right, `${length} bytes`);
  }
});

test("Vietnamese is hashed as UTF-8, as the server does", async () => {
  const right = createHash("sha256").update("Đối thoại quý I: nước sạch ở tổ 4", "utf8").digest("hex");

  assert.equal(await withoutSubtle(() => hashOf("Đối thoại quý I: nước sạch ở tổ 4")), right);
});

test("the browser's own is asked where there is one: it is many times as fast", async (context) => {
  const asked = context.mock.method(crypto.subtle, "digest");

  await sha256(bytesOf("abc"));

  assert.equal(asked.mock.callCount(), 1);
});
