// Checks that an entry stands in a block that more than two thirds of the power of
// the ledger's validators signed: package receipt in the browser, check by check
// and in the same order, on WebCrypto alone. A test has both judge the same altered
// receipts. Nothing is asked of anybody.

import { utf8, concat, same, sha256, signed } from "./bytes.js";
import { readReceipt, readTrust } from "./strict.js";

const nanos = 1000000000n;
const maxPower = 1n << 59n;

// protobuf (proto3): zero values are left out, embedded messages are not.
function varint(v) {
  const out = [];
  for (v = BigInt.asUintN(64, v); v > 127n; v >>= 7n) out.push(Number(v & 127n) | 128);
  return Uint8Array.from([...out, Number(v)]);
}
const none = new Uint8Array();
const number = (field, v) => (v === 0n ? none : concat(Uint8Array.of(field << 3), varint(v)));
const inner = (field, m) => concat(Uint8Array.of(field << 3 | 2), varint(BigInt(m.length)), m);
const bytes = (field, b) => (b.length ? inner(field, b) : none);
function fixed(field, v) {
  if (v === 0n) return none;
  const b = new Uint8Array(9);
  b[0] = field << 3 | 1;
  new DataView(b.buffer).setBigInt64(1, v, true);
  return b;
}
const timestamp = (ns) => concat(number(1, ns / nanos), number(2, ns % nanos));
const blockID = (id) => concat(bytes(1, id.hash), inner(2, concat(number(1, id.parts.total), bytes(2, id.parts.hash))));

// Merkle trees are those of RFC 6962 §2.1.
const leaf = (b) => sha256(Uint8Array.of(0), b);
const node = (left, right) => sha256(Uint8Array.of(1), left, right);
async function root(leaves) {
  if (leaves.length === 1) return leaf(leaves[0]);
  let split = 1;
  while (2 * split < leaves.length) split *= 2;
  return node(await root(leaves.slice(0, split)), await root(leaves.slice(split)));
}

const blockHash = (h) => root([concat(number(1, h.blockVersion), number(2, h.appVersion)), bytes(1, utf8(h.chain)), number(1, h.height),
  timestamp(h.time), blockID(h.last), ...["last_commit", "data", "validators", "next_validators", "consensus", "app", "last_results", "evidence", "proposer"].map((f) => bytes(1, h[f]))]);

// vote is what a validator signs, behind its length.
function vote(s, block, signature) {
  const m = concat(number(1, 2n), fixed(2, s.header.height), fixed(3, s.round),
    signature.nil ? none : inner(4, blockID({ hash: block, parts: s.parts })), inner(5, timestamp(signature.time)), bytes(6, utf8(s.header.chain)));
  return concat(varint(BigInt(m.length)), m);
}

function malformed(h) {
  const hashes = [h.last.hash, h.last.parts.hash, h.last_commit, h.data, h.validators, h.next_validators, h.consensus, h.last_results, h.evidence];
  return hashes.some((b) => b.length !== 0 && b.length !== 32) || h.blockVersion !== 11n || utf8(h.chain).length > 50 ||
    h.proposer.length !== 20 || h.height < 1n || h.time < 0n;
}

// setOf refuses what no chain would have.
async function setOf(validators) {
  let power = 0n;
  const seen = new Set();
  for (const v of validators) {
    if (v.key.length !== 32 || seen.has(v.key.join()) || v.power < 1n || v.power > maxPower - power) throw new Error("a set of validators that no chain has");
    seen.add(v.key.join());
    power += v.power;
  }
  if (!validators.length) throw new Error("a set of validators is empty");
  return { validators, power, hash: await root(validators.map((v) => concat(inner(1, bytes(1, v.key)), number(2, v.power)))) };
}

// Verifier knows which set of validators counts at which height.
class Verifier {
  constructor(trust, first) {
    this.chain = trust.chain;
    this.sets = [first];
    this.links = [];
  }

  // at is the place of the set that counts at a height.
  at(height) {
    const i = this.links.findIndex((l) => l.header.height >= height);
    return i < 0 ? this.links.length : i;
  }

  // header checks that more than two thirds of its set's power signed a block, and
  // returns its hash and its time.
  async header(s) {
    const h = s.header;
    if (h.chain !== this.chain) throw new Error("the block is of another chain");
    if (malformed(h) || s.round < 0n || s.parts.hash.length !== 0 && s.parts.hash.length !== 32) throw new Error("the block's header is malformed");
    const at = this.at(h.height);
    if (!same(this.sets[at].hash, h.validators)) throw new Error("the block names another set of validators");
    const block = await blockHash(h);
    const votes = await this.votes(this.sets[at], s, block);
    await this.fits(at, h, block);
    return { block, time: median(votes) };
  }

  async votes(set, s, block) {
    if (s.signatures.length !== set.validators.length) throw new Error("there is not one place for each validator");
    const votes = [];
    let power = 0n;
    for (const [i, one] of s.signatures.entries()) {
      if (!one) continue;
      const v = set.validators[i];
      if (one.time < 0n || !(await signed(v.key, vote(s, block, one), one.bytes))) throw new Error("a validator's signature does not hold");
      votes.push({ time: one.time, power: v.power });
      if (!one.nil) power += v.power;
    }
    if (3n * power <= 2n * set.power) throw new Error("no more than two thirds of the power signed the block");
    return votes;
  }

  // fits compares a block with the changes of validators around it.
  async fits(at, h, block) {
    const next = this.links[at];
    const before = this.links[at - 1];
    if (next && next.header.height === h.height) {
      if (!same(block, next.block)) throw new Error("another block at this height is known");
      return;
    }
    if (next && h.time >= next.header.time || before && h.time <= before.header.time) throw new Error("the block's time does not fit");
  }

  async follow(link) {
    const last = this.links.at(-1);
    if (last && link.header.height <= last.header.height) throw new Error("the links are not in the order of their heights");
    const { block } = await this.header(link);
    const later = await setOf(link.validators);
    if (!same(later.hash, link.header.next_validators)) throw new Error("the link's validators are not those that its block names");
    if (same(later.hash, this.sets.at(-1).hash)) throw new Error("the link leads to the very set that signed it");
    this.links.push({ header: link.header, block });
    this.sets.push(later);
  }

  // verify checks that a receipt proves raw to be on the chain and returns its
  // height, and the ledger's time in milliseconds.
  async verify(receipt, raw) {
    const r = readReceipt(receipt);
    let h = await leaf(await sha256(raw));
    for (const { left, right } of r.path) {
      if (left?.length === 32 && !right) h = await node(left, h);
      else if (right?.length === 32 && !left) h = await node(h, right);
      else throw new Error("a step of the path is not one hash");
    }
    if (!same(h, r.header.data)) throw new Error("the path does not lead from the entry to the block");
    const seen = await this.header(r);
    return { height: r.header.height, time: Number(seen.time / 1000000n), nanos: seen.time };
  }
}

// median is the weighted median, as CometBFT computes it.
function median(votes) {
  votes.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  let half = votes.reduce((sum, v) => sum + v.power, 0n) / 2n;
  for (const v of votes) {
    if (half <= v.power) return v.time;
    half -= v.power;
  }
  return 0n;
}

// trusting follows a trust document's links. fingerprint is of what is pinned,
// which counterfoil-verify prints too.
export async function trusting(raw) {
  const trust = readTrust(raw);
  const verifier = new Verifier(trust, await setOf(trust.validators));
  for (const l of trust.links) await verifier.follow(l);
  return { verifier, chain: trust.chain, fingerprint: await sha256(trust.pinned) };
}
