package desk

import (
	"context"

	"counterfoil/app/casework"
)

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
