// What the desk of a hall decides: the clock's words, and whose words stand.
import assert from "node:assert/strict";
import test from "node:test";
import { clockText, drawClock, mergedFields, newKey, timeLeft } from "../../static/js/lib/hall.js";

test("a clock shows minutes and seconds, and never less than nothing", () => {
  for (const [seconds, text] of [[0, "0:00"], [7.9, "0:07"], [187.4, "3:07"], [3_725, "62:05"], [-3, "0:00"]]) {
    assert.equal(clockText(seconds), text);
  }
});

test("a turn nears its end at four fifths of its time, and is over after all of it", () => {
  assert.deepEqual([0, 239, 240, 299, 300, 900].map((seconds) => timeLeft(seconds, 300)), ["", "", "near", "near", "over", "over"]);
  assert.equal(timeLeft(9_000, 0), "");
});

test("a clock that stands shows what it stood at", () => {
  const clock = { dataset: { clock: "60", limit: "60" } };
  drawClock(clock, 5);
  assert.deepEqual([clock.textContent, clock.dataset.left], ["1:05", "over"]);
  clock.dataset.stands = "";
  drawClock(clock, 500);
  assert.equal(clock.textContent, "1:00");
});

const SAVED = { text: "Sẽ", by: "", promised: "" };

test("each field takes what was changed, whoever changed it", () => {
  assert.deepEqual(mergedFields(SAVED, { ...SAVED, text: "Sẽ sửa" }, { ...SAVED, promised: "Thay mái" }), {
    values: { text: "Sẽ sửa", by: "", promised: "Thay mái" }, clashes: [],
  });
  assert.deepEqual(mergedFields(SAVED, SAVED, { ...SAVED, text: "Sẽ thay" }).values.text, "Sẽ thay");
  assert.deepEqual(mergedFields(SAVED, { ...SAVED, text: "" }, SAVED).values.text, ""); // taken out on purpose
});

test("a field that both have changed stays as it is here, and is named", () => {
  const found = mergedFields(SAVED, { ...SAVED, text: "Một", by: "A" }, { ...SAVED, text: "Hai" });
  assert.deepEqual(found, { values: { text: "Một", by: "A", promised: "" }, clashes: ["text"] });
});

test("the same change on both sides is none to speak of", () => {
  assert.deepEqual(mergedFields(SAVED, { ...SAVED, text: "Một" }, { ...SAVED, text: "Một" }).clashes, []);
});

test("a key is a UUID of its own bytes", () => {
  const bytes = Uint8Array.from({ length: 16 }, (_, n) => n);
  assert.equal(newKey((place) => { place.set(bytes); return place; }), "00010203-0405-0607-0809-0a0b0c0d0e0f");
  assert.notEqual(newKey(), newKey());
});
