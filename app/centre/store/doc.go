// Package store is the centre's own memory: one SQLite file that holds codes
// (as keyed hashes only), requests, grants, uses, the citizens' records, wrong
// entries, revocations, enrolled counters, and how citizens sign in. It decides
// nothing: the rules are those of packages authorization and identity.
//
// What it is trusted with: every method that writes returns only after the
// transaction is on disk (WAL, synchronous=FULL), so that a centre stopped in
// the middle of a case and started again has lost nothing and does nothing
// twice. There is one connection: transactions are short and run one after the
// other, which is also what makes a code single-use.
//
// It must never hold the digits of a code, a password, a secret key, or a
// licence.
package store
