// Package ledger brings entries to the ledger and comes back with receipts that
// it has verified.
//
// It trusts no node: what a node says counts only where package receipt can
// check it against the pinned validators. A node can delay, and it can refuse;
// so a refusal of the rules is believed when every node that answers says the
// same, and a receipt that does not verify is never returned. A node's
// "accepted" is no confirmation: its mempool is memory.
//
// The package keeps nothing on disk and decides no order: package outbox does.
package ledger
