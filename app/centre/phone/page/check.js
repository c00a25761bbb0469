// Fetches what proves an entry and checks it here, in the citizen's own browser.

import * as api from "./api.js";
import { able, hex, fromBase64, sha256, toBase64, utf8 } from "./bytes.js";
import { suites } from "./suite.js";
import { trusting } from "./ledger.js";
import { open } from "./content.js";

const kept = "counterfoil-ledger"; // fingerprint of the ledger that was seen first: says nothing of a person

// A verdict is one of: "holds"; "fails" (why: digest, receipt, trust or content);
// "changed", of a ledger that is another than this browser has seen before; and
// "unable", where the browser can't check.

// check returns { verdict, why, said, seen, mark, file }: what the entry says of
// itself, where and when it was recorded, whose ledger, and the bytes to download.
// What is not verified is nevertheless told, so that it can be shown as such.
export const check = async (digest) => (await checkAll([digest]))[0];

// checkAll checks several by one trust document: it may be long.
export async function checkAll(digests) {
  const proofs = [];
  for (const d of digests) proofs.push(await api.ledgerProof(d));
  const document = await api.ledgerTrust(); // after the proofs: it then has every change of the validators
  const trust = toBase64(document), found = [];
  for (const [i, { entry, receipt }] of proofs.entries()) {
    found.push({ ...await judge(digests[i], fromBase64(entry), fromBase64(receipt), document), file: { counterfoil_proof: 1, entry, receipt, trust } });
  }
  return found;
}

export async function judge(digest, entry, receipt, document) {
  let said;
  try { said = open(entry); } catch { return { verdict: "fails", why: "content" }; }
  if (!(await able())) return { verdict: "unable", said };
  if (hex(await suites[said.suite].digest(entry)) !== digest) return { verdict: "fails", why: "digest", said };
  let trust;
  try { trust = await trusted(document); } catch { return { verdict: "fails", why: "trust", said }; }
  let seen;
  try { seen = await trust.verifier.verify(receipt, entry); } catch { return { verdict: "fails", why: "receipt", said }; }
  if (said.chain !== trust.chain) return { verdict: "fails", why: "content", said };
  const mark = pin(hex(trust.fingerprint), trust.chain);
  return { verdict: mark.was && mark.was !== mark.fingerprint ? "changed" : "holds", said, seen, mark };
}

let last; // the document that was followed last: a case has one for all its entries

async function trusted(document) {
  const key = hex(await sha256(document));
  if (last?.key !== key) last = { key, trust: await trusting(document) };
  return last.trust;
}

// pin remembers a ledger on first sight and tells what was seen first. Kept is
// false where storage is switched off.
function pin(fingerprint, chain) {
  try {
    const was = localStorage.getItem(kept);
    if (!was) localStorage.setItem(kept, fingerprint);
    return { fingerprint, chain, was: was || fingerprint, first: !was, kept: true };
  } catch { return { fingerprint, chain, was: "", first: true, kept: false }; }
}

// repin takes another ledger for the right one: when a person has compared it.
export function repin(fingerprint) {
  try { localStorage.setItem(kept, fingerprint); } catch { /* then nothing was remembered either */ }
}

// download gives the proof as a file that counterfoil-verify checks. Its name holds
// the digest's beginning, nothing of a person.
export function download(digest, file) {
  const at = URL.createObjectURL(new Blob([utf8(JSON.stringify(file) + "\n")], { type: "application/json" }));
  const a = Object.assign(document.createElement("a"), { href: at, download: `counterfoil-proof-${digest.slice(0, 12)}.json` });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(at), 60000);
}
