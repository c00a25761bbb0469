package desk

import (
	"context"
	"errors"
	"time"

	"counterfoil/app/casework"
)

// refused keeps a refusal as an attempt and shows it, when the case that it is
// about is the one at the counter. An empty step is the one that the case's
// stage leads to. It returns what the intent answers: nil, the
// refusal, or one that stands for an error that is none.
func (d *Desk) refused(s *sitting, step casework.StepKind, err error) error {
	if err == nil {
		return nil
	}
	err = asRefusal(err)
	kind := casework.KindOf(err)
	if kind == "" {
		return err // the desk is closing
	}
	if step == "" && s != nil {
		step = s.next()
	}
	if waits := kind == casework.PresenceNeeded || kind == casework.SecondNeeded; s == d.at && !waits && d.closed() == nil {
		d.tell(step, err)
	}
	switch kind { // of whoever sits there: no try of the case
	case casework.NotNow, casework.NotSignedIn, casework.CounterLocked, casework.RoleNotEnough, casework.PresenceNeeded, casework.SecondNeeded:
		return err
	}
	d.attempt(s, step, kind)
	return err
}

// tell shows the clerk why something was refused.
func (d *Desk) tell(step casework.StepKind, err error) {
	d.problem = &Problem{Kind: casework.KindOf(err), Step: step, At: d.opt.Now(), Wait: shortWait(err)}
}

// shortWait returns the wait that is worth standing at the counter for. A longer
// one is the rest of the day, and the refusal's own text says what to do instead.
func shortWait(err error) time.Duration {
	if wait := casework.WaitOf(err); wait < time.Hour {
		return wait
	}
	return 0
}

// attempt keeps a refused or failed try. One that cannot be written is not
// worth a second refusal: the next step meets the same journal.
func (d *Desk) attempt(s *sitting, step casework.StepKind, why casework.RefusalKind) {
	a := casework.Attempt{Step: step, Why: why, Time: d.opt.Now().UTC()}
	if s != nil {
		a.Case = s.id
	}
	_ = d.opt.Journal.Attempt(context.WithoutCancel(d.ctx), a)
}

// asRefusal leaves refusals and ends of contexts alone and takes anything else
// for a journal that cannot be used: the only collaborator of the desk that may
// return other errors.
func asRefusal(err error) error {
	if casework.KindOf(err) != "" || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return casework.Refuse(casework.JournalDamaged, "the journal cannot be used")
}

// passing reports whether the same try can be repeated as it is: nothing was
// decided about it.
func passing(err error) bool {
	switch casework.KindOf(err) {
	case casework.CentreUnreachable, casework.CentreFailing, casework.CentreGarbled, casework.CounterNotEnrolled, casework.TokenGone:
		return true
	case casework.LedgerUnreachable: // the centre has taken the word and cannot register the grant yet
		return true
	}
	return false
}

func notNow(detail string) error { return casework.Refuse(casework.NotNow, detail) }
