// What the desk of a hall decides without a page.

// "3:07" for 187.4 seconds; what takes longer than an hour has more minutes.
export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// How far the time of a turn has gone: "" , "near" its end, "over"; without a limit it never ends.
export function timeLeft(seconds, limit) {
  if (!limit) return "";
  if (seconds >= limit) return "over";
  return seconds >= limit * 0.8 ? "near" : "";
}

// Draws a clock that has run for so many seconds since it was made.
export function drawClock(clock, passed) {
  const seconds = Number(clock.dataset.clock) + ("stands" in clock.dataset ? 0 : passed);
  clock.textContent = clockText(seconds);
  clock.dataset.left = timeLeft(seconds, Number(clock.dataset.limit || 0));
}

// Three states of the same fields: as they stood when last agreed on, as somebody has them here, and as
// others have them by now. Returns what to show, and the names of fields that both sides have changed.
export function mergedFields(saved, mine, theirs) {
  const values = {};
  const clashes = [];
  for (const name of Object.keys(theirs)) {
    const isTyped = (mine[name] || "") !== (saved[name] || "");
    const isNew = (theirs[name] || "") !== (saved[name] || "");
    values[name] = isTyped ? mine[name] : theirs[name];
    if (isTyped && isNew && mine[name] !== theirs[name]) clashes.push(name);
  }
  return { values, clashes };
}

// A key for a form that is sent once more with other words.
export function newKey(random = (bytes) => crypto.getRandomValues(bytes)) {
  const hex = [...random(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
