// Package chain is the ledger: the application that decides which entries and
// statements are recorded, and a CometBFT v0.39 node with one validator that
// runs it inside the process.
//
// A transaction is a signed entry or a signed statement, in the exact bytes that
// were signed. The rules are those of casework (Standing.Next,
// RegisteredGrant.Permits); this package adds only what a single case cannot
// know: whose key it is, whether the grant is registered, and whether the same
// bytes are there already. A block that holds one refused transaction is refused
// as a whole, so being in a block means being accepted.
//
// Time. CometBFT's block time is the median of the previous block's votes, and
// after an idle hour it is an hour old, because no empty blocks are made. So the
// rule that an entry may not be dated more than a minute ahead is asked by every
// validator against its own clock when a block is proposed, and not again when a
// decided block is replayed: the precommits that the validators then sign carry
// the same clocks, and their median is the time in every receipt. Making empty
// blocks to keep the header's time fresh was refused: it costs disk for ever.
//
// State. Records live in a goleveldb beside CometBFT's own. The application hash
// runs over the digests of everything recorded, in order, from the genesis on:
// the state is a function of that history, so the hash commits to the state, and
// it changes only when something was recorded. Deleting the application's
// database is harmless: the node replays it from its blocks.
//
// The package holds no key but the validator's, and never sees personal data:
// entries hold commitments.
package chain
