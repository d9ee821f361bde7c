// What was typed, as it lies in the tab: by the key of its form, for one day, for one person. Nothing
// of it outlives its person, and nothing is written any more once the person has left.

const PREFIX = "kept:";
const OURS = [PREFIX, "receipt:", "pressed"];
const OWNER = "kept-person";
const LONGEST = 24 * 3600 * 1000;

export function draftsIn(store, now = Date.now) {
  let isOver = false;

  function read(key) {
    let kept = null;
    try { kept = JSON.parse(store.read(PREFIX + key) || "null"); } catch { /* not ours */ }
    return kept && now() - kept.at < (kept.most || LONGEST) ? kept : null;
  }

  // Is it kept now?
  function write(key, kept) {
    return !isOver && store.write(PREFIX + key, JSON.stringify({ ...kept, at: now() }));
  }

  const drop = (key) => store.drop(PREFIX + key);

  function erase() {
    store.keys().filter((key) => OURS.some((begin) => key.startsWith(begin))).forEach(store.drop);
    store.drop(OWNER);
  }

  function wipe() {
    erase();
    isOver = true;
  }

  function belongTo(person) {
    const owner = store.read(OWNER);
    if (owner && owner !== person) erase();
    store.write(OWNER, person);
  }

  return { read, write, drop, wipe, belongTo, get isOver() { return isOver; } };
}
