// What stands in a form: {name: [values]}, as it is kept and put back.
import { count } from "./writing.js";

const NEVER = new Set(["password", "file", "submit", "button", "image", "reset"]);
export const HIDDEN = /^form_key$|-TOTAL_FORMS$/; // the hidden fields that belong to what is typed

export const isTyped = (field) => field.name && !field.disabled && !NEVER.has(field.type) && !("notKept" in field.dataset) &&
  (field.type !== "hidden" || HIDDEN.test(field.name));

export function fieldsOf(form) {
  const found = {};
  for (const field of form.elements) {
    if (!isTyped(field)) continue;
    const values = found[field.name] || (found[field.name] = []);
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) values.push(field.value);
    } else if (field.type === "select-multiple") {
      values.push(...[...field.selectedOptions].map((option) => option.value));
    } else values.push(field.value);
  }
  return found;
}

export function fill(form, fields) {
  addRows(form, fields);
  const places = {};
  for (const field of form.elements) {
    const values = isTyped(field) ? fields[field.name] : undefined;
    if (!values) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.type === "select-multiple") {
      for (const option of field.options) option.selected = values.includes(option.value);
    } else {
      const place = places[field.name] || 0;
      places[field.name] = place + 1;
      const value = values[place];
      if (value === undefined) continue;
      if (field.tagName === "SELECT" && ![...field.options].some((one) => one.value === value)) continue;
      field.value = value;
    }
  }
  form.querySelectorAll("[data-longest]").forEach(count);
  form.dispatchEvent(new CustomEvent("kept-filled", { bubbles: true }));
}

// A form of rows may have been longer: its last row is repeated under the next numbers.
function addRows(form, fields) {
  for (const [name, [total]] of Object.entries(fields)) {
    const prefix = /^(.+)-TOTAL_FORMS$/.exec(name)?.[1];
    const counted = prefix && form.elements.namedItem(name);
    if (!counted) continue;
    for (let number = Number(counted.value); number < Math.min(Number(total), 200); number += 1) {
      const last = [...form.elements].find((one) => one.name.startsWith(`${prefix}-${number - 1}-`));
      const row = last?.closest("fieldset, tr, [data-row]");
      if (!row) break;
      const next = row.cloneNode(true);
      for (const one of next.querySelectorAll("*")) {
        for (const mark of ["name", "id", "for", "aria-describedby"]) {
          const old = one.getAttribute(mark);
          if (old) one.setAttribute(mark, old.replace(`${prefix}-${number - 1}-`, `${prefix}-${number}-`));
        }
        if ("defaultValue" in one && one.type !== "hidden") one.defaultValue = one.value = "";
      }
      row.after(next);
    }
  }
}

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
