// Package chain is the ledger: the application that decides which entries and
// statements are recorded, and the CometBFT v0.39 node that runs it inside the
// process, alone (practice, one box) or with the nodes of other halls.
//
// A transaction is a signed entry or a signed statement, in the exact bytes that
// were signed. The rules are those of casework (Standing.Next,
// RegisteredGrant.Permits); this package adds only what a single case cannot
// know: whose key it is, whether the grant is registered, and whether the same
// bytes are there already. A block that holds one refused transaction is refused
// as a whole, so being in a block means being accepted.
//
// Halls. Each hall's administrator answers for the hall's counters' keys and for
// its validator. What concerns others (a hall that joins, more power) takes
// administrators of more than two thirds of the power: see setHall. A node lets
// another connect if it is a hall's by the ledger's own record, so a hall that
// was let in needs no change at its neighbours.
//
// Time. CometBFT's block time is the median of the previous block's votes, and
// after an idle hour it is an hour old, because no empty blocks are made. So the
// rule that an entry may not be dated more than a minute ahead is asked by every
// validator against its own clock when a block is proposed, and not again when a
// decided block is replayed: the precommits that the validators then sign carry
// the same clocks, and their median is the time in every receipt. Making empty
// blocks to keep the header's time fresh was refused: it costs disk for ever.
//
// State. Records live in an IAVL tree (github.com/cosmos/iavl, ICS 23 proofs),
// one version a height; its root is the application hash, so a header proves
// every record, and the absence of one. The hash changes only when something was
// recorded: otherwise empty blocks would never end. Deleting the application's
// database is harmless while the node has all blocks: it replays them. A new node
// may begin with a neighbour's snapshot of the tree instead, which it believes
// when its root is in a header that it trusts.
//
// What grows and what may go: blocks and places (see index) can be dropped behind
// Options.Keep, and then receipts of older entries can't be had from this node
// any more; the state is never dropped, only its older versions.
//
// The package holds no key but the validator's, and never sees personal data:
// entries hold commitments.
package chain
