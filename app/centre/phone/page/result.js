// How something ended: one mark, one sentence, what to do next, and always a
// way to start over.

import { el, button, say } from "./dom.js";
import { t, refusal, sentences } from "./words.js";

// ended is a page with a mark: "done", "wait" or "fail". Its buttons come after
// "start over" is added.
export function ended(ctx, look, sign, title, text, ...buttons) {
  return [
    el("div", { class: "result" },
      el("div", { class: "mark " + look, "aria-hidden": "true" }, sign),
      el("h1", {}, title), el("p", { class: "soft" }, text)),
    el("div", { class: "actions" }, ...buttons, button(t("startOver"), () => ctx.go("/"), { id: "start-over", class: buttons.length ? "button" : "button primary" })),
  ];
}

const waiting = ["request-expired", "code-expired", "code-used", "grant-used", "grant-revoked", "centre-unreachable", "pin-locked", "already-done", "request-withdrawn", "declined", "ledger-unreachable"];

// wait says how long, where waiting helps; retry is in seconds.
export const wait = (retry) => (!retry ? "" : retry > 5400 ? t("waitHours", { n: Math.ceil(retry / 3600) }) : t("waitMinutes", { n: Math.ceil(retry / 60) }));

// sorry says why something was refused.
export function sorry(ctx, reason, retry) {
  const [title, text] = refusal(reason);
  const again = reason === "centre-unreachable" && button(t("tryAgain"), () => ctx.show(), { class: "button primary" });
  say(title);
  return ended(ctx, waiting.includes(reason) ? "wait" : "fail", "!", title, sentences(text, wait(retry)), ...[again].filter(Boolean));
}
