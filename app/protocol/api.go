package protocol

import (
	"time"

	"counterfoil/app/casework"
)

// Paths of the centre's interface for counters, all under mutual TLS with the
// enrolled device key: hall and counter are those of the key, never of the
// body. Errors are Problem documents.
const (
	PathAbout       = "/v1/about"                  // GET  → About
	PathRedeem      = "/v1/codes/redeem"           // POST Redeem → 200 casework.Grant | 202 RequestState (the citizen is asked to tap)
	PathRequests    = "/v1/requests"               // POST OpenRequest → 201 Request
	PathRequest     = "/v1/requests/{id}"          // GET ?after=STATE&wait=SECONDS → RequestState, a long poll; DELETE withdraws
	PathRetrieve    = "/v1/grants/{id}/retrieve"   // POST Retrieve → Retrieved
	PathRevocations = "/v1/revocations"            // GET ?after=N&wait=SECONDS → Revocations, a long poll
	PathWiped       = "/v1/revocations/{id}"       // PUT by the grant's own counter: what it held is wiped → 204 (again: 204)
	PathEvidence    = "/v1/evidence/{case}/{name}" // PUT sealed bytes → 204 (the same again: 204)
	PathEnrolments  = "/v1/enrolments"             // POST Enrolment by an administrator → 201 (not by counters)
	PathWithdrawals = "/v1/withdrawals"            // administrator: POST Withdrawal → 204
	PathHolderCodes = "/v1/holder-codes"           // POST EnrolHolder by an administrator → 201 HolderCode (not for counters)
	PathRegister    = "/v1/register/reload"        // POST by an administrator → 204: the licence repository's register is read again (not for counters)
	PathHandedOut   = "/v1/handed-out"             // GET ?hall=&counter=&from=&until= → []HandedOut, for an administrator (not for counters)
)

// Paths of what citizens found odd, for an administrator (not for counters).
const (
	PathOdd       = "/v1/odd"      // GET ?all=1 → []Odd: those that wait for an answer, or all
	PathOddAnswer = "/v1/odd/{id}" // PUT OddAnswer → 204
)

// MaxWait bounds a long poll, in seconds.
const MaxWait = 25

// About says who the centre is. A counter refuses one whose chain is not its own.
type About struct {
	Name     string    `json:"name"`
	Chain    string    `json:"chain"`
	Practice bool      `json:"practice"`
	Time     time.Time `json:"time"`
	Phone    string    `json:"phone"`              // address of the citizen's page, start of every QR link
	Evidence []byte    `json:"evidence,omitempty"` // X25519 public key that counters seal evidence copies to; empty: none are kept
	// EvidenceSM2 is the SM2 public key, 65 bytes, that counters of suite 2 seal
	// theirs to (SealFor); empty: none are kept of theirs.
	EvidenceSM2 []byte `json:"evidence_sm2,omitempty"`
}

// Redeem asks for the grant behind a code, for one item.
type Redeem struct {
	Code  string             `json:"code"` // eight digits
	Item  casework.ItemCode  `json:"item"`
	Clerk casework.Pseudonym `json:"clerk"`
	Case  casework.CaseID    `json:"case"` // the same case again gets the same answer: a lost response loses nothing
}

// OpenRequest asks for a QR request for one item.
type OpenRequest struct {
	Item  casework.ItemCode  `json:"item"`
	Clerk casework.Pseudonym `json:"clerk"`
	Case  casework.CaseID    `json:"case"`
}

// Request is an authorization request: what the QR holds and shows.
type Request struct {
	ID         string    `json:"id"`
	Link       string    `json:"link"`        // in the QR: the phone page's address with a signed token
	MatchWords string    `json:"match_words"` // the same on pad and phone, for example "海棠·17"
	Until      time.Time `json:"until"`
}

// RequestStatus is where a request stands.
type RequestStatus string

// The states of a request: waiting → opened → answered | declined; expired and
// withdrawn from the first two.
const (
	RequestWaiting   RequestStatus = "waiting"
	RequestOpened    RequestStatus = "opened" // on a phone
	RequestAnswered  RequestStatus = "answered"
	RequestDeclined  RequestStatus = "declined"
	RequestExpired   RequestStatus = "expired"
	RequestWithdrawn RequestStatus = "withdrawn"
)

