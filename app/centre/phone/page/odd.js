// 反映异常: telling the hall that something in the records is not as it should be.

import * as api from "./api.js";
import { el } from "./dom.js";
import { open } from "./ask.js";
import { t, pick, refusal } from "./words.js";

// odd resolves to true once the report was taken; r is the record, or nothing.
export function odd(ctx, r) {
  return new Promise((resolve, reject) => {
    const reasons = ["not-me", "not-there", "too-much", "other"].map((one, i) => el("label", { class: "check" },
      el("input", { type: "radio", name: "why", value: one, checked: r ? i === 0 : i === 3 }), el("span", {}, t("odd-" + one))));
    const words = el("textarea", { id: "odd-words", maxlength: "200", rows: "3", autocomplete: "off" });
    const unbind = r && r.live && el("input", { type: "checkbox", id: "odd-unbind" });
    const wrong = el("p", { class: "wrong", role: "alert" });
    const send = el("button", { class: "button primary", type: "submit" }, t("oddSend"));
    const form = el("form", { novalidate: true }, el("h2", {}, t("oddTitle")),
      r && el("p", { class: "soft" }, pick(r.item, r.item_en) || t("what-" + r.what)),
      el("fieldset", {}, el("legend", {}, t("oddWhy")), el("div", {}, reasons)),
      el("div", { class: "field" }, el("label", { for: "odd-words" }, t("oddWords")), words, el("p", { class: "soft small" }, t("oddHint"))),
      unbind && el("label", { class: "check" }, unbind, el("span", {}, t("oddUnbind"))), wrong,
      el("div", { class: "pair" }, el("button", { class: "button", type: "button", on: { click: () => box.close() } }, t("cancel")), send));
    let told = false; // once: what fails afterwards must not report again
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (send.disabled) return;
      send.disabled = true;
      try {
        if (!told) await api.reportOdd({ record: r ? r.n : 0, reason: form.elements.why.value, words: words.value });
        told = true;
        if (unbind && unbind.checked) await api.revoke(r.grant);
        box.close();
      } catch (problem) {
        if (problem.reason === "sign-in-needed") { reject(problem); box.close(); return; }
        wrong.textContent = refusal(problem.reason).join(" ");
      } finally { send.disabled = false; }
    });
    const box = open(form, ctx.signal);
    box.addEventListener("close", () => resolve(told));
  });
}
