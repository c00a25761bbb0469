package desk

import (
	"context"
	"encoding/json"
	"strings"

	"counterfoil/app/casework"
)

// SetAside puts the case at the counter away unfinished; whatever it waits for
// goes on behind it.
func (d *Desk) SetAside(ctx context.Context) error {
	return d.doing(ctx, deed{what: casework.OpAside}, "", func(answer func(error)) {
		s := d.at
		if s == nil || s.over() || s.busy == BusyPhoto {
			answer(notNow("no case to set aside"))
			return
		}
		err := d.note(deed{what: casework.OpAside, id: s.id}, "")
		if err == nil {
			d.putAside(s)
		}
		answer(err)
	})
}

func (d *Desk) putAside(s *sitting) {
	s.halt()
	if s.stage == StagePaper {
		s.stage = StageAuthorize
	}
	d.aside[s.id], d.at, d.problem = s, nil, nil
	if s.unreadable != nil { // it may be put right until it is looked at again
		delete(d.aside, s.id)
		s.cancel()
	}
	d.reload()
}

// Resume brings an unfinished case back to where it stood, after SetAside or
// after the program ended in whatever way. Values that the clerk had typed and
// the citizen had not confirmed are kept only by SetAside. A case whose content
// cannot be read any more, or whose item the catalogue does not have any more,
// is brought back with that refusal, so that it can be abandoned. counter-closed: it
// was handed over, and waits for an opening.
func (d *Desk) Resume(ctx context.Context, id casework.CaseID) error {
	of := deed{what: casework.OpResume, id: id}
	return d.doing(ctx, of, "", func(answer func(error)) { answer(d.resume(id, of)) })
}

func (d *Desk) resume(id casework.CaseID, of deed) error {
	if d.at != nil && !d.at.over() {
		return notNow("a case is open")
	}
	if !d.counterOpen() {
		return casework.Refuse(casework.CounterClosed, "the counter is closed")
	}
	if err := d.mayBegin(); err != nil {
		return err
	}
	s := d.aside[id]
	if s == nil {
		var err error
		if s, err = d.rebuild(id); err != nil {
			return err
		}
	}
	if err := d.note(of, ""); err != nil {
		if d.aside[id] == nil {
			s.cancel()
		}
		return err
	}
	d.clear()
	delete(d.aside, id)
	d.at, s.by = s, d.keeper.clerk
	d.probeCameras()
	if s.stage == StageRetrieve && s.busy == "" {
		d.retrieve(s, d.later(s, casework.Retrieved))
	}
	if s.stage == StageAuthorize && s.asking.current == nil && !s.asking.opening {
		s.asking.rest = false
		d.openByItself(s)
	}
	d.reload()
	return afterwards(s.unreadable)
}

// rebuild makes a sitting of what the journal has kept of a case.
func (d *Desk) rebuild(id casework.CaseID) (*sitting, error) {
	r, err := d.opt.Journal.Case(d.ctx, id)
	if err != nil {
		return nil, err
	}
	if r.Standing.State.Ended() {
		return nil, casework.Refuse(casework.CaseEnded, "the case has ended")
	}
	item, known := d.opt.Catalogue.Item(r.Item)
	if !known {
		item = casework.ServiceItem{Code: r.Item, Name: string(r.Item), NameEN: string(r.Item)}
	}
	item.Demands = r.Standing.Demands // as the case was opened, whatever the catalogue says now
	s := d.seat(r, item)
	if err := d.recallAll(s, known); err != nil {
		if !lasting(err) {
			s.cancel()
			return nil, err
		}
		s.wipe()
		s.stage, s.unreadable = StageReview, err
		return s, nil
	}
	switch s.standing.State {
	case casework.StateOpened:
		s.stage = StageAuthorize
	case casework.StateAuthorized:
		s.stage = StageRetrieve
		if s.standing.Paper {
			s.stage = StageReview
		}
	case casework.StateRetrieved:
		s.stage = StageReview
	default:
		s.proceed()
	}
	return s, nil
}

// seat makes a sitting of a kept case, without its content.
func (d *Desk) seat(r casework.CaseRecord, item casework.ServiceItem) *sitting {
	s := d.newSitting(r.ID, About{Number: r.Number, Item: r.Item, Day: r.Opened.Local().Format("20060102")}, item, r.Opened)
	s.standing, s.steps = r.Standing, r.Steps
	return s
}

func (d *Desk) recallAll(s *sitting, known bool) error {
	if !known {
		return casework.Refuse(casework.WrongItem, "the catalogue has no such item")
	}
	for _, step := range s.steps {
		if err := d.recall(s, step); err != nil {
			return err
		}
	}
	if s.grant == nil && s.standing.Grant != "" {
		return casework.Refuse(casework.JournalDamaged, "the grant is not among what was kept")
	}
	return nil
}

// lasting reports whether reading again will not help. A disk that fails or is
// full may work at the next try.
func lasting(err error) bool {
	switch casework.KindOf(err) {
	case "", casework.JournalBusy, casework.JournalFull, casework.JournalUnwritable:
		return false
	}
	return true
}

// recall reads the content of one kept step back into the sitting.
func (d *Desk) recall(s *sitting, step casework.StepRecord) error {
	switch step.Kind {
	case casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed, casework.Photographed:
	default:
		return nil
	}
	if step.Kind == casework.Authorized { // the last one counts
		s.method, s.grant, s.acting = step.Body.Method, nil, nil
		if s.method == casework.ByPaper {
			d.readForm(s)
		}
	}
	if step.Kind == casework.Photographed {
		s.skip = step.Body.Reason
	}
	kept, err := d.opt.Journal.Content(d.ctx, s.id, step.Seq)
	if err != nil {
		return err
	}
	var licences []casework.Licence
	for _, a := range kept {
		switch {
		case a.Name == "item":
			s.opening = a.Salt
		case a.Name == "grant":
			s.grant = &casework.Grant{}
			err = json.Unmarshal(a.Content, s.grant)
		case a.Name == "acting":
			s.acting = &casework.Acting{}
			err = json.Unmarshal(a.Content, s.acting)
		case a.Name == "fields":
			s.form = nil
			err = json.Unmarshal(a.Content, &s.form)
			s.confirmed = s.form
		case a.Name == "photo":
			s.photo = a.Content
		case strings.HasPrefix(a.Name, "licence-"):
			licences, err = d.reopen(s.item, licences, a.Content)
		}
		if err != nil {
			return casework.Refuse(casework.JournalDamaged, "what was kept cannot be read")
		}
	}
	if step.Kind == casework.Retrieved {
		s.licences, s.form = d.viewLicences(licences), casework.Fill(s.item, licences)
	}
	return nil
}

// reopen opens one more kept licence. A kept licence does not say its kind
// outside its signature, so the item's kinds are tried.
func (d *Desk) reopen(item casework.ServiceItem, licences []casework.Licence, raw []byte) ([]casework.Licence, error) {
	for _, need := range item.Needs {
		l, err := d.openLicence(need.Kind, raw)
		if err == nil {
			return append(licences, l), nil
		}
		if casework.KindOf(err) != casework.WrongKind {
			return nil, err
		}
	}
	return nil, casework.Refuse(casework.WrongKind, "a licence that the item does not name")
}
