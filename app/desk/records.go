package desk

import (
	"context"

	"counterfoil/app/casework"
)

// dayLimit is how many cases of a day are listed at most.
const dayLimit = 500

// Day returns today's cases, newest first; query filters
// by number, item or any value of the form.
func (d *Desk) Day(ctx context.Context, query string) ([]casework.CaseRecord, error) {
	list, err := d.opt.Journal.Day(ctx, d.day(), query, dayLimit)
	if err != nil {
		return nil, asRefusal(err)
	}
	return list, nil
}

// Content unseals the attachments of one step of a kept case.
func (d *Desk) Content(ctx context.Context, id casework.CaseID, seq int) ([]casework.Attachment, error) {
	list, err := d.opt.Journal.Content(ctx, id, seq)
	if err != nil {
		return nil, asRefusal(err)
	}
	return list, nil
}

// Export writes the evidence bundle of a case and returns its path; not-now
// where the program has no place for bundles.
func (d *Desk) Export(ctx context.Context, id casework.CaseID) (string, error) {
	if d.opt.Export == nil {
		return "", notNow("bundles are not configured")
	}
	return d.opt.Export(ctx, id)
}
