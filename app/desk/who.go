package desk

import (
	"context"
	"sync/atomic"
	"time"

	"counterfoil/app/casework"
)

// keeper is who sits at the counter, as Run's goroutine knows it. Without
// Options.Staff nothing of it is used: whoever sits there is Options.Clerk and may
// do everything.
type keeper struct {
	clerk    casework.Clerk     // signed in; Number "": nobody is
	locked   bool               // and away
	by       casework.Pseudonym // of whoever was signed in last: entries name somebody
	checking bool               // somebody's word is being checked
	asks     *asked             // an act that waits for a word; nil: none
	second   string             // whose second word the act under way has
	read     casework.CaseID    // whose content was read last: it is noted once
	searches bool               // the same of a search, which is asked for letter by letter
	exported string             // where the last bundle lies
	roster   *Problem           // what the hall's roster had the screen say last

	began time.Time    // the clock of last
	last  atomic.Int64 // when the clerk last did something, since began
}

// closed says why nothing is done now: nobody is signed in, or the counter is
// locked; nil when it is open.
func (d *Desk) closed() error {
	switch {
	case d.opt.Staff == nil:
		return nil
	case d.keeper.clerk.Number == "":
		return casework.Refuse(casework.NotSignedIn, "nobody is signed in")
	case d.keeper.locked:
		return casework.Refuse(casework.CounterLocked, "the counter is locked")
	}
	return nil
}

// may refuses what whoever sits at the counter may not do now.
func (d *Desk) may(duty casework.Duty) error {
	if err := d.closed(); err != nil {
		return err
	}
	if d.opt.Staff != nil && !d.keeper.clerk.Role.May(duty) {
		return casework.Refuse(casework.RoleNotEnough, string(duty))
	}
	return nil
}

// permit asks whether the clerk may do what is not done on Run's goroutine.
// noted says whether the act is worth a line.
func (d *Desk) permit(ctx context.Context, of deed, duty casework.Duty, noted func() bool) error {
	if d.opt.Staff == nil {
		return nil
	}
	return d.ask(ctx, func(answer func(error)) {
		err := d.may(duty)
		switch {
		case err != nil:
			d.noteRefused(of, nil, err)
		case noted():
			err = d.note(of, "")
		}
		answer(err)
	})
}

// stillOpen refuses what was read while the counter was being locked.
func (d *Desk) stillOpen(ctx context.Context) error {
	if d.opt.Staff == nil {
		return nil
	}
	return d.ask(ctx, func(answer func(error)) { answer(d.closed()) })
}
