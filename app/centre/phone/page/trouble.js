// What this page's own script does wrong is said to its person, and its place, with
// nothing of what the page held, to whoever maintains it.

import { el, button } from "./dom.js";
import { t, refusal } from "./words.js";
import * as api from "./api.js";

let said = false; // one failure may bring a hundred others

// watch looks for what nobody caught. refused shows a refusal, stop ends what the
// view that failed was still doing.
export function watch(refused, stop) {
  addEventListener("error", (e) => e.error && tell(e.error, stop));
  addEventListener("unhandledrejection", (e) => (e.reason instanceof api.Problem ? refused(e.reason) : tell(e.reason, stop)));
}

// placeOf reads file and line off the topmost of our own files in the stack.
function placeOf(error) {
  const at = String(error && error.stack).match(/\/page\/([a-z]+\.js):(\d+)/);
  return { file: at ? at[1] : "", line: at ? Number(at[2]) : 0 };
}

function tell(error, stop) {
  if (said) return;
  said = true;
  stop();
  let title = "页面出错了 The page failed", text = "", again = "重新打开 Open again"; // where the texts themselves did not come
  try { [title, text] = refusal("page-failing"); again = t("openAgain"); } catch { /* so it stays */ }
  const head = el("h1", { tabindex: "-1" }, title);
  document.querySelectorAll("dialog").forEach((d) => d.remove());
  document.getElementById("main").replaceChildren(
    el("div", { class: "result", role: "alert" }, el("div", { class: "mark fail", "aria-hidden": "true" }, "!"), head, el("p", { class: "soft" }, text)),
    el("div", { class: "actions" }, button(again, () => location.reload(), { class: "button primary", id: "open-again" })));
  head.focus();
  api.trouble(placeOf(error)).catch(() => {}); // without network the person knows, and nobody else can
}
