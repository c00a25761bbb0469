// 授权记录: every authorization and what became of it, and 解绑 of those that still
// stand.

import * as api from "./api.js";
import { el, button, card, every, facts, say } from "./dom.js";
import { t, has, pick, list, day, counterName, language, asRole } from "./words.js";
import { sure } from "./ask.js";
import { proofLink } from "./proof.js";
import { confirmed } from "./passkey.js";
import { chosen, cleared, filter, fits } from "./filter.js";
import { odd } from "./odd.js";

const looks = { authorized: "done", retrieved: "", submitted: "done", abandoned: "wait", declined: "wait", reported: "fail", expired: "wait", failed: "fail", refused: "fail", locked: "fail", revoked: "wait", odd: "wait", "passkey-copied": "fail", "passkeys-revoked": "wait" };

export async function records(ctx) {
  let lines = [], next;
  const load = async (from) => {
    const page = await api.records(from);
    lines = from ? lines.concat(page.lines) : page.lines;
    next = page.next;
    const seen = new Set(); // a grant's state, and one way to unbind it, at its newest line
    for (const r of lines) {
      r.top = r.grant && !["odd", "refused"].includes(r.what) && !seen.has(r.grant);
      r.unbind = r.top && r.live;
      if (r.top) seen.add(r.grant);
    }
  };
  const whole = async () => { while (next && Object.keys(chosen()).length) await load(next); }; // a filter looks at all of them
  const ul = el("ul", { class: "list", id: "records" });
  const count = el("p", { class: "soft small", id: "count", role: "status" });
  const rest = el("div", {});
  const draw = () => {
    const held = document.activeElement && document.activeElement.id;
    const by = chosen(), shown = lines.filter((r) => fits(r, by));
    ul.replaceChildren(...shown.map((r) => el("li", { "data-what": r.what, "data-grant": r.grant || "", "data-state": r.state || "" }, line(ctx, r))));
    count.textContent = lines.length ? t(next ? "countMore" : "countOf", { n: shown.length, all: lines.length }) : "";
    rest.replaceChildren(...[shown.length === 0 && lines.length > 0 && card(el("p", {}, t("noneFits")), cleared(ctx)),
      next && button(t("older"), () => tried(ctx, async () => { await load(next); draw(); }), { id: "older" })].filter(Boolean));
    if (held && document.getElementById(held)) document.getElementById(held).focus();
  };
  await load();
  await whole();
  draw();
  if (lines.some(unreached)) follow(ctx, () => lines, draw);
  return [
    el("h1", {}, t("records")),
    el("p", { class: "soft" }, t("recordsIntro")),
    lines.length === 0 && card(el("strong", {}, t("recordsNone")), el("p", { class: "soft" }, t("recordsNoneText"))),
    lines.length > 0 && filter(lines, () => tried(ctx, async () => { await whole(); draw(); })),
    count, ul, rest,
    el("details", { class: "card", id: "take" }, el("summary", {}, t("takeAway")), el("p", { class: "soft small" }, t("takeText")),
      el("div", { class: "pair" }, ["csv", "json"].map((form) => button(t(form === "csv" ? "asTable" : "asData"), () => tried(ctx, () => save(ctx, form)), { class: "button slim", id: "save-" + form })))),
    button(t("oddOther"), () => tell(ctx), { class: "quiet middle", id: "odd" }),
  ];
}

const unreached = (r) => r.state === "unbound";

async function tried(ctx, f) { try { await f(); } catch (problem) { if (!ctx.signal.aborted) ctx.fail(problem); } }

// follow asks until every counter has said that it wiped, while one looks.
function follow(ctx, lines, draw) {
  const stop = new AbortController();
  every(2000, AbortSignal.any([ctx.signal, stop.signal]), async () => {
    let fresh;
    try { fresh = (await api.records()).lines; } catch { return; } // the next turn may do
    if (ctx.signal.aborted) return;
    const now = new Map(fresh.map((r) => [r.grant, r]));
    let changed = false;
    for (const r of lines().filter(unreached)) {
      const is = now.get(r.grant);
      if (is && is.state !== r.state) { [r.state, r.wiped] = [is.state, is.wiped]; changed = true; }
    }
    if (changed) { draw(); say(t("state-wiped")); }
    if (!lines().some(unreached)) stop.abort();
  });
}

