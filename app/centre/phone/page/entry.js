// Signing in: by passkey, in practice as an invented holder, and for the first time
// by a one-time code.

import * as api from "./api.js";
import { el, button } from "./dom.js";
import { t, pick, refusal, sentences } from "./words.js";
import { askPIN } from "./ask.js";
import * as passkey from "./passkey.js";

const practice = () => Boolean(document.documentElement.dataset.practice);

// cannot says why there are no passkeys here, and where there are.
function cannot() {
  const there = passkey.home && passkey.home !== location.origin;
  return el("p", { class: "note", id: "no-passkeys" }, t(there ? "passkeysThere" : "passkeysNowhere"), there && " ", there && el("a", { href: passkey.home + location.pathname }, passkey.home));
}

export async function signIn(ctx) {
  const wrong = el("p", { class: "wrong", role: "alert" });
  const enter = async () => {
    wrong.textContent = "";
    try { await passkey.signIn(); await ctx.again(); } catch (problem) {
      if (problem.reason === "centre-unreachable") return ctx.fail(problem);
      wrong.textContent = sentences(...refusal(problem.reason));
    }
  };
  const list = practice() ? await api.holders() : [];
  return [
    el("h1", {}, t(practice() ? "whoAreYou" : "signIn")),
    el("p", { class: "soft" }, t(ctx.token ? "signInFirst" : practice() ? "allInvented" : "signInText")),
    wrong,
    passkey.usable() ? button(t("signInByKey"), enter, { id: "passkey", class: practice() ? "button" : "button primary" }) : cannot(),
    passkey.usable() && el("a", { class: "quiet", id: "new-here", href: "/#enrol", on: { click: (e) => { e.preventDefault(); ctx.go("/#enrol"); } } }, t("newHere")),
    practice() && holders(ctx, list),
  ];
}

// holders are the invented people of practice.
function holders(ctx, list) {
  const enter = async (h) => {
    try {
      if (await askPIN(h.name, t("signInAs"), (pin) => api.signIn(h.id, pin), ctx.signal)) await ctx.again();
    } catch (problem) { ctx.fail(problem); }
  };
  return el("ul", { class: "list", id: "holders" }, list.map((h) => el("li", {},
    el("button", { class: "card choice", type: "button", "data-holder": h.id, on: { click: () => enter(h) } },
      el("strong", { lang: "zh-CN" }, h.name), el("span", { class: "soft small" }, pick(h.note, h.note_en))))));
}

// enrol takes the one-time code of a counter or of another phone.
export async function enrol(ctx) {
  if (!passkey.usable()) return [el("h1", {}, t("newHere")), cannot()];
  const wrong = el("p", { class: "wrong", role: "alert" });
  const field = el("input", { id: "once-code", class: "once", name: "code", autocomplete: "one-time-code", autocapitalize: "characters", spellcheck: "false", maxlength: "20", required: true });
  const send = el("button", { class: "button primary", type: "submit", id: "enrol" }, t("enrolHere"));
  const form = el("form", { class: "field", novalidate: true }, el("label", { for: "once-code" }, t("onceCode")), field, wrong, el("div", { class: "actions" }, send));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    send.disabled = true;
    wrong.textContent = "";
    try {
      await passkey.enrol(field.value.trim());
      history.replaceState(null, "", "/");
      await ctx.again();
    } catch (problem) {
      if (problem.reason === "centre-unreachable") return ctx.fail(problem);
      wrong.textContent = sentences(...refusal(problem.reason));
      field.focus();
    } finally { send.disabled = false; }
  });
  return [el("h1", {}, t("newHere")), el("p", { class: "soft" }, t("newHereText")), form];
}
