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

// Query paths of the ledger's application; the answer's value is JSON, and its
// code is LedgerRefused when there is no such thing.
const (
	LedgerCase  = "/case/"  // + case id → casework.Standing
	LedgerGrant = "/grant/" // + grant id → casework.RegisteredGrant
	LedgerEntry = "/entry/" // + digest → Recorded
	LedgerKey   = "/key/"   // + key id → EnrolledKey
)

// Recorded says where a transaction stands on the ledger.
type Recorded struct {
	Height int64 `json:"height"`
}

// EnrolledKey is what the ledger knows of a counter's key.
type EnrolledKey struct {
	Key       PublicKey `json:"key"`
	Hall      string    `json:"hall"`
	Counter   string    `json:"counter"`
	Withdrawn int64     `json:"withdrawn,omitempty"` // Unix milliseconds, as the administrator said; 0 while it is not
}
