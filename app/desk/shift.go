package desk

import (
	"context"
	"slices"
	"time"
	"unicode"

	"counterfoil/app/casework"
)

// ShiftBook keeps the shift, and what waits at the end of one. Every method that
// writes returns only after the transaction is on disk, and takes acts as Journal says.
type ShiftBook interface {
	// ChangeShift keeps an opening or a closing.
	ChangeShift(ctx context.Context, c casework.ShiftChange, acts ...casework.OperatorAct) error
	// Shift returns the last opening or closing, LastClosing the last closing; the
	// zero value when there was none.
	Shift(ctx context.Context) (casework.ShiftChange, error)
	LastClosing(ctx context.Context) (casework.ShiftChange, error)
	// Waiting returns the cases that are not wholly on the ledger, the refused ones
	// first, then the oldest first.
	Waiting(ctx context.Context) ([]casework.WaitingCase, error)
	// EvidenceWaiting returns of how many ended cases the centre has no sealed copy yet.
	EvidenceWaiting(ctx context.Context) (int, error)
	// Reopen sends again what the ledger refused of a case.
	Reopen(ctx context.Context, id casework.CaseID, acts ...casework.OperatorAct) error
	// Seen keeps that a person has seen what the ledger refused of a case; not-now
	// when nothing of it is refused.
	Seen(ctx context.Context, id casework.CaseID, clerk string, at time.Time, acts ...casework.OperatorAct) error
}

// shift is what the journal says of the shift; Run's goroutine owns it.
type shift struct {
	last    casework.ShiftChange
	closing casework.ShiftChange
}

// Shift is the shift as a screen shows it.
type Shift struct {
	Closed  bool                 // no case is opened until the counter is
	Last    casework.ShiftChange // the last opening or closing
	Closing casework.ShiftChange // the last closing, for whoever opens next
	Clock   casework.Clock
}

// HandOver says to whom a closed counter leaves what waits, and why it waits.
type HandOver struct {
	To   string // a supervisor's or administrator's number; "": the next clerk
	Note casework.HandOverNote
}

// readShift reads from the journal whether the counter is open.
func (d *Desk) readShift() (err error) {
	if d.shift.last, err = d.opt.Journal.Shift(d.ctx); err == nil {
		d.shift.closing, err = d.opt.Journal.LastClosing(d.ctx)
	}
	return err
}

// counterOpen says whether cases are opened. Practice and a counter where nobody
// signs in are open until somebody closes them. Where people sign in, a counter is
// opened anew every day: the state of the devices and of the clock is a day's.
func (d *Desk) counterOpen() bool {
	last, daily := d.shift.last, d.opt.Staff != nil && !d.opt.Practice
	switch {
	case last.Seq == 0:
		return !daily
	case daily:
		return last.Open && last.Time.Local().Format("20060102") == d.day()
	}
	return last.Open
}

func (d *Desk) clock() casework.Clock {
	if d.opt.Clock == nil {
		return casework.Clock{}
	}
	return d.opt.Clock()
}

// takesCases refuses new cases at a closed counter, and while its clock runs so far
// ahead that the ledger would take no entry.
func (d *Desk) takesCases() error {
	switch {
	case !d.counterOpen():
		return casework.Refuse(casework.CounterClosed, "the counter is closed")
	case d.clock().TooFarAhead():
		return casework.Refuse(casework.ClockAhead, "the clock is more than a minute ahead")
	}
	return nil
}

func (d *Desk) viewShift() Shift {
	return Shift{Closed: !d.counterOpen(), Last: d.shift.last, Closing: d.shift.closing, Clock: d.clock()}
}

// OpenCounter opens the counter for the day. What is not good is kept with the
// opening and stops nothing. At an open counter it does nothing.
func (d *Desk) OpenCounter(ctx context.Context) error {
	return d.doing(ctx, deed{what: casework.OpOpen}, "", func(answer func(error)) {
		if d.counterOpen() {
			answer(nil)
			return
		}
		c := d.shiftChange(true)
		c.Lacking = d.lacking()
		word := "ready"
		if len(c.Lacking) > 0 {
			word = "lacking"
		}
		answer(d.changeShift(c, casework.OpOpen, word))
	})
}

// CloseCounter closes the counter and hands over what waits. At a closed counter it
// does nothing. Refusals: case-at-counter; hand-over-unnamed for a number that is
// none, or one's own, or of nobody in the roster in force who takes over.
func (d *Desk) CloseCounter(ctx context.Context, h HandOver) error {
	return d.doing(ctx, deed{what: casework.OpClose}, "", func(answer func(error)) {
		if !d.counterOpen() {
			answer(nil)
			return
		}
		if err := d.closable(h); err != nil {
			answer(err)
			return
		}
		answer(d.close(h))
	})
}

func (d *Desk) close(h HandOver) error {
	left, err := d.leftover(context.WithoutCancel(d.ctx), d.keeper.clerk.Pseudonym)
	if err != nil {
		return err
	}
	c := d.shiftChange(false)
	c.To, c.Note, c.Left = h.To, h.Note, left.Counts()
	if err := d.changeShift(c, casework.OpClose, string(h.Note)); err != nil {
		return err
	}
	d.clear()
	d.endTrial()
	return nil
}

func (d *Desk) closable(h HandOver) error {
	switch {
	case d.at != nil && !d.at.over():
		return casework.Refuse(casework.CaseAtCounter, "a case is at the counter")
	case h.To != "" && !d.takesOver(h.To):
		return casework.Refuse(casework.HandOverUnnamed, "nobody here takes over under the number")
	}
	if !slices.Contains(casework.HandOverNotes(), h.Note) {
		return notNow("no such note")
	}
	return nil
}

// isNumber reports whether s can be a person's number in a hall: 1 to 16 ASCII
// digits or letters.
func isNumber(s string) bool {
	for _, r := range s {
		if r > unicode.MaxASCII || !unicode.IsDigit(r) && !unicode.IsLetter(r) {
			return false
		}
	}
	return s != "" && len(s) <= 16
}

func (d *Desk) shiftChange(open bool) casework.ShiftChange {
	return casework.ShiftChange{Open: open, Time: d.opt.Now().UTC().Truncate(time.Millisecond), Clerk: d.keeper.clerk.Number}
}

// changeShift keeps a change with its line in the operator log.
func (d *Desk) changeShift(c casework.ShiftChange, what casework.Operation, word string) error {
	if err := d.opt.Journal.ChangeShift(context.WithoutCancel(d.ctx), c, d.lines(deed{what: what, note: word})...); err != nil {
		return asRefusal(err)
	}
	return afterwards(d.readShift())
}
