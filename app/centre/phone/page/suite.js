// What a signed entry's suite hashes by. Suite 1 is WebCrypto's own; suite 2 is SM3
// (GB/T 32905), which no browser has, so it is written out here.

import { commit, concat, sha256 } from "./bytes.js";

const left = (x, n) => x << (n & 31) | x >>> (32 - n & 31);
const first = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];

// compress takes one block of 64 bytes into the state (GB/T 32905 §5.3).
function compress(state, block) {
  const w = Array.from({ length: 16 }, (_, j) => block.getUint32(4 * j));
  for (let j = 16; j < 68; j++) {
    const x = w[j - 16] ^ w[j - 9] ^ left(w[j - 3], 15);
    w.push(x ^ left(x, 15) ^ left(x, 23) ^ left(w[j - 13], 7) ^ w[j - 6]);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let j = 0; j < 64; j++) {
    const early = j < 16;
    const s = left(left(a, 12) + e + left(early ? 0x79cc4519 : 0x7a879d8a, j) | 0, 7);
    const t = (early ? a ^ b ^ c : a & b | a & c | b & c) + d + (s ^ left(a, 12)) + (w[j] ^ w[j + 4]) | 0;
    const u = (early ? e ^ f ^ g : e & f | ~e & g) + h + s + w[j] | 0;
    [a, b, c, d, e, f, g, h] = [t, a, left(b, 9), c, u ^ left(u, 9) ^ left(u, 17), e, left(f, 19), g];
  }
  return [a, b, c, d, e, f, g, h].map((x, i) => x ^ state[i]);
}

export function sm3(...parts) {
  const m = concat(...parts);
  const whole = new DataView(new ArrayBuffer((m.length + 9 + 63 >> 6) * 64));
  new Uint8Array(whole.buffer).set(m);
  whole.setUint8(m.length, 0x80);
  whole.setBigUint64(whole.byteLength - 8, BigInt(m.length) * 8n);
  let state = first;
  for (let at = 0; at < whole.byteLength; at += 64) state = compress(state, new DataView(whole.buffer, at, 64));
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((x, i) => out.setUint32(4 * i, x));
  return new Uint8Array(out.buffer);
}

// commitSM3 is HMAC (RFC 2104) with SM3; a salt is shorter than a block.
export function commitSM3(salt, ...parts) {
  const pad = (x) => Uint8Array.from({ length: 64 }, (_, i) => (salt[i] || 0) ^ x);
  return sm3(pad(0x5c), sm3(pad(0x36), ...parts));
}

// suites gives, by the suite that an entry says, { digest, commit }.
export const suites = { 1: { digest: sha256, commit }, 2: { digest: sm3, commit: commitSM3 } };
