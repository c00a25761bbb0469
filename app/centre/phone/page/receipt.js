// What the QR of the pad's last screen opens, for whoever scans it, registered or
// not: case, item, time, what was read, proof. The item is on the ledger only as a
// salted commitment; its salt stands behind "#" in the link, and is shown to the
// centre only together with the item that it opens, to ask what was read.

import * as api from "./api.js";
import { el, card, button, facts, every } from "./dom.js";
import { t, pick, list, moment, counterName } from "./words.js";
import { ended } from "./result.js";
import { fromBase64, fromHex, fromLink, hex, same, toBase64, utf8 } from "./bytes.js";
import { suites } from "./suite.js";
import { checkAll } from "./check.js";
import { verdict, meaning, marks, recorded, save, stepName } from "./proof.js";

const over = ["submitted", "abandoned"];
const lookAgain = 5000; // ms

export async function receipt(ctx) {
  if (!/^[0-9a-f]{32}$/.test(ctx.token)) return ended(ctx, "wait", "?", t("receiptUnknown"), t("receiptUnknownText"));
  const entries = await onLedger(ctx.token);
  if (!entries.length) {
    watch(ctx, 0);
    return ended(ctx, "wait", "…", t("receiptWaits"), t("receiptWaitsText"));
  }
  if (!over.includes(entries.at(-1).kind)) watch(ctx, entries.length);
  return shown(ctx, entries, await prove(ctx.token, entries));
}

async function onLedger(id) {
  try { return (await api.ledgerCase(id)).entries; } catch (problem) {
    if (problem.status === 404) return [];
    throw problem;
  }
}

// watch looks by itself whether more of the case has come to the ledger.
function watch(ctx, known) {
  let asked = false;
  every(lookAgain, ctx.signal, async () => {
    if (!asked) { asked = true; return; } // just looked
    try { if ((await onLedger(ctx.token)).length !== known && !ctx.signal.aborted) await ctx.show(); } catch { /* looked for again */ }
  });
}

// prove checks the entries that the page speaks of, and that they are of one case.
// The last one of a case that was submitted holds a digest over all before it: then
// nothing of the list was left out, and every one of it is proved.
async function prove(id, entries) {
  const wanted = entries.filter((e, i) => i === 0 || i === entries.length - 1 || e.kind === "authorized" || e.kind === "retrieved");
  const checked = await checkAll(wanted.map((e) => e.digest));
  const found = new Map(wanted.map((e, i) => [e, checked[i]]));
  const last = found.get(entries.at(-1));
  const bad = [...found.values()].find((f) => f.verdict !== "holds");
  if (bad) return { ...bad, said: last.said, file: last.file, found };
  const strange = wanted.some((e) => {
    const { said } = found.get(e);
    return said.case !== id || said.seq !== entries.indexOf(e) + 1 || said.what !== e.kind;
  });
  const whole = last.said.body.whole;
  const broken = whole && !same(whole, await suites[last.said.suite].digest(...entries.slice(0, -1).map((e) => fromHex(e.digest))));
  if (strange || broken) return { ...last, verdict: "fails", why: "case", found };
  return { ...last, found };
}

const saidOf = (p, entries, kind) => p.found.get(entries.findLast((e) => e.kind === kind))?.said;

