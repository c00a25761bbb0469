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

	began time.Time    // the clock of last
	last  atomic.Int64 // when the clerk last did something, since began
}

// deed is an act for the operator log.
type deed struct {
	what casework.Operation
	note string
	id   casework.CaseID // "": of the case at the counter
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

// note keeps an act of whoever sits at the counter. While it is locked nobody
// knows who that is.
func (d *Desk) note(of deed, why casework.RefusalKind) error {
	number := d.keeper.clerk.Number
	if d.keeper.locked {
		number = ""
	}
	return d.noteOf(number, of, why)
}

// noteOf keeps an act of a clerk. It stands in the log before the act is done, so
// that nothing is done that is not there; what the disk then refuses has a second
// line with the reason.
func (d *Desk) noteOf(number string, of deed, why casework.RefusalKind) error {
	if d.opt.Staff == nil {
		return nil
	}
	act := casework.OperatorAct{Clerk: number, Second: d.keeper.second, What: of.what, Case: of.id, Note: of.note, Why: why}
	if err := d.opt.Staff.Note(context.WithoutCancel(d.ctx), act); err != nil {
		return asRefusal(err)
	}
	return nil
}

// noteStep notes a step that is the clerk's act and not the citizen's.
func (d *Desk) noteStep(s *sitting, kind casework.StepKind, body casework.Body) error {
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
	return d.noteOf(s.by.Number, deed{what: casework.OpStep, note: string(kind), id: s.id}, "")
}

// noteRefused notes an act that was refused. An act that came too late is none,
// and what waits for a word is noted when it is done.
func (d *Desk) noteRefused(of deed, s *sitting, err error) {
	if err == nil {
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

// SignIn lets somebody work at the counter. Where somebody else is signed in, or
// has locked the counter, it is a switch of clerks: the case at the counter goes on
// under the new clerk's pseudonym, or is put aside where the new role opens no
// cases. Refusals: those of Staff.Check; the snapshot's problem says the same.
func (d *Desk) SignIn(ctx context.Context, p casework.Presence) error {
	return d.word(ctx, p, casework.OpSignIn, func() error { return nil })
}

// Unlock is SignIn for the clerk who locked the counter; anybody else's word makes
// it a switch. Refused with not-signed-in where nobody is, with not-now where
// nothing is locked.
func (d *Desk) Unlock(ctx context.Context, p casework.Presence) error {
	return d.word(ctx, p, casework.OpUnlock, func() error {
		switch {
		case d.keeper.clerk.Number == "":
			return d.closed()
		case !d.keeper.locked:
			return notNow("the counter is not locked")
		}
		return nil
	})
}

func (d *Desk) word(ctx context.Context, p casework.Presence, what casework.Operation, fits func() error) error {
	if d.opt.Staff == nil {
		return notNow("nobody signs in here")
	}
	return d.ask(ctx, func(answer func(error)) {
		if err := fits(); err != nil {
			answer(err)
			return
		}
		d.check(p, what, "", answer, func(c casework.Clerk, answer func(error)) { answer(d.said(d.signedIn(c))) })
	})
}

// check has somebody's word checked beside Run's goroutine, because that takes its
// time on purpose, and hands the person to then.
func (d *Desk) check(p casework.Presence, what casework.Operation, id casework.CaseID, answer func(error), then func(casework.Clerk, func(error))) {
	if d.keeper.checking {
		answer(notNow("a word is being checked"))
		return
	}
	d.keeper.checking, d.problem = true, nil
	d.beside.Go(func() {
		c, err := d.opt.Staff.Check(d.ctx, p, what, id)
		d.post(func() {
			d.keeper.checking = false
			if err != nil {
				answer(d.said(err))
				return
			}
			then(c, answer)
		})
	})
}

// said shows why a word was not taken. It is no try of the case.
func (d *Desk) said(err error) error {
	if err == nil {
		return nil
	}
	err = asRefusal(err)
	if kind := casework.KindOf(err); kind != "" && kind != casework.NotNow {
		d.problem = &Problem{Kind: kind, At: d.opt.Now(), Wait: shortWait(err)}
	}
	return err
}

// signedIn seats a person whose word was taken.
func (d *Desk) signedIn(c casework.Clerk) error {
	k := &d.keeper
	if was := k.clerk.Number; was != "" && was != c.Number {
		if err := d.noteOf(was, deed{what: casework.OpSignOut, note: "switch"}, ""); err != nil {
			return err
		}
		k.asks, k.read, k.searches, k.exported = nil, "", false, ""
	}
	k.clerk, k.locked, k.by = c, false, c.Pseudonym
	d.problem = nil
	d.Touched()
	s := d.at
	switch {
	case s == nil:
	case !c.Role.May(casework.Serve):
		d.leave(s)
	default:
		s.by = c
		d.probeCameras()
		if s.stage == StageRetrieve && s.busy == "" && s.unreadable == nil {
			d.retrieve(s, d.later(s, casework.Retrieved))
		}
	}
	d.reload()
	d.lookRoster() // a newer one may have come while the word was checked
	return nil
}

// leave takes the case from the counter: aside, or off the screen when it is over.
func (d *Desk) leave(s *sitting) {
	if s.over() {
		d.clear()
		return
	}
	d.putAside(s)
}

// SignOut ends somebody's work at the counter. A case that is open is put aside.
func (d *Desk) SignOut(ctx context.Context) error {
	return d.ask(ctx, func(answer func(error)) {
		switch {
		case d.opt.Staff == nil:
			answer(notNow("nobody signs in here"))
			return
		case d.keeper.clerk.Number == "":
			answer(nil)
			return
		}
		_ = d.noteOf(d.keeper.clerk.Number, deed{what: casework.OpSignOut}, "") // who leaves is let go, as at a lock
		if d.at != nil {
			d.leave(d.at)
		}
		d.withhold()
		d.keeper.clerk, d.keeper.locked = casework.Clerk{}, false
		answer(nil)
	})
}

// ChangePassword sets a password in place of the one before: one's own while the
// counter is open, anybody's who knows it at the sign-in. Refusals: those of
// Staff.ChangePassword; role-not-enough for somebody else's.
func (d *Desk) ChangePassword(ctx context.Context, number, before, fresh string) error {
	if d.opt.Staff == nil {
		return notNow("nobody signs in here")
	}
	err := d.ask(ctx, func(answer func(error)) {
		d.Touched()
		if d.closed() == nil && number != d.keeper.clerk.Number {
			answer(casework.Refuse(casework.RoleNotEnough, "somebody else's password"))
			return
		}
		answer(nil)
	})
	if err != nil {
		return err
	}
	return d.opt.Staff.ChangePassword(ctx, number, before, fresh)
}

// seatPractice seats the clerk of a practice counter, so that training starts at once.
func (d *Desk) seatPractice() {
	d.keeper.by = d.opt.Pseudonym
	if d.opt.Staff == nil {
		d.keeper.clerk = casework.Clerk{Number: d.opt.Clerk, Pseudonym: d.opt.Pseudonym}
		return
	}
	if !d.opt.Practice || d.opt.Clerk == "" {
		return
	}
	if err := d.noteOf(d.opt.Clerk, deed{what: casework.OpSignIn, note: "practice"}, ""); err != nil {
		return // whoever signs in by hand meets the same journal, and its words
	}
	d.keeper.clerk = casework.Clerk{Number: d.opt.Clerk, Role: casework.RoleClerk, Pseudonym: d.opt.Pseudonym}
	d.Touched()
}
