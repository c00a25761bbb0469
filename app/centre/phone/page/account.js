// 登录与密码: the own password, the phones that can sign in, and signing out
// everywhere.

import * as api from "./api.js";
import { el, button, card, say } from "./dom.js";
import { t, refusal, day, left, sentences } from "./words.js";
import { askPassword, passwordFields, sure } from "./ask.js";
import { confirmed, device, make, usable } from "./passkey.js";

export async function account(ctx) {
  const list = await api.passkeys();
  const wrong = el("p", { class: "wrong", role: "alert" });
  const deed = (what, f, done) => async () => {
    wrong.textContent = "";
    try {
      if (!(await confirmed(ctx, what, f))) return;
      if (done) { await ctx.again(); say(done); }
    } catch (problem) {
      if (problem.reason === "sign-in-needed" || problem.reason === "centre-unreachable") return ctx.fail(problem);
      wrong.textContent = sentences(...refusal(problem.reason), left(problem.left));
    }
  };
  const add = async () => api.addPasskey(device(), await make(await api.beginAdd()));
  const removing = (p) => async () => {
    if (await sure(t("removeSure"), t(list.length > 1 ? "removeText" : "removeLast"), t("remove"), ctx.signal)) await deed(t("remove"), () => api.removePasskey(p.id), t("removed"))();
  };
  const everywhere = async () => { if (await sure(t("outSure"), t("outText"), t("outEverywhere"), ctx.signal)) { try { await api.signOutEverywhere(); await ctx.again(); } catch (problem) { ctx.fail(problem); } } };
  const another = async () => { let code; await deed(t("anotherPhone"), async () => { code = await api.anotherPhone(); })(); if (code) ctx.put(toType(ctx, code)); };
  return [
    el("h1", {}, t("account")), wrong,
    el("h2", {}, t("pin")),
    card(el("p", {}, t(ctx.me.password ? "passwordIsSet" : "passwordIsNot")),
      button(t(ctx.me.password ? "changePassword" : "setPassword"), () => changing(ctx), { class: "button slim", id: "change-password" })),
    el("h2", {}, t("passkeys")),
    el("p", { class: "soft small" }, t("passkeysText")),
    el("ul", { class: "list", id: "passkeys" }, list.map((p) => el("li", { "data-passkey": p.id }, card(
      el("div", { class: "row" }, el("strong", {}, p.name || t("aDevice")), p.copied ? el("span", { class: "badge fail" }, t("copied")) : p.here && el("span", { class: "badge done" }, t("thisPhone"))),
      el("p", { class: "soft small" }, t("addedUsed", { added: day(p.added), used: day(p.used) })),
      button(t("remove"), removing(p), { class: "button slim", "aria-label": t("removeNamed", { name: p.name || t("aDevice") }) }))))),
    list.length === 0 && card(el("p", { class: "soft" }, t("noPasskeys"))),
    usable() && !list.some((p) => p.here) && button(t("addHere"), deed(t("addHere"), add, t("added")), { id: "add-here" }),
    button(t("anotherPhone"), another, { id: "another-phone" }),
    el("div", { class: "actions" }, button(t("outEverywhere"), everywhere, { id: "out-everywhere" })),
  ];
}

async function changing(ctx) {
  const set = (password) => confirmed(ctx, t("changePassword"), () => api.setPassword(password));
  try {
    if (!(await askPassword(t(ctx.me.password ? "changePassword" : "setPassword"), set, ctx.signal))) return;
    await ctx.again();
    say(t("passwordDone"));
  } catch (problem) { ctx.fail(problem); }
}

// toType shows the one-time code that is to be typed on the other phone.
function toType(ctx, code) {
  return [
    el("h1", {}, t("anotherPhone")),
    el("div", { class: "card centre" }, el("p", { class: "once", id: "once" }, code.code), el("p", { class: "soft" }, t("onceUntil", { time: day(code.until) }))),
    el("ol", { class: "steps" }, el("li", {}, t("onceOpen"), " ", el("strong", {}, code.page)), el("li", {}, t("onceChoose", { name: t("newHere") })), el("li", {}, t("onceType"))),
    el("p", { class: "note" }, t("onceNever")),
    el("div", { class: "actions" }, button(t("account"), () => ctx.go("/#account"), { class: "button primary" })),
  ];
}

// password is where somebody is led who has none yet.
export async function password(ctx) {
  const wrong = el("p", { class: "wrong", role: "alert" });
  const fields = passwordFields();
  const send = el("button", { class: "button primary", type: "submit", id: "set-password" }, t("setPassword"));
  const form = el("form", { class: "field", novalidate: true }, ...fields.nodes, wrong, el("div", { class: "actions" }, send));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    wrong.textContent = fields.problem();
    if (wrong.textContent) return fields.focus();
    send.disabled = true;
    try {
      if (await confirmed(ctx, t("setPassword"), () => api.setPassword(fields.value()))) await ctx.again();
    } catch (problem) {
      if (problem.reason === "sign-in-needed") return ctx.fail(problem);
      wrong.textContent = sentences(...refusal(problem.reason));
      fields.focus();
    } finally { send.disabled = false; }
  });
  return [el("h1", {}, t("setPassword")), el("p", { class: "soft" }, t("passwordWhy")), form];
}
