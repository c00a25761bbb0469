// 八位数字验证码: choosing what it opens, showing it, and what became of it.

import * as api from "./api.js";
import { el, button, card, every, facts, say } from "./dom.js";
import { t, pick, clock, role } from "./words.js";
import { askPIN } from "./ask.js";
import { ended } from "./result.js";

export async function code(ctx) {
  try {
    const made = await api.liveCode();
    if (made.tap) return tap(ctx, made);
    if (!made.used && new Date(made.until) > api.now()) return made.code ? live(ctx, made) : choose(ctx, t("codeHidden"));
  } catch (problem) {
    if (problem.status !== 404) throw problem;
  }
  return choose(ctx);
}

function tap(ctx, made) {
  history.replaceState(null, "", "/r/" + encodeURIComponent(made.tap));
  ctx.show();
  return [];
}

// choose asks what the code is to open; note says first why there is none to
// show: a service that was started again no longer knows the digits.
function choose(ctx, note) {
  const { me } = ctx;
  let item = null;
  let boxes = [];
  const whom = el("select", { id: "whom", name: "whom" }, el("option", { value: "" }, t("forSelf")),
    me.entities.map((e) => el("option", { value: e.id, disabled: e.ended }, (e.ended ? t("roleEnded", { date: e.until }) : role(e.role)) + " · " + e.name)));
  const kinds = el("div", { class: "card checks" });
  const offer = (wanted) => { // what is held of oneself and of whom one acts for
    boxes = heldFor(me, whom.value).map((l) => el("input", { type: "checkbox", name: "kind", value: l.kind, checked: !wanted || wanted.includes(l.kind) }));
    kinds.replaceChildren(...heldFor(me, whom.value).map((l, i) => el("label", { class: "check" }, boxes[i], el("span", {}, pick(l.name, l.name_en)))));
    document.getElementById("make")?.toggleAttribute("disabled", boxes.length === 0);
  };
  whom.addEventListener("change", () => offer(item && item.kinds));
  offer();
  const hall = el("select", { id: "hall", name: "hall" },
    me.halls.map((h) => el("option", { value: h.id }, pick(h.name, h.name_en))), el("option", { value: "" }, t("anyHall")));
  const anyNote = el("p", { class: "soft small", hidden: true }, t("anyHallNote"));
  hall.addEventListener("change", () => { anyNote.hidden = hall.value !== ""; });
  const problem = el("p", { class: "wrong", role: "alert" });
  const search = itemSearch(me, (chosen) => {
    item = chosen;
    if (!chosen) return;
    if (!covers(me, whom.value, chosen)) whom.value = parties(me).find((id) => covers(me, id, chosen)) ?? "";
    offer(chosen.kinds);
  }, ctx.signal);
  const make = async () => {
    const chosen = boxes.filter((b) => b.checked).map((b) => b.value);
    problem.textContent = chosen.length ? "" : t("chooseOne");
    if (!chosen.length) return;
    try {
      if (await askPIN(t("checkIdentity"), t("codePINText"), async (pin) => {
        await api.makeCode({ kinds: chosen, hall: hall.value, item: item ? item.code : "", pin, entity: whom.value });
      }, ctx.signal)) ctx.show();
    } catch (refused) { ctx.fail(refused); }
  };
  return [
    el("h1", {}, t("code")),
    note && el("p", { class: "note", role: "status", id: "hidden-code" }, note),
    el("p", { class: "soft" }, t("codeIntro")),
    me.entities.length > 0 && el("div", { class: "field" }, el("label", { for: "whom" }, t("forWhom")), whom),
    el("fieldset", {}, el("legend", {}, t("whichLicences")), kinds),
    el("div", { class: "field" }, el("label", { for: "hall" }, t("whichHall")), hall, anyNote),
    search, problem,
    el("div", { class: "actions stay" }, button(t("makeCode"), make, { class: "button primary", id: "make", disabled: boxes.length === 0 })),
  ];
}

// parties are oneself ("") and the entities that one acts for.
const parties = (me) => ["", ...me.entities.filter((e) => !e.ended).map((e) => e.id)];
const heldFor = (me, id) => [...me.licences, ...me.entities.filter((e) => e.id === id).flatMap((e) => e.licences)];
const covers = (me, id, item) => item.kinds.every((k) => heldFor(me, id).some((l) => l.kind === k));

