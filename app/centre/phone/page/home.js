// Signing in, and the first page: what one can do and what one holds.

import * as api from "./api.js";
import { el, card } from "./dom.js";
import { t, pick, untilText } from "./words.js";
import { askPIN } from "./ask.js";
import { uses } from "./uses.js";

export async function signIn(ctx) {
  const list = await api.holders();
  const enter = async (h) => {
    try {
      if (await askPIN(h.name, t("signInAs"), (pin) => api.signIn(h.id, pin), ctx.signal)) await ctx.again();
    } catch (problem) { ctx.fail(problem); }
  };
  return [
    el("h1", {}, t("whoAreYou")),
    el("p", { class: "soft" }, t(ctx.token ? "signInFirst" : "allInvented")),
    el("ul", { class: "list", id: "holders" }, list.map((h) => el("li", {},
      el("button", { class: "card choice", type: "button", "data-holder": h.id, on: { click: () => enter(h) } },
        el("strong", { lang: "zh-CN" }, h.name), el("span", { class: "soft small" }, pick(h.note, h.note_en)))))),
  ];
}

function tile(ctx, to, title, text, extra = "") {
  return el("a", { class: "card choice " + extra, href: "/" + to, on: { click: (e) => { e.preventDefault(); ctx.go("/" + to); } } },
    el("strong", {}, title), el("span", { class: "soft small" }, text));
}

export async function home(ctx) {
  const { me } = ctx;
  return [
    el("h1", { lang: "zh-CN" }, me.holder.name),
    el("nav", { class: "tiles", "aria-label": t("whatToDo") },
      tile(ctx, "#code", t("code"), t("codeShort")),
      tile(ctx, "#scan", t("scan"), t("scanShort")),
      tile(ctx, "#records", t("records"), t("recordsShort"), "wide")),
    el("h2", {}, t("myLicences")),
    el("ul", { class: "list", id: "licences" }, me.licences.map((l) => el("li", {}, card(
      el("div", { class: "row" }, el("strong", {}, pick(l.name, l.name_en)), standing(l)),
      el("p", { class: "soft small" }, l.issuer),
      el("p", { class: "soft small" }, t("validUntil", { date: untilText(l.until) })), uses(ctx, l))))),
    me.licences.length === 0 && card(el("p", {}, t("noLicences"))),
  ];
}

function standing(l) {
  const today = new Date(api.now()).toLocaleDateString("sv-SE"); // YYYY-MM-DD
  if (l.status === "suspended") return el("span", { class: "badge fail" }, t("suspended"));
  if (l.status === "withdrawn") return el("span", { class: "badge fail" }, t("withdrawn"));
  if (/^\d/.test(l.until) && l.until < today) return el("span", { class: "badge wait" }, t("lapsed"));
  return el("span", { class: "badge done" }, t("inForce"));
}
