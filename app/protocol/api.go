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
	PathEvidence    = "/v1/evidence/{case}/{name}" // PUT sealed bytes → 204 (the same again: 204)
	PathEnrolments  = "/v1/enrolments"             // POST Enrolment by an administrator → 201 (not by counters)
	PathHolderCodes = "/v1/holder-codes"           // POST EnrolHolder by an administrator → 201 HolderCode (not for counters)
	PathRegister    = "/v1/register/reload"        // POST by an administrator → 204: the licence repository's register is read again (not for counters)
	PathHandedOut   = "/v1/handed-out"             // GET ?hall=&counter=&from=&until= → []HandedOut, for an administrator (not for counters)
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
}

// HandedOut is one retrieval in the centre's own record: that licences were
// handed out for a grant. It says nothing of the holder.
type HandedOut struct {
	Grant casework.GrantID `json:"grant"`
	Case  casework.CaseID  `json:"case"`
	Time  time.Time        `json:"time"` // the centre's clock
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
