// The first page: what one can do and what one holds.

import * as api from "./api.js";
import { el, card } from "./dom.js";
import { t, pick, role, untilText } from "./words.js";
import { uses } from "./uses.js";

function tile(ctx, to, title, text) {
  return el("a", { class: "card choice", href: "/" + to, on: { click: (e) => { e.preventDefault(); ctx.go("/" + to); } } },
    el("strong", {}, title), el("span", { class: "soft small" }, text));
}

export async function home(ctx) {
  const { me } = ctx;
  return [
    el("h1", { lang: "zh-CN" }, me.holder.name),
    el("nav", { class: "tiles", "aria-label": t("whatToDo") },
      tile(ctx, "#code", t("code"), t("codeShort")),
      tile(ctx, "#scan", t("scan"), t("scanShort")),
      tile(ctx, "#records", t("records"), t("recordsShort")),
      tile(ctx, "#account", t("account"), t("accountShort"))),
    el("h2", {}, t("myLicences")),
    held(ctx, me.licences, "licences"),
    me.licences.length === 0 && card(el("p", {}, t("noLicences"))),
    me.entities.map((e) => [
      el("h2", { lang: "zh-CN" }, e.name),
      el("p", { class: "row small", "data-entity": e.id }, el("span", {}, role(e.role)), e.until && el("span", { class: e.ended ? "badge wait" : "soft" }, t(e.ended ? "roleEnded" : "roleUntil", { date: e.until }))),
      held(ctx, e.licences, "of-" + e.id, e.name)]),
  ];
}

const held = (ctx, licences, id, of) => el("ul", { class: "list", id }, licences.map((l) => el("li", {}, card(
  el("div", { class: "row" }, el("strong", {}, pick(l.name, l.name_en)), standing(l)),
  el("p", { class: "soft small" }, l.issuer),
  el("p", { class: "soft small" }, t("validUntil", { date: untilText(l.until) })), uses(ctx, l, of)))));

function standing(l) {
  const today = new Date(api.now()).toLocaleDateString("sv-SE"); // YYYY-MM-DD
  if (l.status === "suspended") return el("span", { class: "badge fail" }, t("suspended"));
  if (l.status === "withdrawn") return el("span", { class: "badge fail" }, t("withdrawn"));
  if (/^\d/.test(l.until) && l.until < today) return el("span", { class: "badge wait" }, t("lapsed"));
  return el("span", { class: "badge done" }, t("inForce"));
}
