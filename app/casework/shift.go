package casework

import "time"

// ShiftChange is the opening or the closing of a counter, as the counter's own
// journal keeps it. Nothing in it is a citizen's. The zero value says that the
// counter was never opened or closed.
type ShiftChange struct {
	Seq     int64        // 1 for the first; given by the journal
	Open    bool         // true: opened; false: closed
	Time    time.Time    // of the counter's clock, UTC, whole milliseconds
	Clerk   string       // the number of who did it; "" where nobody is signed in
	To      string       // of a closing: the supervisor's number; "": the next clerk
	Note    HandOverNote // of a closing: why something waits
	Lacking []ShiftCheck // of an opening: what was not good, and it was opened all the same
	Left    Left         // of a closing: what was handed over, counted
}

// HandOverNote is why a closed counter leaves something waiting: one of a few
// words, so that nothing about a person can stand in it.
type HandOverNote string

// The notes of a hand-over.
const (
	NothingLeft    HandOverNote = "nothing-left"    // all is on the ledger
	LineAway       HandOverNote = "line-away"       // the network or the ledger was away
	LedgerRefusal  HandOverNote = "ledger-refusal"  // the ledger refused something
	CitizenReturns HandOverNote = "citizen-returns" // somebody comes back with what was missing
	DeviceBroken   HandOverNote = "device-broken"
)

// HandOverNotes returns every note, in the order that a page offers them.
func HandOverNotes() []HandOverNote {
	return []HandOverNote{NothingLeft, LineAway, LedgerRefusal, CitizenReturns, DeviceBroken}
}

// ShiftCheck is one thing that is looked at before a counter opens.
type ShiftCheck string

// The checks, in the order of the page.
const (
	CheckPad      ShiftCheck = "pad"
	CheckCamera   ShiftCheck = "camera"
	CheckDocument ShiftCheck = "document" // the camera for pages
	CheckScanner  ShiftCheck = "scanner"
	CheckClock    ShiftCheck = "clock"
	CheckLedger   ShiftCheck = "ledger"
	CheckCentre   ShiftCheck = "centre"
	CheckQueue    ShiftCheck = "queue"
)

// Left counts what a counter leaves waiting.
type Left struct {
	Cases      int // that have steps which are not on the ledger, the refused ones too
	Steps      int // that are not on the ledger, the refused ones too
	Refused    int // cases of which the ledger refused a step
	Unfinished int // cases that neither ended nor were abandoned
	Evidence   int // ended cases of which the centre has no sealed copy yet
}

// Nothing reports whether nothing waits.
func (l Left) Nothing() bool { return l == Left{} }

// WaitingCase is a case that is not wholly on the ledger, as far as a list shows it:
// nothing of the citizen.
type WaitingCase struct {
	ID      CaseID
	Number  CaseNumber
	Item    ItemCode
	Ended   bool        // submitted or abandoned
	Step    StepKind    // the first that is not on the ledger
	Steps   int         // that are not
	Since   time.Time   // when that first one was queued, UTC
	Refusal RefusalKind // why the ledger refused a step of it; "": it waits by itself
	Seen    time.Time   // when a person last noted that they have seen the refusal; zero: nobody did
	SeenBy  string      // that person's number; "" where nobody was signed in
}

// MostAhead is how far a counter's clock may run ahead of the ledger's before the
// ledger takes no entry of it: what the ledger's rules allow. A counter that is
// further ahead opens no case.
const MostAhead = time.Minute

// MostBehind is how far a counter's clock may lag before a clerk is warned: an
// entry says when it was made, and an authorization just given is not valid yet.
const MostBehind = 2 * time.Minute

// Clock is how a counter's clock stands to the centre's.
type Clock struct {
	Known  bool          // false: nobody answered lately
	Offset time.Duration // positive: the counter's clock runs ahead
}

// TooFarAhead reports whether the ledger would take no entry made now.
func (c Clock) TooFarAhead() bool { return c.Known && c.Offset > MostAhead }

// Wrong reports whether the clock needs an administrator.
func (c Clock) Wrong() bool { return c.TooFarAhead() || c.Known && c.Offset < -MostBehind }
