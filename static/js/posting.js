// What a form sends, with the button that was pressed: old browsers' FormData does not take that one.

export function dataOf(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  return data;
}

export const asText = (data) => new URLSearchParams(data).toString();
