// 窗口授权码: reading the QR on the pad with this phone, or pasting its link.

import { el, button } from "./dom.js";
import { t } from "./words.js";

// tokenOf returns the token of a link of this centre, or the reason why not.
export function tokenOf(text) {
  let link;
  try { link = new URL(text.trim()); } catch { return { reason: "link-altered" }; }
  if (link.origin !== location.origin) return { reason: "not-issued-here" };
  const [, token] = link.pathname.match(/^\/r\/([^/]+)$/) || [];
  return token ? { token: decodeURIComponent(token) } : { reason: "link-altered" };
}

export async function scan(ctx) {
  const follow = (text) => {
    const { token, reason } = tokenOf(text);
    if (reason) return ctx.fail({ reason });
    return ctx.go("/r/" + encodeURIComponent(token));
  };
  const field = el("input", { id: "link", type: "url", inputmode: "url", autocomplete: "off", autocapitalize: "off", spellcheck: "false", placeholder: location.origin + "/r/…", required: true });
  const wrong = el("p", { class: "wrong", role: "alert" });
  const form = el("form", { class: "field", novalidate: true, on: { submit: (event) => {
    event.preventDefault();
    wrong.textContent = field.value.trim() ? "" : t("pasteFirst");
    return field.value.trim() ? follow(field.value) : field.focus();
  } } },
    el("label", { for: "link" }, t("pasteLink")), field, wrong,
    el("div", { class: "actions" }, el("button", { class: "button primary", id: "open-link", type: "submit" }, t("openLink"))));
  const camera = "BarcodeDetector" in window && navigator.mediaDevices
    ? el("div", { class: "field" }, button(t("useCamera"), () => look(ctx, camera, follow)))
    : el("p", { class: "soft" }, t("noCamera"));
  return [el("h1", {}, t("scan")), el("p", { class: "soft" }, t("scanIntro")), camera, form];
}

// look shows the camera until a QR is seen or the view is left. The pictures
// stay on the phone.
async function look(ctx, into, found) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    into.replaceChildren(el("p", { class: "note", role: "alert" }, t("cameraRefused")));
    return;
  }
  const off = () => stream.getTracks().forEach((track) => track.stop());
  ctx.signal.addEventListener("abort", off);
  if (ctx.signal.aborted) return off();
  const video = el("video", { playsinline: true, muted: true, "aria-label": t("cameraLabel") });
  video.srcObject = stream;
  into.replaceChildren(video);
  await video.play();
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  const turn = async () => {
    if (ctx.signal.aborted) return;
    const [seen] = await detector.detect(video).catch(() => []);
    if (seen) { off(); found(seen.rawValue); return; }
    setTimeout(turn, 200);
  };
  turn();
}
