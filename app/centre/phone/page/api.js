// The calls of the centre. A failed one throws a Problem with its published
// reason; "centre-unreachable" is the page's own.

export class Problem extends Error {
  constructor(reason, status = 0, retry = 0, left = 0) {
    super(reason);
    this.reason = reason;
    this.status = status;
    this.retry = retry;
    this.left = left;
  }
}

// The centre's clock decides; a phone whose own is wrong must not see a code
// as expired that is live. Whole seconds are enough.
let ahead = 0;
export const now = () => Date.now() + ahead;

async function reach(path, how) {
  try { return await fetch(path, how); } catch { throw new Problem("centre-unreachable"); }
}

async function call(method, path, body, take = (answer) => answer.json()) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-Counterfoil"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await reach(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store", credentials: "same-origin" });
  const theirs = Date.parse(answer.headers.get("Date"));
  ahead = Math.abs(theirs - Date.now()) > 2000 ? theirs - Date.now() : 0;
  if (answer.status === 204) return null;
  let content;
  try { content = await (answer.ok ? take(answer) : answer.json()); } catch { throw new Problem("centre-garbled", answer.status); }
  if (!answer.ok) throw new Problem(content.reason || "centre-failing", answer.status, content.retry_after, content.tries_left);
  return content;
}

const token = (t) => encodeURIComponent(t);

export const holders = () => call("GET", "/phone/holders");
export const signIn = (holder, pin) => call("POST", "/phone/session", { holder, pin });
export const beginSignIn = () => call("POST", "/phone/session/passkey");
export const signInByKey = (answer) => call("PUT", "/phone/session/passkey", { answer });
export const beginEnrol = (code) => call("POST", "/phone/enrolment", { code });
export const enrol = (code, name, answer) => call("PUT", "/phone/enrolment", { code, name, answer });
export const beginConfirm = () => call("POST", "/phone/confirm");
export const confirm = (proof) => call("PUT", "/phone/confirm", proof);
export const passkeys = () => call("GET", "/phone/passkeys");
export const beginAdd = () => call("POST", "/phone/passkeys");
export const addPasskey = (name, answer) => call("PUT", "/phone/passkeys", { name, answer });
export const removePasskey = (id) => call("DELETE", "/phone/passkeys/" + id);
export const anotherPhone = () => call("POST", "/phone/passkeys/code");
export const setPassword = (password) => call("PUT", "/phone/password", { password });
export const signOutEverywhere = () => call("DELETE", "/phone/sessions");
export const signOut = () => call("DELETE", "/phone/session");
export const me = () => call("GET", "/phone/me");
export const liveCode = () => call("GET", "/phone/codes");
export const codePicture = (made) => "/phone/codes/picture?" + encodeURIComponent(made.until);
export const makeCode = (wish) => call("POST", "/phone/codes", wish);
export const endCode = () => call("DELETE", "/phone/codes");
export const items = (q) => call("GET", "/phone/items?q=" + encodeURIComponent(q));
export const consent = (t) => call("GET", `/phone/requests/${token(t)}`);
export const answer = (t, given) => call("POST", `/phone/requests/${token(t)}/answer`, given);
export const trouble = (place) => call("POST", "/phone/trouble", place);
// records are a page of them; next is where the older ones are, or undefined.
export const records = (from = "/phone/records") => call("GET", from, undefined, async (answer) => ({ lines: await answer.json(), next: ((answer.headers.get("Link") || "").match(/<([^>]+)>; rel="next"/) || [])[1] }));
export const recordsFile = (form, lang) => call("POST", `/phone/records/${form}?lang=${lang}`, undefined, async (answer) => ({ file: await answer.blob(), name: "authorization-records." + form }));
export const reportOdd = (told) => call("POST", "/phone/odd", told);
export const revoke = (id) => call("POST", `/phone/grants/${token(id)}/revoke`);
export const receipt = (t) => call("GET", `/phone/receipts/${token(t)}`);
export const ledgerProof = (digest) => call("GET", `/phone/ledger/${token(digest)}`);
export const ledgerCase = (id) => call("GET", `/phone/ledger/cases/${token(id)}`);
export const ledgerRead = (id, open) => call("POST", `/phone/ledger/cases/${token(id)}/read`, open);
export const names = () => call("GET", "/phone/names");

// ledgerTrust returns the document's own bytes: its fingerprint is over those.
export async function ledgerTrust() {
  const answer = await reach("/phone/ledger/trust", { cache: "no-store", credentials: "same-origin" });
  if (!answer.ok) throw new Problem("ledger-unreachable", answer.status);
  return new Uint8Array(await answer.arrayBuffer());
}
