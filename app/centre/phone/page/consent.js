// A counter asks: who, for what, exactly which fields, until when. Agree and
// refuse are of one size; refusing needs no PIN.

import * as api from "./api.js";
import { el, button, card, every, facts, say } from "./dom.js";
import { t, pick, list, clock, day, counterName, asRole } from "./words.js";
import { askPIN, sure } from "./ask.js";
import { ended, sorry } from "./result.js";

const unheard = ["centre-unreachable", "answer-lost"];
const endings = { answered: "already-done", declined: "declined", expired: "request-expired", withdrawn: "request-withdrawn" };

export async function consent(ctx) {
  const asked = await api.consent(ctx.token);
  if (endings[asked.status]) return sorry(ctx, endings[asked.status]);
  const until = new Date(asked.until).getTime();
  const left = el("strong", { class: "time", role: "timer" });
  const stop = new AbortController();
  const signal = AbortSignal.any([ctx.signal, stop.signal]);
  follow(ctx, signal, until, left, asked);
  const settle = (nodes) => {
    stop.abort();
    if (location.pathname !== "/") history.replaceState(null, "", "/");
    const main = document.getElementById("main");
    main.replaceChildren(...nodes.flat().filter(Boolean));
    const head = main.querySelector("h1");
    head.tabIndex = -1;
    head.focus();
  };
  return [...question(asked, left), ownConsent(asked), answers(ctx, asked, settle, signal)];
}

// follow counts down and notices when the request ends elsewhere. Where an answer
// of this phone was lost on its way, or the word that it came, the end may be its own:
// the very same is given again, which the centre takes once.
function follow(ctx, signal, until, left, asked) {
  every(250, signal, () => {
    const seconds = Math.max(0, Math.ceil((until - api.now()) / 1000));
    left.textContent = clock(seconds);
    if ((seconds === 60 || seconds === 20) && left.dataset.said !== String(seconds)) { left.dataset.said = seconds; say(t("secondsLeft", { n: seconds })); }
    if (seconds === 0 && !asked.lost) ctx.fail({ reason: "request-expired" });
  });
  every(3000, signal, async () => {
    try {
      const now = await api.consent(ctx.token);
      if (signal.aborted || !endings[now.status]) return;
      if (asked.lost) await asked.lost(); else ctx.fail({ reason: endings[now.status] });
    } catch (problem) {
      if (!signal.aborted && !unheard.includes(problem.reason)) ctx.fail(problem);
    }
  });
}

function question(c, left) {
  const colon = (l) => t("onlyThese", { name: pick(l.name, l.name_en), n: l.fields.length });
  return [
    el("p", { class: "over" }, t("counterAsks")),
    el("h1", { class: "two" }, pick(c.hall, c.hall_en), el("br"), t("asksToUse", { counter: counterName(c.counter) })),
    el("div", { class: "match" }, el("span", { class: "soft small" }, t("sameWords")), el("strong", { id: "match-words", lang: "zh-CN" }, c.match_words)),
    c.missing && c.missing.length > 0 && el("p", { class: "note fail", role: "alert" }, t("missing", { names: list(c.missing.map((m) => named(c, m))) })),
    asWhom(c),
    card(facts(
      [t("item"), pick(c.item, c.item_en), "strong"],
      ...c.licences.flatMap((l) => [
        l.fields.length > 0 && [colon(l), list(pick(l.fields, l.fields_en))],
        l.questions && [t("onlyYesNo", { name: pick(l.name, l.name_en) }), list(pick(l.questions, l.questions_en))]]),
      [t("until"), t("untilText", { time: day(c.grant_until) })],
      c.basis && [t("basis"), pick(c.basis, c.basis_en)],
      c.keep_days > 0 && [t("kept"), t("keptText", { n: c.keep_days })],
      c.clerk && [t("clerk"), c.clerk])),
    el("p", { class: "soft small" }, t("answerWithin"), " ", left),
  ];
}

// can says whether the request can be agreed to for the entity.
const can = (e) => !e.ended && e.missing.length === 0;

