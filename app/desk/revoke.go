package desk

import (
	"context"
	"errors"
	"time"

	"counterfoil/app/casework"
)

// Revoked takes in that a citizen has unbound a grant (解绑). A case of this
// counter that is under way with it is abandoned; the content of its case, also
// of one that has ended, is destroyed. A grant of no case here is no error.
// Calling it again for the same grant is harmless.
func (d *Desk) Revoked(ctx context.Context, grant casework.GrantID) error {
	return d.ask(ctx, func(answer func(error)) {
		if s := d.using(grant); s != nil {
			answer(errors.Join(d.noteUnbound(s.id), d.revoke(s)))
			return
		}
		ids, err := d.opt.Journal.ByGrant(d.ctx, grant)
		if err != nil {
			err = asRefusal(err)
		}
		for _, id := range ids {
			err = errors.Join(err, d.noteUnbound(id), d.revokeKept(id))
		}
		answer(err)
	})
}

// Unbound returns when this counter took in that the citizen unbound the grant of
// a case; the zero time where that did not happen.
func (d *Desk) Unbound(ctx context.Context, id casework.CaseID) (time.Time, error) {
	tries, err := d.opt.Journal.Attempts(ctx, id)
	if err != nil {
		return time.Time{}, asRefusal(err)
	}
	for _, a := range tries {
		if a.Why == casework.GrantWithdrawn {
			return a.Time, nil
		}
	}
	return time.Time{}, nil
}

// noteUnbound keeps, once, that the grant of a case was unbound: the records say
// so when nothing else is left of the case but its entries.
func (d *Desk) noteUnbound(id casework.CaseID) error {
	at, err := d.Unbound(d.ctx, id)
	if err != nil || !at.IsZero() {
		return err
	}
	a := casework.Attempt{Case: id, Step: casework.Retrieved, Why: casework.GrantWithdrawn, Time: d.opt.Now().UTC()}
	if err := d.opt.Journal.Attempt(context.WithoutCancel(d.ctx), a); err != nil {
		return asRefusal(err)
	}
	return nil
}

// using returns the case in memory that the grant belongs to.
func (d *Desk) using(grant casework.GrantID) *sitting {
	if d.at != nil && d.at.standing.Grant == grant {
		return d.at
	}
	for _, s := range d.aside {
		if s.standing.Grant == grant {
			return s
		}
	}
	return nil
}

// revoke ends a case whose grant is gone, and destroys what is known of it.
func (d *Desk) revoke(s *sitting) error {
	s.revoked = true
	if s.over() {
		return d.forget(s)
	}
	err := d.abandon(s, casework.GrantRevoked)
	d.reload()
	return err
}

// revokeKept does the same for a case that is only in the journal. Nothing of
// its content is needed for that; of one whose entries are damaged the content
// goes too.
func (d *Desk) revokeKept(id casework.CaseID) error {
	r, err := d.opt.Journal.Case(d.ctx, id)
	if err == nil && !r.Standing.State.Ended() {
		return d.revoke(d.seat(r, casework.ServiceItem{}))
	}
	if err != nil && casework.KindOf(err) != casework.JournalDamaged {
		return asRefusal(err)
	}
	return d.opt.Journal.Forget(context.WithoutCancel(d.ctx), id)
}
