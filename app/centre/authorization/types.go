package authorization

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// Lives of what this package hands out.
const (
	CodeLife    = 3 * time.Minute  // of a code; also the time within which a mistyping may be corrected
	RequestLife = 5 * time.Minute  // of a QR request and of a tap
	GrantLife   = 30 * time.Minute // of a grant, unless Options says otherwise
)

// Catalogue answers what the rules ask of items.
type Catalogue interface {
	Item(code casework.ItemCode) (casework.ServiceItem, bool)
	Kind(kind casework.LicenceKind) (casework.KindInfo, bool)
}

// Party is who gives a grant or a code: the holder, for themselves or for an entity.
type Party struct {
	Holder string
	Entity string           // by its id in the register; empty: for themselves
	Acting *casework.Acting // with Entity: in which role. The caller has checked that it stands
}

// Self is a holder who acts for nobody else.
func Self(holder string) Party { return Party{Holder: holder} }

// Place is where a statement stands on the ledger.
type Place = store.Place

// Options is what a Service needs. All but GrantLife and Limits are required.
type Options struct {
	Store     *store.Store
	Catalogue Catalogue
	Key       []byte                    // at least 32 secret bytes; codes, links and pseudonyms are made under keys derived from it
	Link      func(token string) string // the address in a QR
	Now       func() time.Time
	// Register puts a grant on the ledger, by commitments of the suite of the counter
	// that it was given to, and returns once it is committed. The same grant again
	// must be harmless.
	Register func(ctx context.Context, suite protocol.Suite, g casework.Grant) (Place, error)
	// Revoked puts a revocation on the ledger and returns once it is committed.
	// The same again must be harmless.
	Revoked func(ctx context.Context, id casework.GrantID, at time.Time) (Place, error)
	// Trace tells what became of a grant, as the ledger has it now.
	Trace     func(ctx context.Context, id casework.GrantID) (Trace, error)
	GrantLife time.Duration // zero: GrantLife
	Limits    Limits        // zero: DefaultLimits
}

// Caller is the counter that asks, as its enrolled key says.
type Caller struct {
	Hall    casework.HallID
	Counter casework.CounterID
	Suite   protocol.Suite // of that key: a grant is committed to as this counter's entries will
}

// RequestInfo is what the phone needs to tell its citizen who asks for what.
// Names are the phone's to find.
type RequestInfo struct {
	ID         string
	Token      string
	Hall       casework.HallID
	Counter    casework.CounterID
	Clerk      casework.Pseudonym
	Item       casework.ItemCode
	Needs      []casework.LicenceNeed // what the grant will cover, but for sensitive fields that are refused
	MatchWords string
	Until      time.Time // to answer
	GrantUntil time.Time // of the grant, if it is agreed to now
	Status     protocol.RequestStatus
	Tap        bool // asked because of a code that this citizen told
}

// Record is one line of the citizen's 授权记录, in codes; the phone turns them
// to names.
type Record struct {
	N       int64            // its place among the kept records; 0 of one that is read from the ledger alone
	Grant   casework.GrantID // empty for what led to none
	Time    time.Time
	What    What
	Hall    casework.HallID
	Counter casework.CounterID
	Item    casework.ItemCode
	Kinds   []casework.LicenceKind
	Needs   []casework.LicenceNeed // fields that were asked for, granted or, of WhatRetrieved, handed out; of a code none
	Left    []casework.FieldRef    // sensitive fields that were not granted
	Reason  casework.RefusalKind   // of a refusal or a failed code
	Method  casework.Method
	Until   time.Time // of the grant
	State   State     // of the grant now
	Live    bool      // can be unbound
	Revoked time.Time // of the grant; zero while it is not
	Wiped   time.Time // when its counter said that what it held is wiped; zero: not yet
	Report  *store.Report
	Entry   casework.Digest // of the entry or statement on the ledger; zero while it is not there
	Height  int64
	Unknown bool             // the ledger could not be asked: nothing is said of its place
	Acting  *casework.Acting // for whom the holder acted; nil: themselves
}

// State says where a grant stands.
type State string

// The states of a grant. Whether a case has ended only the ledger knows: while
// it can't be asked, and until the counter's entry is there, the grant is used.
const (
	StateLive    State = "live"    // can still be used
	StateUsed    State = "used"    // licences were handed out, the case goes on
	StateLapsed  State = "lapsed"  // ran out; nothing was handed out
	StateEnded   State = "ended"   // so has its case
	StateNothing State = "nothing" // unbound before anything was handed out
	StateUnbound State = "unbound" // its counter has not said yet that it has wiped what it held
	StateWiped   State = "wiped"
)

// Trace is what became of a grant, as the ledger has it. A zero Place says that
// it did not happen, or is not there yet.
type Trace struct {
	Registered Place
	Retrieved  Place             // of its case
	Ended      Place             // of its case
	EndedAs    casework.StepKind // Submitted or Abandoned
	EndedAt    time.Time         // the counter's clock
	Revoked    Place
}

// What says what a record is about; the words are those of protocol.UseRecord.
type What = store.What

// What can be recorded.
const (
	WhatAuthorized What = "authorized"
	WhatRetrieved  What = "retrieved"
	WhatDeclined   What = "declined"
	WhatReported   What = "reported" // declined: not the holder was being served
	WhatExpired    What = "expired"  // a request that was not answered, a code that was not used
	WhatLocked     What = "locked"
	WhatRevoked    What = "revoked"
	WhatFailed     What = "failed"    // a code of this holder was entered where, or when, it opens nothing
	WhatRefused    What = "refused"   // the repository handed nothing out for a grant
	WhatOdd        What = "odd"       // the holder found something odd
	WhatSubmitted  What = "submitted" // read from the ledger alone, as the next
	WhatAbandoned  What = "abandoned"
)
