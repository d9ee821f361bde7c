// What in a text gives its writer away: numbers, addresses, "I am …", and the names of people, which
// are known here by their salted hashes alone.
import { bytesOf, toHex } from "./bytes.js";
import { sha256 } from "./sha256.js";

const LONGEST = 800; // words that are looked at
const HASH_LENGTH = 6; // bytes, as sessions/domain/guarding.py cuts them
const PATTERNS = [
  ["phone", /(?:\+?84|0)[\s.-]?\d{2,3}[\s.-]?\d{3}[\s.-]?\d{3,4}\b/],
  ["mail", /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/],
  ["number", /\b\d{12}\b|\b\d{9}\b|\b(?:msnv|mã (?:số )?(?:cán bộ|nhân viên|viên chức)|số hiệu)\s*:?\s*\w*\d+/i],
  ["self", /(?:^|[\s,.;:(])(?:[Tt]ôi|[Ee]m|[Mm]ình|[Cc]háu)\s+(?:tên\s+)?là\s+\p{Lu}/u],
];

export const kindsIn = (text) => PATTERNS.filter(([, pattern]) => pattern.test(text)).map(([kind]) => kind);

export const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

const hashOf = async (text) => toHex((await sha256(bytesOf(text))).slice(0, HASH_LENGTH));

// Is one of the names, told by their hashes, in the text: two to five words that stand together?
export async function isNamed(text, salt, known) {
  const words = folded(text).split(/[^a-z0-9]+/).filter(Boolean).slice(0, LONGEST);
  for (let at = 0; at < words.length; at += 1) {
    for (let length = 2; length <= 5 && at + length <= words.length; length += 1) {
      if (known.has(await hashOf(`${salt}:${words.slice(at, at + length).join(" ")}`))) return true;
    }
  }
  return false;
}
