// Drawing what is signed unseen, for vouchers and for the passes of a hall alike: messages are made and
// blinded, kept as text until the answer comes, and finished with the signatures in it.
import { blind, finish, prepare } from "./blind-rsa.js";
import { fromBase64, joined, random, toBase64, toUrlSafe } from "./bytes.js";

const NONCE_LENGTH = 32;

export const keyOf = ({ n, e }) => ({ n: BigInt(`0x${n}`), e: BigInt(`0x${e}`) });

// Returns [{ prepared, blinded, inverse }, …], all of them text.
export async function made(key, each) {
  const found = [];
  for (let number = 0; number < each; number += 1) {
    const prepared = prepare(random(NONCE_LENGTH));
    const { blinded, inverse } = await blind(key, prepared);
    found.push({ prepared: toBase64(prepared), blinded: toBase64(blinded), inverse: inverse.toString(16) });
  }
  return found;
}

// Returns what is carried of each, message and signature in one, or null where one signature does not hold.
export async function finished(key, pending, signed) {
  const found = [];
  for (const [at, one] of pending.entries()) {
    const prepared = fromBase64(one.prepared);
    const signature = await finish(key, prepared, fromBase64(signed[at]), BigInt(`0x${one.inverse}`));
    if (!signature) return null;
    found.push(toUrlSafe(joined(prepared, signature)));
  }
  return found;
}