// asWhom says for which entity, and in which role, one agrees. Where there are
// several, none is chosen for the citizen.
function asWhom(c) {
  const all = c.entities || [];
  const only = all.filter(can).length === 1;
  const why = (e) => (e.ended ? t("roleEnded", { date: e.until }) : t("lacks", { names: list(e.missing.map((m) => named(c, m))) }));
  return all.length > 0 && el("fieldset", { id: "as" }, el("legend", {}, t("asWhom")),
    el("div", { class: "card checks" }, all.map((e) => el("label", { class: "check" },
      el("input", { type: "radio", name: "as", value: e.id, disabled: !can(e), checked: only && can(e) }),
      el("span", {}, asRole(e), !can(e) && el("br"), !can(e) && el("span", { class: "soft small" }, why(e)))))),
    !all.some(can) && all.every((e) => e.ended) && el("p", { class: "note fail", role: "alert" }, t("noRole")));
}

// first says in a fieldset's head what is to be done before agreeing.
function first(node, text) {
  const legend = node.closest("fieldset").querySelector("legend");
  legend.textContent = text;
  say(text);
  node.focus({ preventScroll: true });
  legend.scrollIntoView({ block: "start" });
}

// ownConsent has one line for each sensitive field, and none is ticked for the
// citizen.
function ownConsent(c) {
  const own = c.licences.flatMap((l) => (l.own || []).map((f) => ({ ...f, of: pick(l.name, l.name_en) })));
  return own.length > 0 && el("fieldset", { id: "own" }, el("legend", {}, t("ownConsent")),
    el("div", { class: "card checks" }, own.map((f) => el("label", { class: "check" },
      el("input", { type: "checkbox", "data-kind": f.kind, "data-field": f.field, required: !f.optional }),
      el("span", {}, f.of + " · " + pick(f.name, f.name_en), el("br"), el("span", { class: "soft small" }, t(f.optional ? "ownOptional" : "ownNeeded")))))));
}

const ticked = () => [...document.querySelectorAll("#own input:checked")].map((n) => ({ kind: n.dataset.kind, field: n.dataset.field }));

function named(c, missing) {
  const l = c.licences.find((one) => one.name === missing);
  return l ? pick(l.name, l.name_en) : missing;
}

function answers(ctx, c, settle, signal) {
  const give = async (given) => {
    try { await api.answer(ctx.token, given); } catch (problem) {
      c.lost = problem.reason === "centre-unreachable" ? () => give(given) : null;
      throw c.lost ? new api.Problem("answer-lost") : problem;
    }
    settle(ended(ctx, "done", "✓", t("agreed"), t("agreedText"), button(t("records"), () => ctx.go("/#records"), { class: "button primary" })));
  };
  const missing = c.missing && c.missing.length > 0 || c.entities && !c.entities.some(can);
  const refuse = (report) => async () => {
    if (report && !(await sure(t("report"), t("reportText"), t("reportYes"), ctx.signal))) return;
    try {
      await api.answer(ctx.token, { agree: false, report });
      settle(ended(ctx, "wait", "×", t(report ? "reported" : "refused"), t(report ? "reportedText" : "refusedText")));
    } catch (problem) { ctx.fail(problem); }
  };
  const agree = async () => {
    const lacking = document.querySelector("#own input:required:not(:checked)");
    const chosen = document.querySelector("#as input:checked");
    if (c.entities && !chosen) return first(document.querySelector("#as input:enabled"), t("asFirst"));
    if (lacking) return first(lacking, t("ownFirst"));
    const own = ticked(), entity = chosen ? chosen.value : "";
    try {
      await askPIN(t("checkIdentity"), t("agreeText", { item: pick(c.item, c.item_en) }), (pin) => give({ agree: true, pin, own, entity }), signal);
    } catch (problem) { ctx.fail(problem); }
  };
  return el("div", { class: "actions stay" },
    !missing && button(t("agree"), agree, { class: "button primary", id: "agree" }),
    button(t("refuse"), refuse(false), { id: "refuse", class: missing ? "button primary" : "button" }),
    button(t("notMe"), refuse(true), { id: "report", class: "quiet middle" }));
}
