// One entry's proof: whether it holds, what it says, and what that proves.

import * as api from "./api.js";
import { el, card, button, facts, say } from "./dom.js";
import { t, pick, moment, counterName, sentences } from "./words.js";
import { ended } from "./result.js";
import { check, repin, download } from "./check.js";

// proofLink leads from a line that stands on the ledger to its proof.
export const proofLink = (digest) => el("a", { class: "button slim fit", href: "/#proof/" + digest, "data-proof": digest }, t("proofCheck"));

export async function proof(ctx) {
  const digest = ctx.token;
  say(t("proofChecking"));
  let found;
  let names;
  try {
    [found, names] = await Promise.all([check(digest), api.names()]);
  } catch (problem) {
    if (problem.reason === "ledger-unreachable") return ended(ctx, "wait", "!", t("proofAway"), t("proofAwayText"), button(t("tryAgain"), () => ctx.show(), { class: "button primary" }));
    if (problem.status !== 404) throw problem;
    return ended(ctx, "wait", "?", t("proofNone"), t("proofNoneText"));
  }
  return [
    el("h1", {}, t("proofTitle")),
    verdict(ctx, found),
    found.said && card(about(found, names.halls)),
    ...meaning(found),
    marks(found, digest),
    el("div", { class: "actions" },
      save(digest, found),
      ctx.me && button(t("records"), () => ctx.go("/#records"), { id: "to-records" })),
  ];
}

// verdict says in one box whether a proof holds.
export function verdict(ctx, found) {
  const look = { holds: "done", unable: "wait" }[found.verdict] || "fail";
  const title = found.why ? t("proof-fails-" + found.why) : t("proof-" + found.verdict + "-text", { height: found.seen?.height });
  return el("div", { class: "note " + look, role: look === "fail" ? "alert" : false, "data-verdict": found.verdict, "data-why": found.why || false },
    el("strong", {}, t("proof-" + found.verdict)), el("p", { class: "small" }, title),
    found.verdict === "changed" && [
      facts([t("ledgerWas"), el("code", {}, found.mark.was)], [t("ledgerIs"), el("code", {}, found.mark.fingerprint)]),
      button(t("ledgerBelieve"), () => { repin(found.mark.fingerprint); return ctx.show(); }, { class: "button slim", id: "believe" })]);
}

// about tells an entry in words; times of both clocks.
function about(found, halls) {
  const { said } = found;
  const hall = halls.find((h) => h.id === said.hall);
  return facts(
    [t("proofWhat"), stepName(said.what), "strong"],
    said.hall && [t("where"), pick(hall?.name || said.hall, hall?.name_en) + (said.counter ? " " + counterName(said.counter) : "")],
    [said.seq ? t("proofCounterTime") : t("proofSignerTime"), moment(said.time)],
    ...recorded(found),
    said.case && [t("case"), el("code", {}, said.case)]);
}

// recorded tells when by the ledger's clock, how late that is, and at which height;
// nothing of what is not proved.
export function recorded({ said, seen }) {
  if (!seen) return [];
  const delay = seen.time - said.time;
  return [[t("proofLedgerTime"), moment(seen.time) + (delay > 60000 ? t("proofLate", { n: Math.round(delay / 60000) }) : "")], [t("ledgerHeight"), String(seen.height)]];
}

const steps = ["opened", "authorized", "retrieved", "confirmed", "signed", "photographed", "submitted", "abandoned", "grant-registered", "grant-revoked"];

export const stepName = (what) => t("step-" + (steps.includes(what) ? what : "other"));

// meaning says plainly what a proof proves, and what not.
export function meaning(found) {
  if (found.verdict !== "holds") return [];
  return [
    el("h2", {}, t("proves")),
    el("ol", { class: "steps small", id: "proves" }, ["proves1", "proves2", "proves3"].map((key) => el("li", {}, t(key)))),
    el("p", { class: "soft small", id: "proves-not" }, t("provesNot")),
  ];
}

// marks shows what can be compared elsewhere.
export function marks(found, digest) {
  const { mark } = found;
  return el("details", {}, el("summary", { class: "small" }, t("proofMarks")), facts(
    mark && [t("ledgerPrint"), el("code", {}, mark.fingerprint)],
    mark && [t("ledgerName"), el("code", {}, mark.chain)],
    digest && [t("digest"), el("code", {}, digest)],
    found.said && [t("proofKey"), el("code", {}, found.said.key)]),
    el("p", { class: "soft small" }, sentences(t(!mark ? "ledgerNotSeen" : !mark.kept ? "ledgerNotKept" : mark.first ? "ledgerFirst" : "ledgerSame"), t("ledgerCompare"))));
}

export const save = (digest, found) => found.file && button(t("proofSave"), () => download(digest, found.file), { id: "save-proof" });
