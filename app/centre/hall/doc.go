// Package hall is what one hall's administrator holds of the ledger that the
// halls keep together: keys and settings as files in one folder, the card that
// the hall gives to the others, and the founding of a ledger out of the cards of
// its halls.
//
// The folder:
//
//	node.toml     settings of the node, for people to read and change
//	admin.key     the administrator's key: speaks for the hall on the ledger
//	card.json     what the others need to know of this hall, signed by it
//	genesis.json  the founding of the ledger, the same in every hall
//	node/         the node's own: keys, blocks, state (package chain)
//
// A card proves only that nobody altered it since the key that it names signed
// it; whose key that is, people find out: by handing cards over in person, and
// by comparing the founding's digest, which covers every card.
//
// The administrator's key lies beside the node for a start. It is asked only when
// a counter is enrolled or a hall changes, so it may be kept elsewhere between.
//
// Nothing here talks to a network but the node that package chain runs.
package hall
