// A reader of core-deterministic CBOR (RFC 8949 §4.2.1), as far as entries need
// it: numbers, byte strings, texts, booleans, arrays and maps. Whatever is written
// in any other way than the shortest and sorted one is refused, so that what is
// shown is all that was signed.

const deepest = 8;

// read returns the one value in b; a map becomes a Map.
export function read(b) {
  const r = new Reader(b);
  const v = r.value(0);
  if (r.at !== b.length) throw new Error("there is more behind the value");
  return v;
}

const algorithms = { "-8": 1, "-65537": 2 }; // EdDSA, SM2 with SM3 → suite

// message opens a COSE_Sign1 (RFC 9052 §4.2) and returns its type, the id of
// the key that signed, its suite, and its payload.
export function message(raw) {
  if (raw[0] !== 0xd2) throw new Error("not a COSE_Sign1");
  const parts = read(raw.subarray(1));
  if (!Array.isArray(parts) || parts.length !== 4) throw new Error("not a COSE_Sign1");
  const [head, open, payload, signature] = parts;
  if (![head, payload, signature].every((p) => p instanceof Uint8Array) || signature.length !== 64) throw new Error("not a COSE_Sign1");
  if (!(open instanceof Map) || open.size) throw new Error("unprotected headers are not allowed");
  const headers = read(head);
  const kid = headers instanceof Map && headers.get(4);
  if (!kid || headers.size !== 3 || !(headers.get(1) in algorithms) || typeof headers.get(3) !== "string" || !(kid instanceof Uint8Array) || kid.length !== 16) {
    throw new Error("the protected headers are not ours");
  }
  return { type: headers.get(3), key: kid, suite: algorithms[headers.get(1)], payload };
}

class Reader {
  constructor(b) { this.b = b; this.at = 0; }

  take(n) {
    if (n > this.b.length - this.at) throw new Error("the value ends early");
    return this.b.subarray(this.at, this.at += n);
  }

  // number reads the argument of a head: the shortest encoding alone, and nothing
  // that a script can't count exactly.
  number(short) {
    if (short < 24) return short;
    if (short > 27) throw new Error("an encoding that is not deterministic");
    const n = this.take(1 << (short - 24)).reduce((v, x) => v * 256 + x, 0);
    if (n < [24, 256, 65536, 4294967296][short - 24] || n > Number.MAX_SAFE_INTEGER) throw new Error("a number that is not the shortest, or too large");
    return n;
  }

  value(depth) {
    if (depth > deepest) throw new Error("too deep");
    const [head] = this.take(1);
    const major = head >> 5;
    if (head === 0xf4 || head === 0xf5) return head === 0xf5;
    if (major > 5) throw new Error("a kind of value that no entry has");
    const n = this.number(head & 31);
    switch (major) {
      case 0: return n;
      case 1: return -1 - n;
      case 2: return this.take(n);
      case 3: return this.text(n);
      case 4: return this.list(n, depth);
    }
    return this.map(n, depth);
  }

  text(n) {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.take(n));
  }

  list(n, depth) {
    const all = [];
    while (all.length < n) all.push(this.value(depth + 1));
    return all;
  }

  map(n, depth) {
    const all = new Map();
    let last;
    for (let i = 0; i < n; i++) {
      const from = this.at;
      const key = this.value(depth + 1);
      const raw = this.b.subarray(from, this.at);
      if (typeof key !== "number" && typeof key !== "string" || last && !(order(last, raw) < 0)) throw new Error("keys that are not sorted");
      last = raw;
      all.set(key, this.value(depth + 1));
    }
    return all;
  }
}

// order compares encoded keys byte by byte; of two where one begins the other, the
// shorter is first.
function order(a, b) {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
