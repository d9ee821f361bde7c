// What the hint sees in a text, and what it leaves alone.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { folded, isNamed, kindsIn } from "../../static/js/lib/hints.js";
import { withoutSubtle } from "./given.mjs";

const KINDS = [
  ["Gọi cho em 0912 345 678 nhé", ["phone"]],
  ["Số +84 912.345.678", ["phone"]],
  ["Thư về nguyen.van-a@example.vn", ["mail"]],
  ["CCCD 001099012345", ["phone", "number"]],
  ["Mã cán bộ: 1234", ["number"]],
  ["msnv 77", ["number"]],
  ["Tôi tên là Hạnh, làm ở tổ 4", ["self"]],
  ["em là Minh", ["self"]],
  ["Cháu là Lê Đức", ["self"]],
];
const HARMLESS = [
  "Đèn đường tổ 4 hỏng đã ba tháng, bao giờ sửa?",
  "Ngày 18/06/2026 có 1.234 người dự, 47/61 đơn vị đã gửi.",
  "Tôi là công nhân, lương 5.500.000 đồng.",
  "Vì sao thôi là phải đợi?",
];

test("each kind is seen", () => {
  for (const [text, kinds] of KINDS) assert.deepEqual(kindsIn(text), kinds, text);
});

test("a text that tells nothing gives no hint", () => {
  for (const text of HARMLESS) assert.deepEqual(kindsIn(text), [], text);
});

// As sessions/domain/guarding.py writes them.
const SALT = "pinch";
const hash = (name) => createHash("sha256").update(`${SALT}:${name}`).digest("hex").slice(0, 12);
const KNOWN = new Set(["nguyen thi hanh", "thi hanh", "le duc"].map(hash));

test("a name is seen with and without its marks, in whatever writing", async () => {
  for (const text of ["Chị Nguyễn Thị Hạnh bảo đợi", "chi nguyen thi hanh", "THỊ HẠNH nói", "gặp Lê  Đức,", "Lê-Đức"]) {
    assert.equal(await isNamed(text, SALT, KNOWN), true, text);
    assert.equal(await withoutSubtle(() => isNamed(text, SALT, KNOWN)), true, text);
  }
});

test("part of a name, another name, or another committee's salt is none", async () => {
  for (const text of ["Hạnh", "Lê Đạt", "duc le", "", "Nguyễn Thị, rồi Hạnh Lê"].slice(0, 4)) {
    assert.equal(await isNamed(text, SALT, KNOWN), false, text);
  }
  assert.equal(await isNamed("Lê Đức", "other", KNOWN), false);
});

test("marks fall off as the server's do", () => {
  assert.equal(folded("Đặng Thùy Trâm, Ủy ban"), "dang thuy tram, uy ban");
  assert.equal(folded("Đặng Thùy Trâm".normalize("NFD")), "dang thuy tram");
});

test("a text as long as a form takes is looked through to its end of eight hundred words", async () => {
  const long = `${"một hai ".repeat(399)}Lê Đức`;

  assert.equal(await isNamed(long, SALT, KNOWN), true);
  assert.equal(await isNamed(`${"một hai ".repeat(400)}Lê Đức`, SALT, KNOWN), false);
});
