// 授权记录: every authorization, and 解绑 of those that still stand.

import * as api from "./api.js";
import { el, button, card, facts, say } from "./dom.js";
import { t, pick, list, day, counterName, asRole, refusal } from "./words.js";
import { sure } from "./ask.js";

const looks = { authorized: "done", retrieved: "", submitted: "done", abandoned: "wait", declined: "wait", reported: "fail", "not-retrieved": "fail", expired: "wait", locked: "fail", revoked: "wait", "passkey-copied": "fail", "passkeys-revoked": "wait" };

export async function records(ctx) {
  const lines = await api.records();
  const seen = new Set(); // one way to unbind a grant, at its newest line
  for (const r of lines) {
    r.unbind = r.live && !seen.has(r.grant);
    if (r.grant) seen.add(r.grant);
  }
  return [
    el("h1", {}, t("records")),
    el("p", { class: "soft" }, t("recordsIntro")),
    lines.length === 0 && card(el("strong", {}, t("recordsNone")), el("p", { class: "soft" }, t("recordsNoneText"))),
    el("ul", { class: "list", id: "records" }, lines.map((r) => el("li", { "data-what": r.what, "data-grant": r.grant || "" }, line(ctx, r)))),
  ];
}

function line(ctx, r) {
  const ledger = r.entry && t("onLedger", { height: r.height });
  const apart = r.grant && !r.entry && !r.reason && t(r.unknown ? "ledgerUnknown" : "notYetOnLedger");
  const place = [pick(r.hall, r.hall_en), r.counter && counterName(r.counter)].filter(Boolean).join(" ");
  const kinds = pick(r.kinds, r.kinds_en) || [];
  const own = r.what.startsWith("pass"); // of the account: it has no item
  return card(
    el("div", { class: "row" }, el("span", { class: "soft small time" }, day(r.time)), el("span", { class: "badge " + (looks[r.what] || "") }, own ? t("account") : t("what-" + r.what))),
    el("strong", {}, own ? t("what-" + r.what) : pick(r.item, r.item_en) || t("anyItem")),
    place && el("p", { class: "soft small" }, place + (r.method ? " · " + t("by-" + r.method) : "")),
    kinds.length > 0 && el("p", { class: "small" }, list(kinds)),
    r.acting && el("p", { class: "small", "data-acting": r.acting.role }, asRole({ name: r.acting.for, role: r.acting.role })),
    r.reason && el("p", { class: "small wrong", "data-reason": r.reason }, refusal(r.reason).join(t("colon"))),
    r.unbind && el("p", { class: "small" }, t(new Date(r.until) > api.now() ? "liveUntil" : "lapsedSince", { time: day(r.until) })),
    ledger && el("details", {}, el("summary", { class: "soft small" }, ledger), facts([t("digest"), el("code", {}, r.entry)])),
    apart && el("p", { class: "soft small", "data-ledger": r.unknown ? "unknown" : "waiting" }, apart),
    r.unbind && button(t("unbind"), () => unbind(ctx, r), { class: "button slim", "data-unbind": r.grant }));
}

async function unbind(ctx, r) {
  if (!(await sure(t("unbindSure"), t("unbindText", { item: pick(r.item, r.item_en) }), t("unbind"), ctx.signal))) return;
  try {
    await api.revoke(r.grant);
    await ctx.show();
    say(t("unbound"));
  } catch (problem) { ctx.fail(problem); }
}
