// Questions that stand before everything else: the own password, a new one, and
// "are you sure".

import { el } from "./dom.js";
import { wait } from "./result.js";
import { t, refusal, left, sentences } from "./words.js";

function open(form, signal) {
  const box = el("dialog", {}, form);
  document.body.append(box);
  const close = () => box.open && box.close();
  signal.addEventListener("abort", close);
  box.addEventListener("close", () => { signal.removeEventListener("abort", close); box.remove(); });
  box.setAttribute("aria-label", form.querySelector("h2").textContent);
  box.showModal();
  return box;
}

// digits is a field for a password, which a browser is not to keep: it is the
// second of two things that only the holder has.
const digits = (id) => el("input", { class: "pin", id, name: id, type: "password", inputmode: "numeric", pattern: "[0-9]{6,20}", maxlength: "20", required: true, autocomplete: "off" });

// askPIN calls action with the password until it is right. It resolves to true when
// it was, to false when the person gave up; any other refusal is thrown.
export function askPIN(title, text, action, signal) {
  return new Promise((resolve, reject) => {
    const pin = digits("pin");
    const wrong = el("p", { class: "wrong", role: "alert" });
    const send = el("button", { class: "button primary", type: "submit" }, t("confirm"));
    const cancel = el("button", { class: "button", type: "button", on: { click: () => box.close() } }, t("cancel"));
    const practice = document.documentElement.dataset.practice;
    const form = el("form", { novalidate: true },
      el("h2", {}, title), text && el("p", { class: "soft" }, text),
      el("div", { class: "field" }, el("label", { for: "pin" }, t("pin")), pin,
        practice && el("p", { class: "soft small" }, t("practicePIN", { pin: practice }))),
      wrong, el("div", { class: "pair" }, cancel, send));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (send.disabled) return;
      if (!/^[0-9]{6,20}$/.test(pin.value)) { wrong.textContent = t("pinSix"); pin.focus(); return; }
      send.disabled = true;
      wrong.textContent = "";
      try {
        await action(pin.value);
        resolve(true);
        box.close();
      } catch (problem) {
        send.disabled = false;
        pin.value = "";
        if (["pin-wrong", "pin-locked", "centre-unreachable"].includes(problem.reason)) {
          const [head, todo] = refusal(problem.reason);
          wrong.textContent = sentences(head, todo, left(problem.left), wait(problem.retry));
          pin.focus();
          return;
        }
        reject(problem);
        box.close();
      }
    });
    const box = open(form, signal);
    box.addEventListener("close", () => resolve(false));
  });
}

// passwordFields are two fields for a new password, with what is wrong with them.
export function passwordFields() {
  const once = digits("new-password"), again = digits("again-password");
  return {
    nodes: [el("div", { class: "field" }, el("label", { for: "new-password" }, t("newPassword")), once, el("p", { class: "soft small" }, t("passwordRule"))),
      el("div", { class: "field" }, el("label", { for: "again-password" }, t("newAgain")), again)],
    problem: () => (!/^[0-9]{6,20}$/.test(once.value) ? t("pinSix") : once.value !== again.value ? t("notTheSame") : ""),
    focus: () => { again.value = ""; once.select(); once.focus(); },
    value: () => once.value,
  };
}

// askPassword calls action with a new password until it is taken. It resolves to
// false when the person gave up; that the session has ended is thrown.
export function askPassword(title, action, signal) {
  return new Promise((resolve, reject) => {
    const fields = passwordFields();
    const wrong = el("p", { class: "wrong", role: "alert" });
    const send = el("button", { class: "button primary", type: "submit" }, t("confirm"));
    const form = el("form", { novalidate: true }, el("h2", {}, title), ...fields.nodes, wrong,
      el("div", { class: "pair" }, el("button", { class: "button", type: "button", on: { click: () => box.close() } }, t("cancel")), send));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (send.disabled) return;
      wrong.textContent = fields.problem();
      if (wrong.textContent) return fields.focus();
      send.disabled = true;
      try {
        if (await action(fields.value())) { resolve(true); box.close(); }
      } catch (problem) {
        if (problem.reason === "sign-in-needed") { reject(problem); box.close(); return; }
        wrong.textContent = sentences(...refusal(problem.reason), left(problem.left), wait(problem.retry));
        fields.focus();
      } finally { send.disabled = false; }
    });
    const box = open(form, signal);
    box.addEventListener("close", () => resolve(false));
  });
}

// sure asks before something that can't be taken back.
export function sure(title, text, yes, signal) {
  return new Promise((resolve) => {
    const form = el("form", { method: "dialog" }, el("h2", {}, title), el("p", {}, text),
      el("div", { class: "pair" },
        el("button", { class: "button", type: "button", autofocus: true, on: { click: () => box.close() } }, t("cancel")),
        el("button", { class: "button danger", type: "submit", value: "yes" }, yes)));
    const box = open(form, signal);
    box.addEventListener("close", () => resolve(box.returnValue === "yes"));
  });
}
