// What a form sends, with the button that was pressed: old browsers' FormData does not take that one.

export function dataOf(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  return data;
}

// The parts of a hall that are asked for come without cookies, so the token of this browser is its page's own.
export async function ownToken(within) {
  const page = await fetch(location.href, { credentials: "same-origin" });
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  return fresh.querySelector(`${within} [name=csrfmiddlewaretoken]`)?.value || "";
}

export const asText = (data) => new URLSearchParams(data).toString();
