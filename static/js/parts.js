// A question that is too long for the screen at a size that the last row can read is shown part by part,
// each for a while; whoever looks after the screen turns by hand as well.
const SHOWN_FOR = 20_000; // milliseconds for each part
let part = 0;
let number = 1;
let words = "";
let turnedAt = performance.now();
let isByHand = false;

const textOf = () => document.querySelector("body.screen .screen-text");

function draw() {
  const text = textOf();
  const place = document.querySelector("[data-parts]");
  if (!text || !place) return;
  text.scrollLeft = part * (text.clientWidth + (parseFloat(getComputedStyle(text).columnGap) || 0));
  place.hidden = number < 2;
  place.textContent = `${part + 1}/${number}`;
}

// Measures anew what fits: another question, another window, another font.
export function fitParts() {
  const text = textOf();
  const main = document.querySelector("body.screen main");
  if (!main) return;
  main.classList.remove("is-paged");
  if (text && document.documentElement.scrollHeight > innerHeight + 1) main.classList.add("is-paged");
  const isOther = text?.textContent !== words;
  if (isOther) { words = text?.textContent; part = 0; turnedAt = performance.now(); isByHand = false; }
  const gap = text ? parseFloat(getComputedStyle(text).columnGap) || 0 : 0;
  number = main.matches(".is-paged") ? Math.max(1, Math.round((text.scrollWidth + gap) / (text.clientWidth + gap))) : 1;
  part = Math.min(part, number - 1);
  draw();
}

function turn(by) {
  part = (part + by + number) % number;
  turnedAt = performance.now();
  draw();
}

export function startParts() {
  if (!document.querySelector("body.screen")) return;
  fitParts();
  addEventListener("resize", fitParts);
  setInterval(() => { if (number > 1 && !isByHand && performance.now() - turnedAt >= SHOWN_FOR) turn(1); }, 1_000);
  document.addEventListener("keydown", ({ key }) => {
    const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[key];
    if (!by) return;
    isByHand = true;
    turn(by);
  });
}
