package casework

import "time"

// Operation is one kind of thing that an operator does at a counter. Refused ones
// are operations, too.
type Operation string

// The operations that the operator log has.
const (
	OpSignIn    Operation = "sign-in"
	OpSignOut   Operation = "sign-out"
	OpLock      Operation = "lock" // by key, or by itself: see Note
	OpUnlock    Operation = "unlock"
	OpPassword  Operation = "password" // an own password was changed
	OpPresence  Operation = "presence" // a fresh proof before a step
	OpSecond    Operation = "second"   // the second person's word
	OpStep      Operation = "step"     // a step of a case: see Note for its kind
	OpResume    Operation = "resume"
	OpAside     Operation = "aside"
	OpRead      Operation = "read" // content of a case that was not at the counter
	OpSearch    Operation = "search"
	OpExport    Operation = "export"
	OpSettings  Operation = "settings"
	OpDevice    Operation = "device"
	OpOpen      Operation = "open-counter"
	OpClose     Operation = "close-counter"
	OpSendAgain Operation = "send-again" // what the ledger refused of a case
	OpSeen      Operation = "seen"       // the same, noted as seen
	OpForget    Operation = "forget"     // by the rule of retention: nobody's act, Clerk is ""
	OpEnrol     Operation = "enrol"
	OpRotate    Operation = "rotate" // the counter's key
)

// OperatorAct is one line of a counter's operator log: who did what when, and
// whether it was let. Nothing in it is a citizen's.
type OperatorAct struct {
	Seq    int64     // 1 for the first; given by the journal
	Time   time.Time // UTC, whole milliseconds
	Clerk  string    // the number; "" where nobody is signed in, or the number typed is nobody's
	Second string    // the second person's number
	What   Operation
	Case   CaseID      // "" where there is none
	Note   string      // a fixed word of the program: a kind of step, a reason code
	Why    RefusalKind // why it was refused; "": it was done
}
