package casework

import "time"

// Step is one step ready to be kept: the entry, the exact signed bytes, and
// what its commitments open to.
type Step struct {
	Entry       Entry
	Digest      Digest // of Raw: the entry's identity everywhere
	Raw         []byte // COSE_Sign1, exactly as signed: kept and sent, never re-encoded
	Attachments []Attachment
}

// Attachment is a content that an entry commits to, with its salt. It is kept
// sealed and never leaves the counter unsealed.
type Attachment struct {
	Name    string // "item", "grant", "acting", "originals", "licence-1" …, "fields", "picture", "ink", "photo"
	Media   string // "application/cbor", "image/png", "image/jpeg", "application/json"
	Salt    Salt
	Content []byte
}

// Receipt is what the ledger gives back for an entry: proof that it is in a
// block that more than two thirds of the validators signed.
type Receipt struct {
	Entry  Digest
	Height int64
	Time   time.Time // weighted median of the signed precommit times, UTC
	Raw    []byte    // the canonical receipt; package receipt verifies it
}

// SendState is where an entry is on its way to the ledger.
type SendState string

// The states of an outbox row, each with its only exits.
const (
	Pending   SendState = "pending"   // → sending, when it is the case's first that is not committed
	Sending   SendState = "sending"   // → committed | pending (transient failure, restart) | refused
	Committed SendState = "committed" // a verified receipt is stored; final
	Refused   SendState = "refused"   // the ledger said no; the case's later entries wait for a person
)

// Outgoing is a row of the outbox as the sender needs it.
type Outgoing struct {
	Case     CaseID
	Seq      int
	Digest   Digest
	Raw      []byte
	Queued   time.Time
	Attempts int
}

// StepRecord is a kept step as people see it.
type StepRecord struct {
	Kind    StepKind
	Seq     int
	Time    time.Time
	Digest  Digest
	Body    Body
	Send    SendState
	Refusal RefusalKind // why the ledger refused, when it did
	Height  int64       // when committed
	OnChain time.Time   // the ledger's time, when committed
}

// CaseRecord is a kept case: what the journal gives back.
type CaseRecord struct {
	ID       CaseID
	Number   CaseNumber
	Item     ItemCode
	Clerk    Pseudonym
	Opened   time.Time
	Standing Standing
	Steps    []StepRecord
}

// Attempt is a refused or failed try: kept at the counter and counted, never on
// the ledger (the centre tells the citizen of those that touched a grant).
type Attempt struct {
	Case CaseID // may be empty
	Step StepKind
	Why  RefusalKind
	Time time.Time
}

// Queue is the outbox in four numbers, for the status line.
type Queue struct {
	Waiting int       // pending and sending
	Refused int       // cases that wait for a person
	Oldest  time.Time // when the oldest waiting row was queued; zero when none
	Height  int64     // of the newest receipt; zero before the first
	OnChain time.Time // the ledger's time of the newest receipt
}

// CaseAbout is what the journal keeps in clear beside a case: nothing personal.
type CaseAbout struct {
	Number CaseNumber
	Item   ItemCode
	Day    string // local date of the opening, YYYYMMDD
}