// itemSearch is a field with the items that fit what is typed; choosing none is
// fine.
function itemSearch(me, chosen, signal) {
  const list = el("ul", { class: "list", id: "items" });
  const said = el("p", { class: "soft small", role: "status" });
  const field = el("input", { id: "item", type: "search", autocomplete: "off", placeholder: t("itemHint"), "aria-controls": "items" });
  let asked = 0, wait;
  const choose = (i) => {
    asked++; // an answer still under way comes too late
    clearTimeout(wait);
    chosen(i);
    list.replaceChildren();
    field.value = i ? pick(i.name, i.name_en) : "";
    said.textContent = i ? t("itemChosen") : "";
    field.focus();
  };
  const look = async () => {
    const turn = ++asked;
    const typed = field.value.trim();
    if (!typed) { list.replaceChildren(); said.textContent = ""; return; }
    let found = [];
    try { found = await api.items(typed); } catch { /* the field stays usable; the code can do without */ }
    if (turn !== asked || signal.aborted) return;
    list.dataset.typed = typed;
    said.textContent = found.length ? t("itemsFound", { n: found.length }) : t("itemsNone");
    list.replaceChildren(...found.slice(0, 6).map((i) => {
      const fits = parties(me).some((id) => covers(me, id, i));
      return el("li", {}, el("button", { class: "card choice", type: "button", disabled: !fits, "data-item": i.code, on: { click: () => choose(i) } },
        el("span", {}, pick(i.name, i.name_en)), !fits && el("span", { class: "soft small" }, t("itemNeedsMore"))));
    }));
  };
  field.addEventListener("input", () => { chosen(null); clearTimeout(wait); wait = setTimeout(look, 200); });
  return el("div", { class: "field" }, el("label", { for: "item" }, t("whichItem")), field, said, list);
}

function live(ctx, made) {
  const until = new Date(made.until).getTime();
  const left = el("strong", { class: "time", role: "timer" });
  const rest = el("progress", { max: "180", "aria-hidden": "true" });
  const hall = ctx.me.halls.find((h) => h.id === made.hall);
  const swap = (nodes) => { document.getElementById("main").replaceChildren(...nodes); document.querySelector("main h1").tabIndex = -1; document.querySelector("main h1").focus(); };
  const stop = new AbortController();
  const signal = AbortSignal.any([ctx.signal, stop.signal]);
  const another = () => button(t("makeAnother"), () => ctx.show(), { class: "button primary" });
  const over = (look, sign, title, text) => { stop.abort(); swap(ended(ctx, look, sign, title, text, another())); };
  every(250, signal, () => {
    const seconds = Math.max(0, Math.ceil((until - api.now()) / 1000));
    left.textContent = clock(seconds);
    rest.value = Math.min(180, seconds);
    if ((seconds === 60 || seconds === 20) && left.dataset.said !== String(seconds)) { left.dataset.said = seconds; say(t("secondsLeft", { n: seconds })); }
    if (seconds === 0) over("wait", "!", t("codeExpired"), t("codeExpiredText"));
  });
  every(1500, signal, async () => {
    try {
      const now = await api.liveCode();
      if (signal.aborted) return;
      if (now.tap) { stop.abort(); tap(ctx, now); return; }
      if (now.used) over("done", "✓", t("codeUsed"), t("codeUsedText"));
    } catch (problem) {
      if (problem.reason === "sign-in-needed") ctx.fail(problem);
      else if (problem.status === 404 && !signal.aborted) over("wait", "!", t("codeGone"), t("codeGoneText"));
    }
  });
  const end = async () => { try { await api.endCode(); stop.abort(); ctx.show(); } catch (problem) { ctx.fail(problem); } };
  return [
    el("h1", {}, t("tellCode")),
    el("div", { class: "card centre" },
      el("p", { class: "digits", id: "digits", role: "img", "aria-label": [...made.code].join(" ") },
        el("span", {}, made.code.slice(0, 4)), el("span", {}, made.code.slice(4))),
      rest, el("p", { class: "soft" }, t("leftBefore"), " ", left),
      scannable(made)),
    card(facts([t("where"), hall ? pick(hall.name, hall.name_en) : t("anyHall"), "strong"], [t("howOften"), t("onceOnly")])),
    !made.hall && el("p", { class: "note" }, t("keepOpen")),
    el("p", { class: "soft small" }, t("neverByPhone")),
    el("div", { class: "actions" }, button(t("endCode"), end, { id: "end-code" })),
  ];
}

// scannable is the same code for the counter's scanner. Without it the digits do.
function scannable(made) {
  const box = el("figure", { class: "scannable" });
  box.append(
    el("img", { id: "code-picture", src: api.codePicture(made), alt: t("codePicture"), width: 168, height: 168, on: { error: () => box.remove() } }),
    el("figcaption", { class: "soft small" }, t("orScan")));
  return box;
}