function line(ctx, r) {
  const ledger = r.entry && t("onLedger", { height: r.height });
  const apart = ["authorized", "retrieved", "revoked"].includes(r.what) && !r.entry && t(r.unknown ? "ledgerUnknown" : "notYetOnLedger");
  const place = [pick(r.hall, r.hall_en), r.counter && counterName(r.counter)].filter(Boolean).join(" ");
  const own = r.what.startsWith("pass"); // of the account: it has no item
  return card(
    el("div", { class: "row" }, el("span", { class: "soft small time" }, day(r.time)), el("span", { class: "badge " + (looks[r.what] || "") }, own ? t("account") : t("what-" + r.what))),
    el("strong", {}, own ? t("what-" + r.what) : pick(r.item, r.item_en) || t("anyItem")),
    place && el("p", { class: "soft small" }, place + (r.method ? " · " + t("by-" + r.method) : "")),
    r.acting && el("p", { class: "small", "data-acting": r.acting.role }, asRole({ name: r.acting.for, role: r.acting.role })),
    r.reason && el("p", { class: "small", "data-reason": r.reason }, t(has("why-" + r.reason) ? "why-" + r.reason : "why-other")),
    contents(r), r.report && report(r.report),
    (r.top || r.what === "revoked") && standing(r),
    ledger && el("details", {}, el("summary", { class: "soft small" }, ledger), facts([t("digest"), el("code", {}, r.entry)])),
    r.entry && proofLink(r.entry),
    apart && el("p", { class: "soft small", "data-ledger": r.unknown ? "unknown" : "waiting" }, apart),
    el("div", { class: "pair" }, r.unbind && button(t("unbind"), () => unbind(ctx, r), { class: "button slim", "data-unbind": r.grant, id: "u-" + r.grant }),
      r.n && !r.report && button(t("odd"), () => tell(ctx, r), { class: "quiet", id: "o-" + r.n })));
}

// contents are the licences, and in them what was asked for, granted or given.
function contents(r) {
  const kinds = pick(r.kinds, r.kinds_en) || [];
  if (kinds.length === 0) return null;
  if (!r.licences) return el("p", { class: "small" }, list(kinds));
  return el("details", {}, el("summary", { class: "small" }, list(kinds)), facts(
    ...r.licences.flatMap((l) => [l.fields.length > 0 && [pick(l.name, l.name_en), list(pick(l.fields, l.fields_en))],
      l.questions && [pick(l.name, l.name_en) + " · " + t("yesNo"), list(pick(l.questions, l.questions_en))]]),
    r.left && [t("notGranted"), list(pick(r.left, r.left_en))]));
}

function report(told) {
  return [el("p", { class: "small" }, t("odd-" + told.reason) + (told.words ? " · " + told.words : "")),
    el("p", { class: "small", "data-report": told.id }, t("oddGot", { id: told.id }) + (told.answered ? "" : " · " + t("oddOpen"))),
    told.answered && el("p", { class: "small" }, t("oddAnswer", { time: day(told.answered), text: told.answer }))];
}

// standing says where the grant stands, and of an unbound one what the counter did.
function standing(r) {
  const time = { time: day(r.until) };
  const more = { live: t("liveUntil", time), used: new Date(r.until) > api.now() && t("liveUntil", time), lapsed: t("lapsedSince", time), unbound: t("waitWipe"), wiped: r.wiped && t("wipedAt", { time: day(r.wiped) }) }[r.state];
  return [el("p", { class: "small" }, t("state-" + r.state)), more && el("p", { class: "soft small" }, more)];
}

async function unbind(ctx, r) {
  if (!(await sure(t("unbindSure"), t("unbindText", { item: pick(r.item, r.item_en) }), t("unbind"), ctx.signal))) return;
  await tried(ctx, async () => {
    await api.revoke(r.grant);
    await ctx.show();
    say(t("unbound"));
  });
}

async function tell(ctx, r) {
  await tried(ctx, async () => {
    if (!(await odd(ctx, r))) return;
    await ctx.show();
    say(t("oddDone"));
  });
}

// save has the browser keep the file that the centre made.
async function save(ctx, form) {
  let made;
  if (!(await confirmed(ctx, t("takeAway"), async () => { made = await api.recordsFile(form, language()); }))) return;
  const address = URL.createObjectURL(made.file);
  const a = el("a", { href: address, download: made.name });
  document.body.append(a); // some browsers want it there
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  say(t("saved"));
}
