// Package ledger brings entries and statements to the ledger and comes back with
// receipts that it has verified.
//
// It trusts no node: what a node says counts only where package receipt can
// check it against the validators that are trusted, by what is pinned and by the
// links that lead on from there. A node can delay, and it can refuse; so an entry
// that has no receipt in time is given to the next node, too, a refusal of the
// rules is believed when every node that answers says the same, and a receipt
// that does not verify is never returned. A node's "accepted" is no confirmation:
// its mempool is memory.
//
// What one node alone could show is compared with what a second one shows: the
// header of every block that a receipt is taken from (a fork), and the newest
// blocks (an old one offered as new). A node that lied is named in the state,
// logged once and left for a while; the next one is used.
//
// Hundreds of entries at once share the calls: those that come together leave in
// one request, and while somebody waits a follower fetches each new block of a
// node once and takes the receipts of all who wait out of it. A websocket was
// refused for it (slow readers are cut), and so was a question for each entry.
//
// The package keeps nothing on disk and decides no order: package outbox does.
package ledger
