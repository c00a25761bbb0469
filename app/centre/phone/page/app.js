// Which view is shown, and the bar above it. The address says where one is:
// /r/TOKEN a request, /v/TOKEN a receipt, otherwise the part after "#".

import * as api from "./api.js";
import { el, say } from "./dom.js";
import { t, language, ready, setLanguage } from "./words.js";
import { signIn, enrol } from "./entry.js";
import { account, password } from "./account.js";
import { home } from "./home.js";
import { code } from "./code.js";
import { consent } from "./consent.js";
import { scan } from "./scan.js";
import { records } from "./records.js";
import { receipt } from "./receipt.js";
import { proof } from "./proof.js";
import { sorry } from "./result.js";
import { watch } from "./trouble.js";

const main = document.getElementById("main");
const views = { "": home, "#code": code, "#scan": scan, "#records": records, "#account": account };
let leaving = new AbortController();
let me = null;
let first = true;

function where() {
  const [, kind, token] = location.pathname.match(/^\/([rv])\/([^/]+)$/) || [];
  if (kind === "r") return { view: consent, token };
  if (kind === "v") return { view: receipt, token, open: true };
  if (location.hash.startsWith("#proof/")) return { view: proof, token: location.hash.slice(7), open: true };
  if (location.hash === "#enrol" && !me) return { view: enrol, open: true };
  return { view: views[location.hash.split("?")[0]] || home };
}

function go(to) {
  history.pushState(null, "", to);
  return show();
}

async function knowMe() {
  try {
    me = await api.me();
  } catch (problem) {
    if (problem.reason !== "sign-in-needed") throw problem;
    me = null;
  }
}

// again looks the holder up anew, after signing in or out.
async function again() {
  me = null;
  return show();
}

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const ctx = { signal: leaving.signal, go, again, show, fail, put };
  let nodes;
  try {
    if (!me) await knowMe();
    const place = where();
    ctx.me = me;
    ctx.token = place.token;
    nodes = await (me && !me.password && !me.practice ? password : me || place.open ? place.view : signIn)(ctx);
  } catch (problem) {
    if (problem.reason === "sign-in-needed") { me = null; return show(); }
    if (!problem.reason) throw problem; // no refusal: the script itself
    nodes = sorry(ctx, problem.reason, problem.retry);
  }
  if (!ctx.signal.aborted) put(nodes);
}

// fail shows why something was refused, in place of the view that tried it.
function fail(problem) {
  if (problem.reason === "sign-in-needed") { me = null; return show(); }
  if (!problem.reason) throw problem;
  leaving.abort();
  leaving = new AbortController();
  put(sorry({ signal: leaving.signal, go, again, show }, problem.reason, problem.retry));
}

function put(nodes) {
  bar();
  main.replaceChildren(...[nodes].flat(9).filter(Boolean));
  const stay = main.querySelector(".stay"); // with large text the buttons must not cover what they are about
  if (stay && stay.offsetHeight > innerHeight * .4) stay.classList.remove("stay");
  const head = main.querySelector("h1");
  document.title = (head ? head.textContent + " · " : "") + t("app");
  say("");
  window.scrollTo(0, 0);
  if (!first && head) { head.tabIndex = -1; head.focus({ preventScroll: true }); }
  first = false;
}

function bar() {
  document.documentElement.lang = language();
  const practice = document.getElementById("practice");
  if (practice) practice.textContent = t("practice");
  const other = language() === "zh-CN" ? "en" : "zh-CN";
  const isHome = location.pathname === "/" && !location.hash;
  document.getElementById("bar").replaceChildren(...[
    !isHome && el("a", { href: "/", id: "home", on: { click: (e) => { e.preventDefault(); go("/"); } } }, "‹ " + t("home")),
    isHome && el("strong", {}, t("app")),
    el("span", { class: "grow" }),
    el("button", { class: "quiet", id: "language", lang: other, type: "button", on: { click: () => speak(other) } }, other === "en" ? "English" : "中文"),
    me && el("button", { class: "quiet", id: "sign-out", type: "button", on: { click: leave } }, t("signOut")),
  ].filter(Boolean));
}

async function speak(other) {
  try { await setLanguage(other); } catch { return fail(new api.Problem("centre-unreachable")); }
  return show();
}

async function leave() {
  try { await api.signOut(); } catch (problem) { return fail(problem); }
  history.pushState(null, "", "/");
  return again();
}

addEventListener("popstate", show);
watch((problem) => fail(problem), () => leaving.abort());
ready().then(show);
