package desk

import (
	"context"
	"errors"

	"counterfoil/app/casework"
)

// deed is an act for the operator log.
type deed struct {
	what casework.Operation
	note string
	id   casework.CaseID // "": of the case at the counter
}

// number is of whoever sits at the counter. While it is locked nobody knows who that
// is.
func (d *Desk) number() string {
	if d.keeper.locked {
		return ""
	}
	return d.keeper.clerk.Number
}

// lines is what the operator log says of a deed of whoever sits at the counter, for
// the journal to write with what it changes; none where nobody signs in.
func (d *Desk) lines(of deed) []casework.OperatorAct { return d.linesOf(d.number(), of, "") }

func (d *Desk) linesOf(number string, of deed, why casework.RefusalKind) []casework.OperatorAct {
	if d.opt.Staff == nil {
		return nil
	}
	return []casework.OperatorAct{{Clerk: number, Second: d.keeper.second, What: of.what, Case: of.id, Note: of.note, Why: why}}
}

// note keeps an act of whoever sits at the counter that changes nothing in the
// journal.
func (d *Desk) note(of deed, why casework.RefusalKind) error {
	return d.noteOf(d.number(), of, why)
}

// noteOf keeps such an act of a clerk. It stands in the log before the act is done,
// so that nothing is done that is not there; a bundle that then can't be written has a
// second line with the reason.
func (d *Desk) noteOf(number string, of deed, why casework.RefusalKind) error {
	for _, act := range d.linesOf(number, of, why) {
		if err := d.opt.Staff.Note(context.WithoutCancel(d.ctx), act); err != nil {
			return asRefusal(err)
		}
	}
	return nil
}

// stepLines is what the log says of a step that is the clerk's act; none of the
// citizen's.
func (d *Desk) stepLines(s *sitting, kind casework.StepKind, body casework.Body) []casework.OperatorAct {
	switch kind {
	case casework.Confirmed, casework.Signed:
		return nil
	case casework.Authorized:
		if body.Method == casework.ByQR {
			return nil
		}
	case casework.Abandoned:
		if body.Reason == casework.GrantRevoked {
			return nil
		}
	}
	return d.linesOf(s.by.Number, deed{what: casework.OpStep, note: string(kind), id: s.id}, "")
}

// after is what failed when an act was done and stood in the operator log.
type after struct{ error }

func (a after) Unwrap() error { return a.error }

func afterwards(err error) error {
	if err == nil {
		return nil
	}
	return after{err}
}

// noteRefused notes an act that was refused. An act that came too late is none,
// and what waits for a word is noted when it is done. What failed afterwards does not
// make a done act a refused one.
func (d *Desk) noteRefused(of deed, s *sitting, err error) {
	if done := (after{}); err == nil || errors.As(err, &done) {
		return
	}
	kind := casework.KindOf(asRefusal(err))
	switch kind {
	case "", casework.NotNow, casework.PresenceNeeded, casework.SecondNeeded:
		return
	}
	if of.id == "" && s != nil {
		of.id = s.id
	}
	_ = d.note(of, kind) // it was not done: there is nothing to take back
}
