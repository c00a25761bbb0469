package desk

import (
	"context"
	"errors"

	"counterfoil/app/casework"
)

// Revoked takes in that a citizen has unbound a grant (解绑). A case of this
// counter that is under way with it is abandoned; the content of its case, also
// of one that has ended, is destroyed. A grant of no case here is no error.
// Calling it again for the same grant is harmless.
func (d *Desk) Revoked(ctx context.Context, grant casework.GrantID) error {
	return d.ask(ctx, func(answer func(error)) {
		if s := d.using(grant); s != nil {
			answer(d.revoke(s))
			return
		}
		ids, err := d.opt.Journal.ByGrant(d.ctx, grant)
		if err != nil {
			err = asRefusal(err)
		}
		for _, id := range ids {
			err = errors.Join(err, d.revokeKept(id))
		}
		answer(err)
	})
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
