// What is written: counted as a reader counts, and tables pasted from Word or a spreadsheet kept
// as rows of cells. Without it the server counts, and a table is pasted as the browser sees fit.
// --- counting -----------------------------------------------------------------------------

const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
const lengthOf = (text) => Array.from(text.replace(UNSEEN, "").trim().normalize("NFC")).length;
const written = (number) => number.toLocaleString(document.documentElement.lang || "vi");

function placeOf(field) {
  const named = field.dataset.counter && document.getElementById(field.dataset.counter);
  if (named) return named;
  let place = field.nextElementSibling;
  if (!place?.matches("[data-counts]")) {
    place = document.createElement("span");
    place.className = "counter";
    place.dataset.counts = "";
    field.after(place);
  }
  return place;
}

export function count(field) {
  const longest = Number(field.dataset.longest);
  const now = lengthOf(field.value);
  const over = now - longest;
  const words = over > 0 ? (field.dataset.tooLong || "").replace("{number}", written(over)) : "";
  field.setCustomValidity?.(words);
  if (!field.dataset.counter && now < longest * 0.8 && !field.nextElementSibling?.matches("[data-counts]")) return;
  const place = placeOf(field);
  place.textContent = `${written(now)}/${written(longest)}${words && `. ${words}`}`;
  place.classList.toggle("is-over", over > 0);
  if (over > 0) place.setAttribute("role", "alert"); else place.removeAttribute("role");
}

const countAll = () => document.querySelectorAll("[data-longest]").forEach(count);
document.addEventListener("input", (event) => {
  if (event.target.dataset?.longest) count(event.target);
});
for (const name of ["DOMContentLoaded", "page-replaced", "htmx:after:swap"]) {
  document.addEventListener(name, countAll);
}
addEventListener("pageshow", countAll);

// --- pasting ------------------------------------------------------------------------------

const BLOCKS = "p, div, li, h1, h2, h3, h4, h5, h6, blockquote, pre, ul, ol, table";
const oneLine = (node) => node.textContent.replace(/\s+/g, " ").trim();

// The rows of a table; a cell that spans several leaves the others empty.
function rowsOf(table) {
  const rows = [];
  [...table.rows].forEach((row, at) => {
    const cells = rows[at] || (rows[at] = []);
    let column = 0;
    for (const cell of row.cells) {
      while (cells[column] !== undefined) column += 1;
      for (let down = 0; down < Math.min(cell.rowSpan || 1, 200); down += 1) {
        const below = rows[at + down] || (rows[at + down] = []);
        for (let right = 0; right < Math.min(cell.colSpan, 40); right += 1) below[column + right] = "";
      }
      cells[column] = oneLine(cell);
      column += Math.min(cell.colSpan, 40);
    }
  });
  return rows.slice(0, table.rows.length).map((cells) => Array.from(cells, (text) => text || "").join("\t"));
}

function linesOf(node) {
  const lines = [];
  let line = "";
  const end = () => { if (line.trim()) lines.push(line.replace(/\s+/g, " ").trim()); line = ""; };
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) line += child.data;
    else if (child.nodeName === "TABLE") { end(); lines.push(...rowsOf(child)); }
    else if (child.nodeName === "BR") end();
    else if (child.nodeType === Node.ELEMENT_NODE && !child.matches("style, script, title, meta, link")) {
      if (child.matches(BLOCKS) || child.querySelector(BLOCKS)) { end(); lines.push(...linesOf(child)); }
      else line += child.textContent;
    }
  }
  end();
  return lines;
}

document.addEventListener("paste", (event) => {
  const field = event.target;
  if (field.nodeName !== "TEXTAREA" || field.readOnly) return;
  const html = event.clipboardData?.getData("text/html") || "";
  if (!/<table[\s>]/i.test(html)) return;
  const text = linesOf(new DOMParser().parseFromString(html, "text/html").body).join("\n");
  if (!text) return;
  event.preventDefault();
  const before = field.value.slice(0, field.selectionStart);
  const whole = before && !before.endsWith("\n") ? `\n${text}` : text;
  // Typed in, so that it can be undone; where a browser no longer knows how, put in.
  if (!document.execCommand?.("insertText", false, whole)) {
    field.setRangeText(whole, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
