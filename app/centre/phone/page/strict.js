// Receipts and trust documents have one encoding each, that of Go's json.Marshal:
// package receipt refuses every other, and so does this. It reads along the one
// text that there can be, and returns null's, numbers as BigInt (nanoseconds are
// too large for a script's own), hex digits as bytes.

import { fromHex, utf8 } from "./bytes.js";

class Text {
  constructor(s) { this.s = s; this.at = 0; }

  // is moves on if the text goes on like this.
  is(word) {
    const yes = this.s.startsWith(word, this.at);
    if (yes) this.at += word.length;
    return yes;
  }

  want(word) { if (!this.is(word)) throw new Error("not in its one encoding"); }

  match(pattern) {
    pattern.lastIndex = this.at;
    const m = pattern.exec(this.s);
    if (!m) throw new Error("not in its one encoding");
    this.at += m[0].length;
    return m[0];
  }

  number(least, most) {
    const n = BigInt(this.match(/0|-?[1-9]\d{0,19}/y));
    if (n < least || n > most) throw new Error("a number out of range");
    return n;
  }

  hex() { return fromHex(this.match(/"(?:[0-9a-f]{2})*"/y).slice(1, -1)); }

  name() {
    const raw = this.match(/"(?:[^"\\]|\\.)*"/y);
    const s = JSON.parse(raw);
    if (quoted(s) !== raw || /\p{Surrogate}/u.test(s)) throw new Error("not in its one encoding");
    return s;
  }

  list(one, until = "]") {
    const all = [];
    this.want("[");
    if (this.is(until)) return all;
    do all.push(one()); while (this.is(","));
    this.want(until);
    return all;
  }
}

// quoted writes a text as Go does.
const quoted = (s) => JSON.stringify(s).replace(/[<>&\u2028\u2029]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));

const u32 = 2n ** 32n - 1n;
const i32 = 2n ** 31n - 1n;
const u64 = 2n ** 64n - 1n;
const i64 = 2n ** 63n - 1n;
const maxReceipt = 256 << 10;
const maxTrust = 16 << 20;
const maxLinks = 10000;

// begin decodes bytes; whatever is no UTF-8 is refused.
function begin(raw, most) {
  if (raw.length > most) throw new Error("too large");
  return new Text(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw));
}

function end(t) { if (t.at !== t.s.length) throw new Error("not in its one encoding"); }

export function readReceipt(raw) {
  const t = begin(raw, maxReceipt);
  t.want('{"format":1,"path":');
  const path = t.list(() => {
    const step = { left: null, right: null };
    t.want("{");
    if (t.is('"left":')) step.left = some(t);
    if (step.left && t.is(",") || !step.left && t.s.startsWith('"', t.at)) { t.want('"right":'); step.right = some(t); }
    t.want("}");
    return step;
  });
  t.want(",");
  const r = { path, ...sealed(t) };
  t.want("}");
  end(t);
  return r;
}

// some reads a byte string that is left out where it is empty.
function some(t) {
  const b = t.hex();
  if (!b.length) throw new Error("not in its one encoding");
  return b;
}

function sealed(t) {
  t.want('"header":');
  const s = { header: header(t) };
  t.want(',"round":');
  s.round = t.number(-i32 - 1n, i32);
  t.want(',"parts":');
  s.parts = parts(t);
  t.want(',"signatures":');
  s.signatures = t.list(() => (t.is("null") ? null : signature(t)));
  return s;
}

function signature(t) {
  t.want('{"time":');
  const s = { time: t.number(-i64 - 1n, i64) };
  s.nil = t.is(',"nil":true');
  t.want(',"signature":');
  s.bytes = t.hex();
  t.want("}");
  return s;
}

function parts(t) {
  t.want('{"total":');
  const p = { total: t.number(0n, u32) };
  t.want(',"hash":');
  p.hash = t.hex();
  t.want("}");
  return p;
}

function header(t) {
  const h = {};
  t.want('{"block_version":'); h.blockVersion = t.number(0n, u64);
  t.want(',"app_version":'); h.appVersion = t.number(0n, u64);
  t.want(',"chain_id":'); h.chain = t.name();
  t.want(',"height":'); h.height = t.number(-i64 - 1n, i64);
  t.want(',"time":'); h.time = t.number(-i64 - 1n, i64);
  t.want(',"last_block":{"hash":'); h.last = { hash: t.hex() };
  t.want(',"parts":'); h.last.parts = parts(t);
  t.want("}");
  for (const name of ["last_commit", "data", "validators", "next_validators", "consensus", "app", "last_results", "evidence"]) {
    t.want(`,"${name}_hash":`);
    h[name] = t.hex();
  }
  t.want(',"proposer_address":'); h.proposer = t.hex();
  t.want("}");
  return h;
}

function validators(t) {
  return t.list(() => {
    t.want('{"key":');
    const v = { key: t.hex() };
    t.want(',"power":');
    v.power = t.number(-i64 - 1n, i64);
    t.want("}");
    return v;
  });
}

// readTrust returns the trust, and the text of what is pinned of it: the document
// without its links.
export function readTrust(raw) {
  const t = begin(raw, maxTrust);
  t.want('{"chain_id":');
  const trust = { chain: t.name() };
  t.want(',"validators":');
  trust.validators = validators(t);
  trust.pinned = utf8(t.s.slice(0, t.at) + "}");
  trust.links = [];
  if (t.is(',"links":')) {
    trust.links = t.list(() => {
      t.want("{");
      const l = sealed(t);
      t.want(',"validators":');
      l.validators = validators(t);
      t.want("}");
      return l;
    });
    if (!trust.links.length) throw new Error("not in its one encoding");
  }
  t.want("}");
  end(t);
  if (!trust.chain || trust.links.length > maxLinks) throw new Error("no trust");
  return trust;
}
