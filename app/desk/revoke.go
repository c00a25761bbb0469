package desk

import (
	"context"

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
		for _, r := range d.unfinished {
			if r.Standing.Grant == grant {
				answer(d.revokeKept(r))
				return
			}
		}
		d.beside.Go(func() { answer(d.forgetEnded(d.ctx, grant)) })
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
// its content is needed for that.
func (d *Desk) revokeKept(r casework.CaseRecord) error {
	s := d.newSitting(r.ID, About{Number: r.Number, Item: r.Item, Day: r.Opened.Local().Format("20060102")}, casework.ServiceItem{}, r.Opened)
	s.standing, s.steps = r.Standing, r.Steps
	return d.revoke(s)
}

// keptDays is how far back cases are looked for by their grant.
const keptDays = 400

// forgetEnded looks for an ended case of the grant and destroys its content. It
// runs beside the desk: it reads a year of days, from today back.
func (d *Desk) forgetEnded(ctx context.Context, grant casework.GrantID) error {
	today := d.opt.Now().Local()
	for back := range keptDays {
		list, err := d.opt.Journal.Day(ctx, today.AddDate(0, 0, -back).Format("20060102"), "", 2000)
		if err != nil {
			return asRefusal(err)
		}
		for _, r := range list {
			if r.Standing.Grant == grant {
				return d.opt.Journal.Forget(context.WithoutCancel(ctx), r.ID)
			}
		}
	}
	return nil
}
