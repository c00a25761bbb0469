package protocol

// Answers of the ledger's application to a transaction, as CometBFT's result
// code. A refusal carries the casework.RefusalKind as its codespace and the
// detail as its log.
const (
	LedgerTaken   uint32 = 0 // valid; in a block only when a receipt proves it
	LedgerAlready uint32 = 1 // the very same bytes are recorded already: no error
	LedgerRefused uint32 = 2
	LedgerFailing uint32 = 3 // the node's own store fails; another node may do better
)

// Query paths of the ledger's application. But for LedgerEntry a path is at the
// same time the key under which the record stands in the application's state
// tree, so a proof against the application hash is a proof of the path. A value
// is deterministic CBOR; the answer's code is LedgerRefused when there is no such
// thing, and then there is a proof of that, too.
//
// A query that asks for a proof is answered from the state before the newest
// block, whose hash stands in the newest header: a reader can check it at once.
const (
	LedgerCase        = "/case/"         // + case id → CaseState
	LedgerGrant       = "/grant/"        // + grant id → GrantState
	LedgerKey         = "/key/"          // + key id → KeyState
	LedgerConnection  = "/connection/"   // + id of a connection key (PublicKey.Connection) → KeyID, the key that it belongs to
	LedgerHall        = "/hall/"         // + hall → HallState
	LedgerHalls       = "/halls"         // → []string, the halls in the order in which they joined
	LedgerProposal    = "/proposal/"     // + hall → Proposal, the newest about that hall
	LedgerAuthority   = "/authority"     // → PublicKey of the authorization service
	LedgerSets        = "/sets"          // → []int64: of each change of the validator set, the last height that the earlier set signs
	LedgerCounterDay  = "/counter-day/"  // + YYYYMMDD/hall/counter → CounterDay
	LedgerCounterCase = "/counter-case/" // + YYYYMMDD/hall/counter/n → 16 bytes, the n-th case of that day from 1
	LedgerDay         = "/day/"          // + YYYYMMDD → Day
	LedgerDayCounter  = "/day-counter/"  // + YYYYMMDD/n → []string{hall, counter}, the n-th counter of that day from 1
	LedgerEntry       = "/entry/"        // + digest → Recorded: the node's own index, without proof; a node that joined late lacks what is older
)

// LedgerProof names the one kind of proof in an answer: an ICS 23 commitment
// proof by the specification of IAVL trees.
const LedgerProof = "ics23:iavl"

// Recorded says where a transaction stands on the ledger.
type Recorded struct {
	Height int64 `cbor:"1,keyasint"`
}