async function shown(ctx, entries, p) {
  const names = await api.names();
  const opened = await open(ctx, entries, p, names);
  const end = entries.at(-1);
  const hall = p.said && names.halls.find((h) => h.id === p.said.hall);
  return [
    el("p", { class: "over" }, t("receipt")),
    el("h1", {}, pick(opened.item?.name, opened.item?.name_en) || t(p.verdict === "holds" ? "receiptPlain" : "receiptTitle")),
    verdict(ctx, p),
    !over.includes(end.kind) && el("p", { class: "note" }, t("receiptUnderWay")),
    card(facts(
      [t("receiptState"), stepName(end.kind), "strong"],
      p.said?.hall && [t("where"), pick(hall?.name || p.said.hall, hall?.name_en) + " " + counterName(p.said.counter)],
      p.said && [t("proofCounterTime"), moment(p.said.time)],
      ...recorded(p),
      [t("case"), el("code", {}, ctx.token)])),
    ...read(opened),
    ...meaning(p),
    marks(p, end.digest),
    el("details", {}, el("summary", { class: "small" }, t("receiptSteps", { n: entries.length })),
      el("ol", { class: "steps small" }, entries.map((e) => el("li", {}, el("a", { href: "/#proof/" + e.digest }, stepName(e.kind)))))),
    el("div", { class: "actions" }, save(end.digest, p), button(t("startOver"), () => ctx.go("/"), { id: "start-over" })),
  ];
}

// read shows what was called up, or says what is missing for that and why.
function read(opened) {
  const missing = opened.why && el("p", { class: "note" + (opened.why === "readLie" ? " fail" : ""), "data-missing": opened.why }, t(opened.why));
  if (!opened.read) return [missing];
  return [
    el("h2", {}, t("receiptRead")),
    missing,
    opened.read.length === 0 && !missing && card(el("p", { id: "read" }, t(opened.paper ? "readPaper" : "readNothing"))),
    opened.read.length > 0 && card(facts(...opened.read.flatMap((l) => {
      const fields = [...pick(l.fields, l.fields_en) || [], ...(l.own || []).map((f) => pick(f.name, f.name_en))];
      const asked = pick(l.questions, l.questions_en) || [];
      return [
        fields.length > 0 && [t("wasRead", { name: pick(l.name, l.name_en), n: fields.length }), list(fields)],
        asked.length > 0 && [t("onlyYesNo", { name: pick(l.name, l.name_en) }), list(asked)]];
    })), el("p", { class: "soft small" }, t(opened.own ? "readOwn" : "readNote"))),
  ].filter(Boolean);
}

// open finds out which item the case was for, and what was read: { item, read, why
// (what is missing), paper }. Nothing is asked of the centre about a case whose
// proof does not hold.
async function open(ctx, entries, p, names) {
  const salt = fromLink(location.hash.slice(1));
  if (p.verdict !== "holds") return {};
  if (!salt) return (await own(ctx)) || { why: location.hash ? "saltBad" : "saltMissing" };
  const { suite, body: { item: wanted } } = p.found.get(entries[0]).said;
  let item;
  for (const one of names.items) {
    if (same(wanted, await suites[suite].commit(salt, utf8("item\0" + one.code)))) { item = one; break; }
  }
  if (!item) return (await own(ctx)) || { why: "saltBad" };
  const paper = saidOf(p, entries, "authorized")?.body.method === "paper";
  const retrieved = saidOf(p, entries, "retrieved");
  if (!retrieved || !retrieved.body.kinds.length) return { item, read: [], paper };
  let told;
  try { told = await api.ledgerRead(ctx.token, { salt: toBase64(salt), item: item.code }); } catch { return { item, read: [], why: "readUnknown" }; }
  const read = await onTheLedger(told, retrieved);
  return { item, read: read || [], why: read ? "" : "readLie" };
}

// onTheLedger returns what the centre tells if it is just the kinds that the
// retrieved entry commits to, and null otherwise.
async function onTheLedger(told, { suite, body: { kinds } }) {
  const salt = fromBase64(told.salt || "");
  if (salt.length !== 32) return null;
  const left = new Set(kinds.map(hex));
  for (const l of told.licences) if (!left.delete(hex(await suites[suite].commit(salt, utf8("kind\0" + l.kind))))) return null;
  return left.size ? null : told.licences;
}

// own is for the holder of the grant, who is signed in and needs no link: the
// centre's word, as in the records.
async function own(ctx) {
  if (!ctx.me) return null;
  try {
    const r = await api.receipt(ctx.token);
    return r.item ? { item: { name: r.item, name_en: r.item_en }, read: r.read || [], own: true } : null;
  } catch { return null; }
}
