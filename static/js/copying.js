// Copies the text of a place. Where the browser does not let us (over plain http none does) it is
// marked instead, for the reader to copy. Tells whether it was copied.

export async function copyText(place) {
  try {
    await navigator.clipboard.writeText(place.textContent.trim());
    return true;
  } catch {
    getSelection().selectAllChildren(place);
    return false;
  }
}
