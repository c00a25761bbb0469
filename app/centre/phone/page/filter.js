// Which records are shown; kept in the address, so that going back and a link work.

import * as api from "./api.js";
import { el, button } from "./dom.js";
import { t, pick } from "./words.js";

const used = ["retrieved", "submitted", "abandoned"];
const refused = ["declined", "reported", "expired", "failed", "locked", "refused"];
const kinds = {
  live: (r) => r.top && ["live", "used"].includes(r.state) && new Date(r.until) > api.now(),
  used: (r) => used.includes(r.what),
  refused: (r) => refused.includes(r.what),
  unbound: (r) => r.what === "revoked",
  odd: (r) => r.report,
  account: (r) => r.what.startsWith("pass"),
};

export const chosen = () => Object.fromEntries([...new URLSearchParams(location.hash.split("?")[1])].filter(([name, value]) => value && "fkhd".includes(name)));

export function fits(r, { f, k, h, d }) {
  return (!kinds[f] || kinds[f](r)) && (!k || (r.kind_ids || []).includes(k)) && (!h || r.hall_id === h) && (!d || new Date(r.time) > api.now() - d * 86400000);
}

// filter is the four choices; changed is called after the address has.
export function filter(lines, changed) {
  const now = chosen();
  const named = (id, zh, en) => { const all = new Map(); for (const r of lines) id(r).forEach((one, i) => one && all.set(one, pick(zh(r)[i], en(r)[i]))); return [["", t("f-")], ...all]; };
  const options = {
    f: ["", ...Object.keys(kinds)].map((one) => [one, t("f-" + one)]),
    k: named((r) => r.kind_ids || [], (r) => r.kinds, (r) => r.kinds_en),
    h: named((r) => [r.hall_id], (r) => [r.hall], (r) => [r.hall_en]),
    d: ["", "1", "7", "30", "365"].map((one) => [one, t("d-" + one)]),
  };
  const set = (name, value) => {
    const next = chosen();
    if (value) next[name] = value; else delete next[name];
    const query = new URLSearchParams(next).toString();
    history.pushState(null, "", "/#records" + (query && "?" + query));
    changed();
  };
  return el("details", { class: "card", id: "filter", open: Object.keys(now).length > 0 }, el("summary", {}, t("filter")),
    el("div", { class: "fields" }, Object.entries(options).map(([name, list]) => el("div", { class: "field" }, el("label", { for: "filter-" + name }, t(name)),
      el("select", { id: "filter-" + name, on: { change: (e) => set(name, e.target.value) } },
        list.map(([value, text]) => el("option", { value, selected: (now[name] || "") === value }, text)))))));
}

// cleared takes every choice back.
export const cleared = (ctx) => button(t("clearFilter"), () => ctx.go("/#records"), { class: "button slim" });
