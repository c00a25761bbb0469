// Package outbox sends kept entries to the ledger: of one case in their order,
// each behind the one before it without waiting for its receipt; of several cases
// at once; as long as it takes.
//
// It decides when to send and what an answer means; it keeps nothing itself and
// knows neither SQLite nor HTTP. An entry leaves in one of two ways only: with a
// verified receipt, or refused by the ledger's rules, which stops its case and
// asks for a person. Everything else is waited for, with no end: nothing is
// dropped and nothing expires. Sending the same bytes twice is harmless (their
// digest is their identity), so after a crash what was under way is simply sent
// again.
//
// When the ledger as a whole is out of reach, one entry at a time is tried, and
// a different one each time, instead of one attempt a case: a hall that comes
// back after an outage must not knock the ledger over.
package outbox
