// Receipt codes: Crockford's base 32 with a check group, the same arithmetic as foundation/codes.py.
import { random } from "./bytes.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 26; // 130 bits

export function checkOf(body) {
  let number = 0;
  for (let place = 1; place <= body.length; place += 1) {
    number = (number * 37 + ALPHABET.indexOf(body[place - 1]) * place + 1) % 1021;
  }
  return ALPHABET[number >> 5] + ALPHABET[number & 31];
}

export const newBody = () => Array.from(random(LENGTH), (byte) => ALPHABET[byte & 31]).join("");

export const inGroups = (body) => (body + checkOf(body)).match(/.{4}/g).join("-");
