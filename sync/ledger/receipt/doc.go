// Package receipt verifies that an entry is in a block of the ledger that more
// than two thirds of the trusted validators signed.
//
// It uses the standard library alone and is meant to be read in one sitting:
// trust.go says whom we trust, set.go what a set of validators is, receipt.go and
// link.go what is handed in, follow.go which set counts when, verify.go what is
// checked and in which order, encoding.go and merkle.go how CometBFT v0.39 lays
// out the bytes that are hashed and signed (its own types are the oracle of the
// tests). There is no clock, no network and no cache, and nothing changes once it
// is made: the same receipt gets the same answer years later.
//
// What a verified receipt proves: validators that together hold more than two
// thirds of the voting power of the set of that height signed a block of this
// chain, at this height, that holds exactly these bytes. What it does not prove:
// that the entry's own content is true, or that its signature holds; that is for
// whoever opens the entry.
//
// Validators change. A link is the last block of one set with the set that
// follows, which the block's header names (NextValidatorsHash), so more than two
// thirds of the old set's power have signed who comes next. From the one set that
// is pinned, links lead to every later one, and nothing about them is taken on
// anybody's word. They must be complete: a set that was led past is unknown, and
// so are its receipts (ErrSet).
//
// A set counts for its own heights and no others. Keys of a set that was replaced
// can sign nothing that follows, at the link's height nothing but the link, and
// lead nowhere else, because what followed would not follow from there (ErrFork,
// ErrSet). Two things the keys of an old set could still do, if more than two
// thirds of them came together in a thief's hands: sign other blocks of the old
// set's own heights, and lead astray whoever has not seen yet that the set was
// replaced. So validators destroy keys that they no longer use, and a counter that
// was off for long gets a fresh trust document from its hall.
//
// A receipt, a link and a trust document have one encoding each. Anything else that
// a lenient reader might accept for the same content (another order, spaces, an
// unknown field, an unused hash) is refused, and nothing in it is ignored: every
// byte is either bound by the validators' signatures or decides which bytes they
// are checked over.
//
// Tests mutate receipts and links and compare each verdict with CometBFT's own
// types; COUNTERFOIL_MUTATIONS=3000000 asks for the long campaign.
package receipt
