// What the QR of the pad's last screen opens: that the case is on the ledger.

import * as api from "./api.js";
import { el, card, button, facts } from "./dom.js";
import { t, pick, list, day, counterName } from "./words.js";
import { ended } from "./result.js";

export async function receipt(ctx) {
  let r;
  try {
    r = await api.receipt(ctx.token);
  } catch (problem) {
    if (problem.status !== 404) throw problem;
    return ended(ctx, "wait", "?", t("receiptUnknown"), t("receiptUnknownText"));
  }
  const mine = r.item || (r.read && r.read.length > 0);
  return [
    el("p", { class: "over" }, t("receipt")),
    el("h1", {}, pick(r.item, r.item_en) || t("receiptPlain")),
    card(facts(
      [t("case"), el("code", {}, r.case)],
      [t("where"), pick(r.hall, r.hall_en) + " " + counterName(r.counter)],
      [t("receiptTime"), day(r.time)],
      ...(r.read || []).map((l) => [t("wasRead", { name: pick(l.name, l.name_en), n: l.fields.length }), list(pick(l.fields, l.fields_en))]))),
    card(facts(
      [t("ledgerHeight"), r.height ? String(r.height) : t("pending"), "strong"],
      [t("digest"), el("code", {}, r.digest)])),
    el("p", { class: "soft small" }, t("receiptNote")),
    !mine && !ctx.me && el("p", { class: "note" }, t("receiptSignIn")),
    el("div", { class: "actions" }, button(t("startOver"), () => ctx.go("/"), { id: "start-over" })),
  ];
}
