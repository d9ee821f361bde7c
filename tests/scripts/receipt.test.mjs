// Receipt codes: the same arithmetic as foundation/codes.py.
import assert from "node:assert/strict";
import test from "node:test";
import { checkOf, inGroups, newBody } from "../../static/js/lib/codes.js";
import { withRandom, withoutSubtle } from "./given.mjs";

const BODY = "0123456789ABCDEFGHJKMNPQRS"; // tests/foundation/test_codes.py holds the server to the same

test("a code stands in seven groups of four, its check group last", () => {
  assert.equal(inGroups(BODY), "0123-4567-89AB-CDEF-GHJK-MNPQ-RSA3");
  assert.equal(checkOf("Z".repeat(26)), "4Y");
});

test("one wrong sign or two neighbours swapped show in the check group", () => {
  for (let at = 0; at < BODY.length; at += 1) {
    const wrong = `${BODY.slice(0, at)}Z${BODY.slice(at + 1)}`;
    assert.notEqual(checkOf(wrong), checkOf(BODY), wrong);
  }
  for (let at = 0; at + 1 < BODY.length; at += 1) {
    const swapped = BODY.slice(0, at) + BODY[at + 1] + BODY[at] + BODY.slice(at + 2);
    assert.notEqual(checkOf(swapped), checkOf(BODY), swapped);
  }
});

test("every sign is as likely as any other, and letters that look alike never come", async () => {
  const drawn = [];
  for (let begin = 0; begin < 256; begin += 1) {
    const bytes = Uint8Array.from({ length: 26 }, (_, at) => (begin + at) & 0xff);
    drawn.push(await withRandom([bytes], newBody));
  }
  const counts = new Map();
  for (const sign of drawn.join("")) counts.set(sign, (counts.get(sign) || 0) + 1);

  assert.equal(counts.size, 32);
  assert.equal(new Set(counts.values()).size, 1);
  assert.equal([..."ILOU"].filter((sign) => counts.has(sign)).length, 0);
});

test("two codes are never the same, over plain http neither", async () => {
  const codes = new Set(await withoutSubtle(() => Array.from({ length: 200 }, newBody)));

  assert.equal(codes.size, 200);
  for (const code of codes) assert.match(code, /^[0-9A-HJKMNP-TV-Z]{26}$/);
});