// RequestState is the answer to following a request. Grant is there once it is
// answered.
type RequestState struct {
	ID         string          `json:"id"`
	Status     RequestStatus   `json:"status"`
	MatchWords string          `json:"match_words"`
	Until      time.Time       `json:"until"`
	Grant      *casework.Grant `json:"grant,omitempty"`
}

// Retrieve asks for the licences of a grant.
type Retrieve struct {
	Item casework.ItemCode `json:"item"`
	Case casework.CaseID   `json:"case"`
}

// RetrievedLicences holds, per licence kind of the grant, the CBOR of a
// Presented with the named fields only.
type RetrievedLicences struct {
	Licences []RetrievedLicence `json:"licences"`
}

// RetrievedLicence is one licence as the repository sent it.
type RetrievedLicence struct {
	Kind      casework.LicenceKind `json:"kind"`
	Presented []byte               `json:"presented"` // CBOR of Presented, base64 in JSON
}

// Revocations lists revoked grants of this counter in the order of revocation.
type Revocations struct {
	Next    int                `json:"next"` // pass as after
	Revoked []casework.GrantID `json:"revoked"`
}

// Enrolment enrols a counter's key.
type Enrolment struct {
	Hall    casework.HallID    `json:"hall"`
	Counter casework.CounterID `json:"counter"`
	Key     PublicKey          `json:"key"`
	Request []byte             `json:"request,omitempty"` // the counter's own, as SignKeyRequest made it; its hall, counter and key are these
}

// Withdrawal ends a counter's key for good.
type Withdrawal struct {
	KeyID KeyID `json:"key_id"`
}

// HandedOut is one retrieval in the centre's own record: that licences were
// handed out for a grant. It says nothing of the holder.
type HandedOut struct {
	Grant casework.GrantID `json:"grant"`
	Case  casework.CaseID  `json:"case"`
	Time  time.Time        `json:"time"` // the centre's clock
}

// OddReason says what a citizen found odd.
type OddReason string

// The reasons that a citizen chooses from.
const (
	OddNotMe    OddReason = "not-me"    // somebody else was served
	OddNotThere OddReason = "not-there" // another place or time than I know of
	OddTooMuch  OddReason = "too-much"  // more was read than the item needs
	OddOther    OddReason = "other"
)

// Known reports whether it is one of the reasons.
func (r OddReason) Known() bool {
	return r == OddNotMe || r == OddNotThere || r == OddTooMuch || r == OddOther
}

// Odd is a citizen's report as an administrator reads it, without who it is.
type Odd struct {
	ID       string             `json:"id"` // eight hex digits
	Time     time.Time          `json:"time"`
	Reason   OddReason          `json:"reason"`
	Words    string             `json:"words"`          // the citizen's own, at most 200 characters; may be empty
	What     string             `json:"what"`           // of the record that it is about, as in UseRecord; empty: of none
	At       time.Time          `json:"at,omitzero"`    // of that record
	Hall     casework.HallID    `json:"hall,omitempty"` // of that record, as the next
	Counter  casework.CounterID `json:"counter,omitempty"`
	Item     casework.ItemCode  `json:"item,omitempty"`
	Grant    casework.GrantID   `json:"grant,omitempty"`
	Answer   string             `json:"answer,omitempty"`
	Answered time.Time          `json:"answered,omitzero"`
}

// OddAnswer answers a report, in at most 500 characters.
type OddAnswer struct {
	Answer string `json:"answer"`
}

// Problem is an error answer (RFC 9457, application/problem+json).
type Problem struct {
	Type   string               `json:"type"`   // "https://counterfoil.example/problems/" + reason
	Title  string               `json:"title"`  // English, fixed
	Status int                  `json:"status"` // HTTP status
	Reason casework.RefusalKind `json:"reason"`
	Retry  int                  `json:"retry_after,omitempty"` // seconds, where waiting helps
	Left   int                  `json:"tries_left,omitempty"`  // the phone's page alone: before the password is locked
}
