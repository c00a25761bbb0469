// The phone's own check of a face, a finger or its lock (WebAuthn). What the page
// gets is a signature; what was checked stays on the phone.

import * as api from "./api.js";
import { askPIN } from "./ask.js";
import { t } from "./words.js";
import { fromBase64URL as bytes, toBase64URL } from "./bytes.js";

const text = (buffer) => toBase64URL(new Uint8Array(buffer));
const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

// home is the page's own address, to which its passkeys belong; empty where a
// browser has none for it.
export const home = document.documentElement.dataset.origin || "";

// usable says whether this browser can, on this address.
export const usable = () => Boolean(window.PublicKeyCredential && navigator.credentials && location.origin === home);

// device is what this browser calls its machine; the holder tells devices apart by
// it and by the day.
export const device = () => (navigator.userAgentData && navigator.userAgentData.platform) ||
  ["HarmonyOS", "iPhone", "iPad", "Android", "Windows", "Mac OS X", "Linux"].find((name) => navigator.userAgent.includes(name)) || "";

async function asked(ask) {
  try {
    return await ask();
  } catch (problem) {
    // The browser tells "cancelled", "not recognised" and "timed out" apart to nobody.
    const reasons = { NotAllowedError: "passkey-cancelled", AbortError: "passkey-cancelled", InvalidStateError: "passkey-here" };
    throw new api.Problem(reasons[problem.name] || "passkey-unusable");
  }
}

// make has the phone make a passkey.
export async function make({ publicKey: o }) {
  const made = await asked(() => navigator.credentials.create({ publicKey: { ...o, challenge: bytes(o.challenge),
    user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: known(o.excludeCredentials) } }));
  return { id: made.id, rawId: text(made.rawId), type: made.type, response: {
    clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject) } };
}

// show has the phone sign with one of the passkeys.
export async function show({ publicKey: o }) {
  const used = await asked(() => navigator.credentials.get({ publicKey: { ...o, challenge: bytes(o.challenge), allowCredentials: known(o.allowCredentials) } }));
  const r = used.response;
  return { id: used.id, rawId: text(used.rawId), type: used.type, response: { clientDataJSON: text(r.clientDataJSON),
    authenticatorData: text(r.authenticatorData), signature: text(r.signature), userHandle: r.userHandle ? text(r.userHandle) : "" } };
}

export async function signIn() { await api.signInByKey(await show(await api.beginSignIn())); }

export async function enrol(code) {
  const answer = await make(await api.beginEnrol(code));
  await api.enrol(code, device(), answer);
}

// confirmed does something that only its holder may, after the phone, or in
// practice the password, has said once more who it is. It resolves to false when
// the person gave up.
export async function confirmed(ctx, what, deed) {
  try { await deed(); return true; } catch (problem) { if (problem.reason !== "confirm-needed") throw problem; }
  const options = await api.beginConfirm();
  if (options) await api.confirm({ answer: await show(options) });
  else if (!(await askPIN(t("checkIdentity"), what, (pin) => api.confirm({ pin }), ctx.signal))) return false;
  await deed();
  return true;
}
