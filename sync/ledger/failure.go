package ledger

import (
	"errors"

	"counterfoil/app/casework"
)

// Trouble says what is wrong with a node, for the status line and the log.
type Trouble string

// The troubles. All of them may pass, and another node may not have them.
const (
	None        Trouble = ""
	Unreachable Trouble = "unreachable" // no connection, or no answer in time
	Failing     Trouble = "failing"     // answered an error of its own (HTTP 5xx, RPC error)
	Garbled     Trouble = "garbled"     // answered what is no answer, or one too large
	Foreign     Trouble = "foreign"     // keeps another chain
	Slow        Trouble = "slow"        // no receipt in time: another node was quicker, or no block came
	Behind      Trouble = "behind"      // shows an older chain than others do, or refused for what it may not know yet
	Forged      Trouble = "forged"      // gave what does not verify against the trusted validators
	Forked      Trouble = "forked"      // gave a well signed block where another node gave another one
)

// Lie reports whether the trouble is one that no honest node gets into. A node
// that lied is not used for Options.Cool.
func (t Trouble) Lie() bool { return t == Foreign || t == Forged || t == Forked }

// Failure is why an entry is not confirmed yet. It is never permanent.
type Failure struct {
	Trouble Trouble
	Detail  string   // fixed English, or a status; never content
	Height  int64    // of the block that it is about; 0: of none
	Blocks  []string // Forked: the hashes of the blocks that contradict each other, hexadecimal
	refusal error    // Behind: what the node said
	ours    bool     // it is not the node's fault
}

// Error returns the trouble and the detail.
func (f *Failure) Error() string { return "ledger " + string(f.Trouble) + ": " + f.Detail }

// Unwrap returns the failure as a refusal of a published kind: wrong-receipt for
// a forgery, ledger-forked for a fork, the node's own refusal for one that may be
// behind, and otherwise ledger-unreachable: whatever is wrong with all the nodes,
// the entry waits.
func (f *Failure) Unwrap() error {
	switch {
	case f.refusal != nil:
		return f.refusal
	case f.Trouble == Forged:
		return casework.Refuse(casework.WrongReceipt, f.Detail)
	case f.Trouble == Forked:
		return casework.Refuse(casework.LedgerForked, f.Detail)
	}
	return casework.Refuse(casework.LedgerUnreachable, string(f.Trouble)+": "+f.Detail)
}

// Permanent reports whether err is a refusal of the rules that sending again
// can't change. An entry dated ahead is refused only until its time has come, one
// of a suspended key only until the hall resumes it.
func Permanent(err error) bool {
	var f *Failure
	if err == nil || errors.As(err, &f) {
		return false
	}
	switch casework.KindOf(err) {
	case "", casework.TimeInFuture, casework.LedgerUnreachable, casework.LedgerForked, casework.KeySuspended:
		return false
	}
	return true
}

// Permanent is the function of the same name, as package outbox wants it.
func (c *Client) Permanent(err error) bool { return Permanent(err) }

// mayLag reports whether a node that lacks the last blocks would refuse so what
// one that has them takes.
func mayLag(kind casework.RefusalKind) bool {
	switch kind {
	case casework.WrongSequence, casework.GrantUnknown, casework.KeyUnknown:
		return true
	}
	return false
}
