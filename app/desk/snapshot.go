package desk

import (
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Snapshot is all that a screen shows, as a value: it never changes after it
// was handed out. Slices must not be written to. While the counter is locked, or
// nobody is signed in, nothing of a citizen is in it.
type Snapshot struct {
	Revision      uint64 // grows with every snapshot
	Practice      bool
	Hall          string // as people call it
	Counter       string
	Clerk         string         // the clerk's number
	Who           casework.Clerk // who is signed in, also while the counter is locked; zero where nobody signs in here
	Staffed       bool           // people sign in at this counter
	Asks          *Asks          // what waits for somebody's word; nil: nothing
	Exported      string         // where the last bundle lies that was written
	Stage         Stage
	Case          *CaseView             // nil while idle
	Problem       *Problem              // why the last intent was refused, until the next one
	Busy          Busy                  // what is being waited for; "" when nothing
	Unfinished    []casework.CaseRecord // found at start, or set aside: can be resumed
	Today         int                   // cases of the day
	Queue         casework.Queue
	Ledger        Light
	Pad           Light
	Camera        Light
	Document      Light                     // the camera for pages; Absent: the other one takes them
	Scanner       Light                     // of a scanner on a line of its own
	Picture       []casework.PictureWarning // what is wrong with the live picture, for a second or longer
	Centre        Light
	DocumentModes []string // of the camera for pages
	CameraModes   []string // what the camera says it has, as WIDTH×HEIGHT FORMAT RATE; empty: it does not say
	PadIdentity   casework.PadIdentity
	Screen        casework.Picture // what the citizen sees now; Image nil when there is no pad
	ScreenKind    casework.ScreenKind
	Ink           []casework.PenSample // of the signature under way
	Trial         *Trial               // the live test of a device, between two cases; nil: none
	Shift         Shift                // whether the counter is open, and its clock
	Clears        time.Time            // when a finished case leaves the screen; zero: not counting
}

// Stage is the one thing to do now.
type Stage string

// The stages, in the order of a case.
const (
	StageIdle      Stage = "idle"      // choose an item
	StageAuthorize Stage = "authorize" // eight cells and QR, side by side
	StageTap       Stage = "tap"       // the code wants a tap on the phone
	StagePaper     Stage = "paper"     // originals on paper are read, or who acts is noted
	StageRetrieve  Stage = "retrieve"  // licences are on their way, or failed
	StageReview    Stage = "review"    // the clerk checks and fills, then pushes to the pad
	StageConfirm   Stage = "confirm"   // the citizen reads the pad
	StageSign      Stage = "sign"      // the citizen signs
	StageConsent   Stage = "consent"   // the citizen is asked for the photo
	StagePhoto     Stage = "photo"     // preview; the clerk takes it
	StageCrop      Stage = "crop"      // a page was photographed: the clerk corrects its corners
	StageSubmit    Stage = "submit"    // all is there
	StageDone      Stage = "done"
	StageEnded     Stage = "ended"   // abandoned
	StageSignIn    Stage = "sign-in" // nobody is signed in
	StageLocked    Stage = "locked"  // somebody is, and is away
)

// Busy names what is being waited for.
type Busy string

// What can be waited for.
const (
	BusyRedeem   Busy = "redeem"
	BusyRequest  Busy = "request"
	BusyRetrieve Busy = "retrieve"
	BusyPad      Busy = "pad"
	BusyPhoto    Busy = "photo"
	BusyDisk     Busy = "disk"
	BusyWho      Busy = "who" // somebody's word is being checked
)

// Light is the state of one thing the counter depends on.
type Light struct {
	State  LightState
	Name   string               // model, or what it is; of the ledger: a node's address
	Detail string               // for an administrator: of a device that may not be opened, which node and which rule is missing
	Reason casework.RefusalKind // why it is not Good; of a Good ledger: what the named node did, which is not used for it
	Since  time.Time
}

// LightState says how one thing is.
type LightState string

// The lights. Colour never says it alone: each has its words.
const (
	Unknown LightState = ""
	Good    LightState = "good"
	Waiting LightState = "waiting" // trying again by itself
	Failed  LightState = "failed"  // needs a person
	Absent  LightState = "absent"  // not configured
)

// Problem is a refusal as a person meets it. The texts are found by Kind.
type Problem struct {
	Kind casework.RefusalKind
	Step casework.StepKind
	At   time.Time
	Wait time.Duration // how long to wait before trying again, where that helps
}

// CaseView is the case on the screen.
type CaseView struct {
	ID        casework.CaseID
	Number    casework.CaseNumber
	Item      casework.ServiceItem
	Opened    time.Time
	Rail      []RailStep
	Digits    string // of the code typed so far, 0 to 8
	Request   *RequestView
	Method    casework.Method                     // once authorized
	Acting    *casework.Acting                    // who acts for another, once noted; nil: nobody
	Typed     map[casework.FieldID]casework.Typed // by paper: how each line that a licence would fill is written
	Licences  []LicenceView
	Form      []casework.FormValue // the item's form, in its order
	Missing   []casework.FieldID   // required fields still for the clerk
	Page      int                  // of the confirm screen on the pad
	Pages     int
	Photo     []byte              // JPEG, once taken
	Still     []byte              // StageCrop: the picture that the page is cut out of, a JPEG
	Corners   casework.Corners    // StageCrop: where the page was found
	Found     bool                // whether it was; otherwise Corners are the picture's own
	SkipPhoto casework.ReasonCode // why there is none
	Ended     casework.ReasonCode // StageEnded: why
	Revoked   bool                // the citizen unbound the grant: content is wiped
}

// RailStep is one line of the step rail.
type RailStep struct {
	Kind     casework.StepKind
	State    RailState
	Time     time.Time
	Send     casework.SendState // once done
	Queued   time.Time
	Height   int64
	Optional bool // may be skipped with a reason
	Skipped  bool
}

// RailState says where a step of the rail is.
type RailState string

// The states of a rail step.
const (
	RailTodo RailState = "todo"
	RailNow  RailState = "now"
	RailDone RailState = "done"
)

// RequestView is the QR on the pad.
type RequestView struct {
	Link       string
	MatchWords string
	Until      time.Time
	Status     protocol.RequestStatus
}

// LicenceView is a retrieved licence with the reasons why it can be believed.
type LicenceView struct {
	Kind       casework.LicenceKind
	Name       string
	NameEN     string
	Issuer     string
	Until      time.Time // zero: 长期
	Fields     []FieldView
	Identifier bool // the identifier's check character was verified (its type code is configured)
}

// FieldView is a field with its name in both languages.
type FieldView struct {
	Field  casework.FieldID
	Name   string
	NameEN string
	Value  string

	Question bool // Value is a yes or a no; what was asked about is not here
}
