// Package records shows the day's cases: what was done, what the ledger has, and
// the evidence bundle of a case. It shows nothing of the citizen's data unless
// the clerk asks for it.
package records
