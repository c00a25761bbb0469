package desk

import (
	"context"
	"time"

	"counterfoil/app/casework"
)

// retainEvery is how often it is looked for content that has been kept long
// enough.
const retainEvery = time.Hour

// retain destroys the content of ended cases when the days are over that their
// item says, as the citizen was told on phone and pad. The entries and receipts
// stay. It runs beside the desk; what fails is tried again an hour later.
func (d *Desk) retain(ctx context.Context) {
	for {
		if at := d.provenTime(ctx); !at.IsZero() {
			d.destroyOlder(ctx, at.Local())
		}
		if !pause(ctx, retainEvery) {
			return
		}
	}
}

// provenTime is the ledger's time of the newest receipt, or the counter's where
// that is earlier. The counter's clock alone does not decide: one that jumps
// ahead by a year would destroy everything in an hour, for good.
func (d *Desk) provenTime(ctx context.Context) time.Time {
	q, err := d.opt.Journal.Queue(ctx)
	if err != nil {
		return time.Time{}
	}
	if now := d.opt.Now(); now.Before(q.OnChain) {
		return now
	}
	return q.OnChain
}

// destroyOlder counts whole days after the day on which a case was opened. The
// content of an item that the catalogue does not have any more stays: nobody
// says for how long.
func (d *Desk) destroyOlder(ctx context.Context, now time.Time) {
	kept, err := d.opt.Journal.Kept(ctx, now.Format("20060102"))
	if err != nil {
		return
	}
	for id, about := range kept {
		item, ok := d.opt.Catalogue.Item(about.Item)
		day, err := time.ParseInLocation("20060102", about.Day, now.Location())
		if ok && err == nil && item.Keep > 0 && !now.Before(day.AddDate(0, 0, item.Keep+1)) {
			d.destroy(ctx, id)
		}
	}
}

// destroy says so in the operator log, once: what cannot be said is not done. It is
// nobody's act.
func (d *Desk) destroy(ctx context.Context, id casework.CaseID) {
	var said []casework.OperatorAct
	if d.opt.Staff != nil {
		said = append(said, casework.OperatorAct{What: casework.OpForget, Case: id})
	}
	_ = d.opt.Journal.Forget(ctx, id, said...)
}
