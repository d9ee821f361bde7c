// What was typed, in a tab that loses, refuses or is full, that is one of two, or is somebody else's.
import assert from "node:assert/strict";
import test from "node:test";
import { draftsIn } from "../../static/js/lib/drafts.js";
import { storeOf } from "../../static/js/lib/store.js";
import { followOtherTabs } from "../../static/js/lib/tabs.js";
import { fakeStore } from "./given.mjs";

const HOUR = 3600 * 1000;
const TYPED = { fields: { text: ["Bao giờ có nước sạch?"] }, version: "3", once: "a" };

function tab({ store = fakeStore(), clock = { now: 1_000 } } = {}) {
  return { store, clock, drafts: draftsIn(storeOf(() => store), () => clock.now) };
}

test("what was typed is there again as it was", () => {
  const { drafts } = tab();

  assert.equal(drafts.write("ask:1", TYPED), true);

  assert.deepEqual(drafts.read("ask:1"), { ...TYPED, at: 1_000 });
  assert.equal(drafts.read("ask:2"), null);
});

test("a draft lasts a day, or as long as its form says", () => {
  const { drafts, clock } = tab();
  drafts.write("long", TYPED);
  drafts.write("short", { ...TYPED, most: HOUR });

  clock.now += HOUR - 1;
  assert.ok(drafts.read("short"));
  clock.now += 1;
  assert.equal(drafts.read("short"), null);
  clock.now += 23 * HOUR - 1;
  assert.ok(drafts.read("long"));
  clock.now += 1;
  assert.equal(drafts.read("long"), null);
});

test("a browser that refuses to keep is asked and nothing breaks", () => {
  const drafts = draftsIn(storeOf(() => { throw new Error("SecurityError"); }));

  drafts.belongTo("7");

  assert.equal(drafts.write("ask:1", TYPED), false);
  assert.equal(drafts.read("ask:1"), null);
  drafts.drop("ask:1");
  drafts.wipe();
});

test("a full browser keeps what it had, and says that it did not take more", () => {
  const store = fakeStore(200);
  const kept = storeOf(() => store);
  const drafts = draftsIn(kept);
  drafts.write("ask:1", TYPED);

  const isKept = drafts.write("ask:1", { ...TYPED, fields: { text: ["x".repeat(500)] } });

  assert.equal(isKept, false);
  assert.deepEqual(drafts.read("ask:1").fields, TYPED.fields);
  assert.equal(kept.write("other", "x".repeat(500)), false);
  assert.equal(kept.write("other", "x"), true);
});

test("a store that was lost, or holds what we never wrote, has no draft", () => {
  const { drafts, store } = tab();
  drafts.write("ask:1", TYPED);
  store.clear();
  assert.equal(drafts.read("ask:1"), null);

  store.setItem("kept:ask:1", "{half");
  assert.equal(drafts.read("ask:1"), null);
  store.setItem("kept:ask:1", "null");
  assert.equal(drafts.read("ask:1"), null);
});

test("another person at the same tab finds nothing, and the first one on return neither", () => {
  const { drafts, store } = tab();
  drafts.belongTo("7");
  drafts.write("ask:1", TYPED);
  store.setItem("receipt:key", "CODE");
  store.setItem("pressed", "{}");
  store.setItem("theirs", "stays");

  drafts.belongTo("8");

  assert.equal(drafts.read("ask:1"), null);
  assert.deepEqual([store.getItem("receipt:key"), store.getItem("pressed"), store.getItem("theirs")], [null, null, "stays"]);
  drafts.write("ask:1", { ...TYPED, once: "b" }); // and may write in their turn
  drafts.belongTo("8");
  assert.equal(drafts.read("ask:1").once, "b");
  drafts.belongTo("7");
  assert.equal(drafts.read("ask:1"), null);
});

test("once the person has left nothing is written any more", () => {
  const { drafts, store } = tab();
  drafts.belongTo("7");
  drafts.write("ask:1", TYPED);

  drafts.wipe();

  assert.equal(drafts.write("ask:1", TYPED), false);
  assert.equal(drafts.isOver, true);
  assert.equal(store.length, 0);
});

// --- two tabs: node's own channels, as browsers have them ---------------------------------------

const SOON = { timeout: 10_000 }; // a channel left open would keep node waiting for ever

// Opens tabs for a test and closes them after it; `left` is fulfilled when a tab has to leave.
function tabsOf(context) {
  const open = [];
  context.after(() => open.forEach((one) => one.close()));
  return (person) => {
    const one = { isOut: false };
    one.left = new Promise((resolve) => {
      const tabs = followOtherTabs(person, () => { one.isOut = true; resolve(); });
      open.push(tabs);
      one.signOut = tabs.left;
    });
    return one;
  };
}

test("a tab leaves when its person signs out in another one", SOON, async (context) => {
  const opens = tabsOf(context);
  const first = opens("7");
  const second = opens("7");

  second.signOut();

  await first.left;
  assert.equal(second.isOut, false);
});

test("a tab leaves when somebody else has signed in, and stays for its own person", SOON, async (context) => {
  const opens = tabsOf(context);
  const first = opens("7");
  const nobody = opens(""); // has nothing to lose
  const last = opens("7"); // the last one to hear

  const other = opens("8");

  await Promise.all([first.left, last.left]);
  assert.equal(nobody.isOut, false);
  assert.equal(other.isOut, false);
});

test("the same person in a second tab drives nobody out", SOON, async (context) => {
  const opens = tabsOf(context);
  const first = opens("7");
  const witness = opens("8"); // drives the first one out, and hears what it hears, after it
  await first.left;
  first.isOut = false;

  opens("7");

  await witness.left;
  await new Promise(setImmediate);
  assert.equal(first.isOut, false);
});
