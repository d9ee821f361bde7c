// What opens stands in sight: in a queue, where a button stood, behind a fold.

// What was opened where a button stood is gone on with there: all of it in sight, in its first field.
document.addEventListener("htmx:after:swap", (event) => {
  const place = event.target instanceof Element && event.target.closest(".act, #several-place");
  const first = place?.querySelector("form select, form textarea, form input:not([type=hidden])");
  if (!first) return;
  place.scrollIntoView({ block: "nearest" });
  first.focus();
});

// The open question is in sight in a queue that scrolls by itself.
function showOpen() {
  const row = document.querySelector(".pane-queue .queue-item.is-open");
  const pane = row?.closest(".pane-queue");
  if (!pane || pane.scrollHeight <= pane.clientHeight) return;
  pane.scrollTop += row.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
}
document.addEventListener("page-replaced", showOpen);

// What is folded on a phone stands open on a desk; browsers that can do it in CSS have done so.
if (matchMedia("(min-width: 641px)").matches) {
  document.querySelectorAll("details[data-open-wide]").forEach((fold) => { fold.open = true; });
}

function openNamed() {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named?.tagName === "DETAILS") {
    named.open = true;
    named.querySelector("summary").focus();
  }
}

openNamed();
showOpen();
