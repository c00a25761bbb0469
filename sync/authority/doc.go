// Package authority is the counter's client of the centre: it redeems codes,
// opens and follows requests, retrieves licences, follows revocations and sends
// sealed evidence, over mutual TLS with both keys pinned.
//
// Every error it returns, but that of a ctx that ended, is a *casework.Refusal:
// what the centre refused, or why there is no answer (unreachable, failing,
// garbled). It must not decide anything, keep anything, or try again later:
// that is the desk's. The one thing it repeats, once, is a call whose
// connection broke, as happens to the first call after the centre was started
// again; every call of the interface may be sent twice.
package authority
