// Every text of the page, in Chinese and in English, and how values are said.

import { now as centreNow } from "./api.js";

// A phone loads the language that it shows, and no other.
const files = { "zh-CN": async () => (await import("./zh.js")).zh, en: async () => (await import("./en.js")).en };
const texts = {};
const kept = "counterfoil-language"; // says nothing of a person

let now = (() => {
  try { if (files[localStorage.getItem(kept)]) return localStorage.getItem(kept); } catch { /* storage is switched off */ }
  return navigator.language.startsWith("en") ? "en" : "zh-CN";
})();

export const language = () => now;

// ready loads the texts; until then nothing can be said.
export async function ready() { texts[now] ||= await files[now](); }

export async function setLanguage(to) {
  texts[to] ||= await files[to]();
  now = to;
  try { localStorage.setItem(kept, to); } catch { /* then it holds until the page is left */ }
}

// t returns a text with its {names} filled in.
export function t(key, values = {}) {
  const text = texts[now][key];
  if (text === undefined) throw new Error("no text for " + key);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export const has = (key) => texts[now][key] !== undefined;

// refusal returns what happened and what to do next.
export function refusal(reason) {
  return texts[now].refusals[reason] || texts[now].refusals.other;
}

export const pick = (chinese, english) => (now === "en" && english && english.length ? english : chinese) || "";
export const list = (names) => names.join(now === "en" ? ", " : "、");
export const role = (r) => t("role-" + r);
export const asRole = (a) => t("asRole", { name: a.name, role: role(a.role) });
export const counterName = (counter) => t("counterName", { counter });
export const untilText = (until) => (until === "长期" ? t("noEnd") : until);

// sentences puts sentences one after the other: Chinese has no space between them.
export const sentences = (...said) => said.filter(Boolean).join(now === "en" ? " " : "");

// why says what happened, what to do next, and how many wrong passwords there may
// still be.
export const why = (problem, ...more) => sentences(...refusal(problem.reason), problem.left && t("triesLeft", { n: problem.left }), ...more);

// clock says seconds as m:ss.
export const clock = (s) => Math.floor(s / 60) + ":" + String(s % 60).padStart(2, "0");

// moment says a time to the second, with its date: of what may be years old.
export const moment = (ms) => new Date(ms).toLocaleString("sv-SE");

// day says a time as people do: today 10:12, otherwise with the date.
export function day(iso) {
  const at = new Date(iso);
  const time = at.toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" });
  const days = (new Date(at).setHours(0, 0, 0, 0) - new Date(centreNow()).setHours(0, 0, 0, 0)) / 86400000;
  if (Math.round(days) === 0) return t("today", { time });
  if (Math.round(days) === 1) return t("tomorrow", { time });
  return at.toLocaleDateString("sv-SE") + " " + time;
}
