// Package receipt verifies that an entry is in a block of the ledger that more
// than two thirds of the trusted validators signed.
//
// It uses the standard library alone and is meant to be read in one sitting:
// trust.go says whom we trust, receipt.go what a receipt is made of, verify.go
// what is checked and in which order, encoding.go and merkle.go how CometBFT
// v0.39 lays out the bytes that are hashed and signed (its own types are the
// oracle of the tests). There is no clock, no network, no cache and no state:
// the same receipt gets the same answer years later.
//
// What a verified receipt proves: validators that together hold more than two
// thirds of the voting power of the trusted set signed a block of this chain,
// at this height, that holds exactly these bytes. What it does not prove: that
// the entry's own content is true, or that its signature holds; that is for
// whoever opens the entry.
//
// A receipt has one encoding. Anything else that a lenient reader might accept
// for the same content (another order, spaces, an unknown field, an unused
// hash) is refused, and nothing in it is ignored: every byte is either bound by
// the validators' signatures or decides which bytes they are checked over.
package receipt
