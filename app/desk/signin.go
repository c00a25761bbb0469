package desk

import (
	"context"

	"counterfoil/app/casework"
)

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
