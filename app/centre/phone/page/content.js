// What a signed entry or statement says of itself. Every key of its version is
// known here, and none other is taken: a page must not show less than was signed.

import { hex } from "./bytes.js";
import { message, read } from "./cbor.js";

const entryType = "application/vnd.counterfoil.entry.v1+cbor";
const statementType = "application/vnd.counterfoil.statement.v1+cbor";

// open returns { chain, what, hall, counter, time (ms, the signer's clock), key, suite } of
// both, and of an entry also { case, seq, body }.
export function open(raw) {
  const m = message(raw);
  if (m.type !== entryType && m.type !== statementType) throw new Error("neither an entry nor a statement");
  const c = read(m.payload);
  const entry = m.type === entryType;
  if (!(c instanceof Map) || c.get(1) !== 1) throw new Error("of another version");
  only(c, entry ? 11 : 17);
  const said = entry ? ofEntry(c) : ofStatement(c);
  if (typeof said.chain !== "string" || typeof said.what !== "string" || !Number.isInteger(said.time)) throw new Error("its fields are not those of its version");
  return { ...said, key: hex(m.key), suite: m.suite };
}

function ofEntry(c) {
  const body = c.get(11);
  if (!(body instanceof Map) || !(c.get(3) instanceof Uint8Array) || typeof c.get(7) !== "string" || typeof c.get(8) !== "string") throw new Error("its fields are not those of its version");
  only(body, 15);
  return { chain: c.get(2), case: hex(c.get(3)), seq: c.get(4), what: c.get(5), time: c.get(6), hall: c.get(7), counter: c.get(8), body: {
    item: body.get(1), method: body.get(5), whole: body.get(13), kinds: (body.get(6) || []).map((l) => l.get(1)),
  } };
}

const ofStatement = (c) => ({ chain: c.get(2), what: c.get(3), time: c.get(4), hall: c.get(6), counter: c.get(11) });

function only(map, last) {
  for (const key of map.keys()) if (!Number.isInteger(key) || key < 1 || key > last) throw new Error("it has a field that this version does not");
}
