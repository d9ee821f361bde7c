// Reads the page aloud with a voice that lies on this device. The voice of a service would send
// the text away: it is never used, and where there is no other the button stays hidden.
function isSeen(element) {
  return element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
}

function mark(block) {
  if (!window.Highlight || !CSS.highlights) return;
  const range = document.createRange();
  if (block?.isConnected) range.selectNodeContents(block);
  CSS.highlights.set("aloud", new Highlight(range));
}

function begin(button, speech) {
  const main = document.getElementById("content");
  const first = button.textContent;
  const SILENT = "script, style, template, select, textarea, svg, [translate=no], [aria-hidden=true]";
  let turn = 0; // rises whenever reading begins or ends: what an earlier turn still says is void

  function voiceFor(language) {
    const wanted = language.toLowerCase().split("-")[0];
    return speech.getVoices().find((voice) =>
      voice.localService && voice.lang.toLowerCase().split(/[-_]/)[0] === wanted);
  }

  const pageVoice = () => voiceFor(document.documentElement.lang);

  function offer() {
    button.hidden = !pageVoice();
  }

  // --- what is read: the text that can be seen, block by block, never what stands in a field --

  function blockOf(element) {
    while (element !== main && /^(inline|contents)$/.test(getComputedStyle(element).display)) {
      element = element.parentElement;
    }
    return element;
  }

  function* texts() {
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (!node.parentElement.closest(SILENT) && isSeen(node.parentElement)) yield node;
    }
  }

  function wholePage() {
    const found = [];
    for (const node of texts()) {
      const block = blockOf(node.parentElement);
      const words = node.parentElement.closest("abbr[title]")?.title || node.data;
      const last = found[found.length - 1];
      if (last?.block === block) last.words += words;
      else found.push({ block, words });
    }
    return found.filter((piece) => /[\p{L}\p{N}]/u.test(piece.words));
  }

  function selected() {
    const chosen = getSelection();
    if (chosen.isCollapsed || !main.contains(chosen.anchorNode)) return [];
    const block = blockOf(chosen.anchorNode.parentElement);
    return [{ block, words: chosen.toString() }].filter((piece) => piece.words.trim());
  }

  // --- reading ----------------------------------------------------------------------------

  function stop() {
    turn += 1;
    speech.cancel();
    mark(null);
    button.textContent = first;
  }

  function start() {
    const chosen = selected();
    const pieces = chosen.length ? chosen : wholePage();
    stop();
    const mine = turn;
    button.textContent = button.dataset.stop;
    pieces.forEach((piece, place) => {
      const language = piece.block.closest("[lang]").lang;
      const words = new SpeechSynthesisUtterance(piece.words.replace(/\s+/g, " ").trim());
      words.voice = voiceFor(language) || pageVoice();
      words.lang = words.voice.lang;
      words.onstart = () => { if (mine === turn) mark(piece.block); };
      words.onerror = () => { if (mine === turn) stop(); };
      words.onend = () => { if (mine === turn && place === pieces.length - 1) stop(); };
      speech.speak(words);
    });
    if (!pieces.length) stop();
  }

  const isReading = () => button.textContent !== first;

  button.addEventListener("mousedown", (event) => event.preventDefault()); // a selection stays
  button.addEventListener("click", () => { if (isReading()) stop(); else start(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && isReading()) stop(); });
  addEventListener("pagehide", stop);
  speech.addEventListener?.("voiceschanged", offer);
  speech.cancel(); // what the page before this one was still saying
  offer();
}

const button = document.querySelector("[data-aloud]");
if (button && window.speechSynthesis && window.SpeechSynthesisUtterance) begin(button, window.speechSynthesis);
