// Bytes, and what WebCrypto does with them. Nothing here is written by ourselves
// that the browser can do.

const text = new TextEncoder();

export const utf8 = (s) => text.encode(s);
export const hex = (b) => Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");

export function fromHex(s) {
  if (s.length % 2 || /[^0-9a-f]/.test(s)) throw new Error("not lower-case hex digits");
  return Uint8Array.from({ length: s.length / 2 }, (_, i) => parseInt(s.slice(2 * i, 2 * i + 2), 16));
}

export const fromBase64 = (s) => Uint8Array.from(atob(s), (c) => c.charCodeAt(0));

export function toBase64(b) {
  let s = "";
  for (const x of b) s += String.fromCharCode(x);
  return btoa(s);
}

// The same for the alphabet of links and passkeys (RFC 4648 §5), without padding.
export const fromBase64URL = (s) => fromBase64(s.replaceAll("-", "+").replaceAll("_", "/"));
export const toBase64URL = (b) => toBase64(b).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// fromLink reads what stands behind "#" in a receipt's link, or returns null:
// 32 bytes in base64url, in the one way to write them.
export function fromLink(s) {
  if (!/^[\w-]{43}$/.test(s)) return null;
  const b = fromBase64URL(s);
  return toBase64URL(b) === s ? b : null;
}

export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  parts.reduce((at, p) => { all.set(p, at); return at + p.length; }, 0);
  return all;
}

export const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

export const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));

// commit is HMAC-SHA-256 under a salt: how an entry names what it does not tell.
export async function commit(salt, ...parts) {
  const key = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, concat(...parts)));
}

// signed checks an Ed25519 signature. What is no key or no signature signs nothing.
export async function signed(key, message, signature) {
  try {
    const k = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", k, signature, message);
  } catch { return false; }
}

// able tells whether this browser can check at all: WebCrypto is there in a secure
// context alone, and Ed25519 in browsers since about 2024. It is tried on a
// signature that is known to hold (RFC 8032 §7.1, the first), and on one that does not.
export async function able() {
  if (!globalThis.crypto || !crypto.subtle) return false;
  const key = fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const good = fromHex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  return (await signed(key, new Uint8Array(), good)) && !(await signed(key, utf8("x"), good));
}
