// What a licence was used for, asked when somebody wants to know.

import * as api from "./api.js";
import { el } from "./dom.js";
import { t, pick, day } from "./words.js";

const used = ["authorized", "retrieved", "submitted", "abandoned", "revoked"];

// uses is closed until it is opened; a grant stands in it once, at its newest. of
// is the name of the entity whose licence it is.
export function uses(ctx, licence, of) {
  const list = el("ul", { class: "list" });
  const box = el("details", { "data-uses": licence.kind }, el("summary", { class: "small" }, t("usedFor")), list);
  box.addEventListener("toggle", async () => {
    if (!box.open) return;
    try {
      const seen = new Set();
      const lines = (await everything()).filter((r) => r.grant && used.includes(r.what) && r.kinds.includes(licence.name) && (!of || r.acting && r.acting.for === of) && !seen.has(r.grant) && seen.add(r.grant));
      list.replaceChildren(...lines.map((r) => el("li", { class: "small" }, pick(r.item, r.item_en), el("br"),
        el("span", { class: "soft" }, day(r.time) + " · " + pick(r.hall, r.hall_en) + " · " + t("what-" + r.what)))));
      if (lines.length === 0) list.replaceChildren(el("li", { class: "soft small" }, t("usedForNothing")));
    } catch (problem) { if (!ctx.signal.aborted) ctx.fail(problem); }
  });
  return box;
}

async function everything() {
  const lines = [];
  for (let page = await api.records(); ; page = await api.records(page.next)) {
    lines.push(...page.lines);
    if (!page.next) return lines;
  }
}
