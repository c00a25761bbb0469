package desk

import (
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// publish hands a snapshot to everybody who watches.
func (d *Desk) publish() {
	d.revision++
	p := &d.pad
	v := Snapshot{Revision: d.revision, Practice: d.opt.Practice, Hall: d.opt.HallName, Counter: string(d.opt.Counter), Clerk: d.opt.Clerk,
		Stage: StageIdle, Problem: d.problem, Today: d.today, Queue: d.queue, Pad: p.light, Camera: d.camera.light, Document: d.document.light, Scanner: d.scanner, Picture: d.warned(),
		PadIdentity: p.identity, Screen: p.picture, ScreenKind: p.screen.Kind, Unfinished: d.waiting(), CameraModes: d.camera.modes, DocumentModes: d.document.modes, Trial: d.trying(), Shift: d.viewShift()}
	if d.opt.Lights != nil {
		v.Ledger, v.Centre = d.opt.Lights()
	}
	if d.opt.Staff != nil {
		v.Clerk, v.Who, v.Staffed, v.Asks, v.Exported = d.keeper.clerk.Number, d.keeper.clerk, true, d.waitsForWord(), d.keeper.exported
	}
	if err := d.closed(); err != nil {
		d.views.send(d.withheld(v, err))
		return
	}
	if s := d.at; s != nil {
		v.Stage, v.Case, v.Clears = s.stage, d.viewCase(s), s.clears
		v.Busy = d.busy(s)
		v.Ink = s.ink.samples[:len(s.ink.samples):len(s.ink.samples)]
	}
	if t := d.trial; t != nil {
		v.Ink = t.ink[:len(t.ink):len(t.ink)]
		if t.Of == TryPad && p.attached() && !p.ready() {
			v.Busy = BusyPad
		}
	}
	if d.keeper.checking {
		v.Busy = BusyWho
	}
	d.views.send(v)
}

// withheld is a snapshot without anything of a citizen. The picture on the pad is
// shown again once it is the one that waits.
func (d *Desk) withheld(v Snapshot, why error) Snapshot {
	v.Stage = StageSignIn
	if casework.KindOf(why) == casework.CounterLocked {
		v.Stage = StageLocked
	}
	if d.keeper.checking {
		v.Busy = BusyWho
	}
	if v.ScreenKind != casework.ScreenWait && v.ScreenKind != casework.ScreenIdle {
		v.Screen, v.ScreenKind = casework.Picture{}, ""
	}
	v.Unfinished, v.Picture, v.Trial, v.Asks = nil, nil, nil, nil
	return v
}

func (d *Desk) busy(s *sitting) Busy {
	switch {
	case s.busy != "":
		return s.busy
	case s.asking.opening:
		return BusyRequest
	case (s.stage == StageConfirm || s.stage == StageSign || s.stage == StageConsent) && !d.pad.ready():
		return BusyPad
	}
	return ""
}

// waiting returns the unfinished cases but the one at the counter.
func (d *Desk) waiting() []casework.CaseRecord {
	var list []casework.CaseRecord
	for _, r := range d.unfinished {
		if d.at == nil || r.ID != d.at.id {
			list = append(list, r)
		}
	}
	return list
}

func (d *Desk) viewCase(s *sitting) *CaseView {
	v := &CaseView{ID: s.id, Number: s.about.Number, Item: s.item, Opened: s.opened, Rail: s.rail(), Digits: s.asking.digits,
		Method: s.method, Acting: s.acting, Typed: s.typed, Licences: s.licences, Form: s.form, Page: s.confirm.page, Pages: len(s.confirm.pages),
		Photo: s.photo, SkipPhoto: s.skip, Ended: s.ended, Revoked: s.revoked}
	if s.stage == StageCrop {
		v.Still, v.Corners, v.Found = s.still, s.corners, s.found
	}
	if s.form != nil {
		v.Missing = casework.Unfilled(s.item, s.form)
	}
	r := s.asking.current
	if s.stage == StageTap {
		r = s.asking.tap
	}
	if r != nil {
		v.Request = &RequestView{Link: r.Link, MatchWords: r.MatchWords, Until: r.Until, Status: r.status}
	}
	return v
}

func (r *request) seen() bool { return r.status == protocol.RequestOpened }

// viewLicences prepares licences for the screen, with the names of their fields.
func (d *Desk) viewLicences(licences []casework.Licence) []LicenceView {
	var list []LicenceView
	for _, l := range licences {
		info, _ := d.opt.Catalogue.Kind(l.Kind)
		v := LicenceView{Kind: l.Kind, Name: info.Name, NameEN: info.NameEN, Issuer: l.Issuer, Until: l.Until, Identifier: info.TypeCode != ""}
		for _, f := range l.Fields {
			named, _ := info.Find(f.Field)
			v.Fields = append(v.Fields, FieldView{Field: f.Field, Name: named.Name, NameEN: named.NameEN, Value: f.Value, Question: named.Question != nil})
		}
		list = append(list, v)
	}
	return list
}

// rail returns the steps of the case with their state, time and ledger mark.
func (s *sitting) rail() []RailStep {
	kinds := []casework.StepKind{casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed}
	if s.standing.Paper {
		kinds = slices.Delete(kinds, 2, 3) // nothing is retrieved
	}
	if s.item.Demands.Signature {
		kinds = append(kinds, casework.Signed)
	}
	if s.item.Demands.Photo != casework.PhotoNone {
		kinds = append(kinds, casework.Photographed)
	}
	kinds = append(kinds, casework.Submitted)
	if s.standing.State == casework.StateAbandoned {
		kinds = append(kinds, casework.Abandoned)
	}
	now := s.next()
	rail := make([]RailStep, 0, len(kinds))
	for _, kind := range kinds {
		step := RailStep{Kind: kind, State: RailTodo, Optional: kind == casework.Photographed && s.item.Demands.Photo == casework.PhotoOptional}
		switch record, ok := s.latest(kind); {
		case ok && s.counts(kind):
			step.State, step.Time, step.Queued = RailDone, record.Time, record.Time
			step.Send, step.Height = record.Send, record.Height
			step.Skipped = kind == casework.Photographed && record.Body.Reason != ""
		case kind == now && !s.over():
			step.State = RailNow
		}
		rail = append(rail, step)
	}
	return rail
}

// latest returns the last kept step of a kind.
func (s *sitting) latest(kind casework.StepKind) (casework.StepRecord, bool) {
	for i := len(s.steps) - 1; i >= 0; i-- {
		if s.steps[i].Kind == kind {
			return s.steps[i], true
		}
	}
	return casework.StepRecord{}, false
}

// counts reports whether what was done of a kind still counts: a changed form
// undoes confirmation and signature, another authorization the retrieval.
func (s *sitting) counts(kind casework.StepKind) bool {
	switch kind {
	case casework.Authorized:
		return !s.asking.open(s.stage)
	case casework.Confirmed:
		return s.over() || s.asConfirmed()
	case casework.Signed:
		return s.standing.Signed && (s.over() || s.asConfirmed())
	}
	return true
}

// next returns the kind of step that the stage leads to.
func (s *sitting) next() casework.StepKind {
	switch s.stage {
	case StageAuthorize, StageTap, StagePaper:
		return casework.Authorized
	case StageRetrieve:
		return casework.Retrieved
	case StageReview, StageConfirm:
		return casework.Confirmed
	case StageSign:
		return casework.Signed
	case StageConsent, StagePhoto, StageCrop:
		return casework.Photographed
	case StageSubmit:
		return casework.Submitted
	}
	return ""
}

// warned is what is wrong with the live picture, whichever camera's it is.
func (d *Desk) warned() []casework.PictureWarning {
	if d.document.stop != nil {
		return d.document.warns
	}
	return d.camera.warns
}
