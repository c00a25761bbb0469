package desk

import (
	"context"
	"slices"
	"strings"

	"counterfoil/app/casework"
)

// dayLimit is how many cases of a day are listed at most.
const dayLimit = 500

// Day returns today's cases, newest first; query filters by number, item or any
// value of the form. Who may not read content searches by number and item alone,
// and what is found says nothing of names. A search stands in the operator log
// once, without its words.
func (d *Desk) Day(ctx context.Context, query string) ([]casework.CaseRecord, error) {
	content := true
	err := d.permit(ctx, deed{what: casework.OpSearch}, casework.ReadRecords, func() bool {
		k := &d.keeper
		content = k.clerk.Role.May(casework.ReadContent)
		begun := query != "" && content && !k.searches
		k.searches = query != "" && content
		return begun
	})
	if err != nil {
		return nil, err
	}
	asked := query
	if !content {
		asked = ""
	}
	list, err := d.opt.Journal.Day(ctx, d.day(), asked, dayLimit)
	if err != nil {
		return nil, asRefusal(err)
	}
	if !content {
		list = slices.DeleteFunc(list, func(r casework.CaseRecord) bool { return !d.plainly(r, query) })
	}
	return list, d.stillOpen(ctx)
}

// plainly reports whether a query is in a case's number or its item's names.
func (d *Desk) plainly(r casework.CaseRecord, query string) bool {
	item, _ := d.opt.Catalogue.Item(r.Item)
	for _, s := range []string{string(r.Number), string(r.Item), item.Name, item.NameEN} {
		if strings.Contains(strings.ToLower(s), strings.ToLower(query)) {
			return true
		}
	}
	return false
}

// Content unseals the attachments of one step of a kept case. Reading a case that
// is not at the counter stands in the operator log, once until another is read.
func (d *Desk) Content(ctx context.Context, id casework.CaseID, seq int) ([]casework.Attachment, error) {
	err := d.permit(ctx, deed{what: casework.OpRead, id: id}, casework.ReadContent, func() bool {
		fresh := id != d.keeper.read && (d.at == nil || d.at.id != id)
		if fresh {
			d.keeper.read = id
		}
		return fresh
	})
	if err != nil {
		return nil, err
	}
	list, err := d.opt.Journal.Content(ctx, id, seq)
	if err != nil {
		return nil, asRefusal(err)
	}
	if err := d.stillOpen(ctx); err != nil {
		return nil, err
	}
	return list, nil
}

// Operators returns the acts of a local day (YYYYMMDD), newest first, and whether
// the operator log's chain holds. Looking at it stands in it, too.
func (d *Desk) Operators(ctx context.Context, day string) (acts []casework.OperatorAct, whole bool, err error) {
	if d.opt.Staff == nil {
		return nil, false, notNow("nobody signs in here")
	}
	of := deed{what: casework.OpRead, note: "operators"}
	if err := d.permit(ctx, of, casework.ReadOperators, func() bool { return true }); err != nil {
		return nil, false, err
	}
	acts, whole, err = d.opt.Staff.Acts(ctx, day, actLimit)
	if err != nil {
		return nil, false, asRefusal(err)
	}
	if err := d.stillOpen(ctx); err != nil {
		return nil, false, err
	}
	return acts, whole, nil
}

// actLimit is how many acts of a day are listed at most.
const actLimit = 500

// SettingChanged notes that the clerk changed a setting of the window: language,
// appearance or scale. Where nobody is signed in it is nobody's act.
func (d *Desk) SettingChanged(ctx context.Context, which string) error {
	return d.ask(ctx, func(answer func(error)) { answer(d.note(deed{what: casework.OpSettings, note: which}, "")) })
}

// Export writes the evidence bundle of a case and returns its path; not-now
// where the program has no place for bundles. Where the hall wants a word for it
// the answer is presence-needed or second-needed, and the path is in the snapshot
// once Prove has done it.
func (d *Desk) Export(ctx context.Context, id casework.CaseID) (string, error) {
	if d.opt.Export == nil {
		return "", notNow("bundles are not configured")
	}
	if d.opt.Staff == nil {
		return d.opt.Export(ctx, id)
	}
	path, of := "", deed{what: casework.OpExport, id: id}
	err := d.ask(ctx, func(answer func(error)) {
		d.Touched()
		done := func(err error) {
			d.noteRefused(of, nil, err)
			answer(err)
		}
		if err := d.may(casework.ExportCase); err != nil {
			done(err)
			return
		}
		d.guarded(GuardExport, id, done, func(answer func(error)) {
			d.export(of, func(to string, err error) { path = to; answer(err) })
		})
	})
	if err != nil {
		return "", err
	}
	return path, nil
}

// export writes the bundle beside Run's goroutine, after it was noted.
func (d *Desk) export(of deed, answer func(path string, err error)) {
	if err := d.note(of, ""); err != nil {
		answer("", err)
		return
	}
	d.keeper.exported = ""
	d.beside.Go(func() {
		path, err := d.opt.Export(d.ctx, of.id)
		d.post(func() {
			if err == nil && d.closed() == nil {
				d.keeper.exported = path
			}
			answer(path, err)
		})
	})
}
