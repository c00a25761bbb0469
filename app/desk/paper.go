package desk

import (
	"context"
	"encoding/json"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// PaperOriginals is what the clerk noted of a case by paper original.
type PaperOriginals struct {
	Kinds    []casework.LicenceKind // of which the original was shown
	Compared bool                   // 人证一致: the person is the one on the portrait; where somebody acts, that person
	Reason   casework.PaperReason
	Acting   *casework.Acting // nil: the citizen is there. For an entity somebody always acts
}

// ReadOriginals goes to where paper originals, or somebody who acts, are noted. A
// QR or a tap that is open stays answerable: whichever is first counts.
func (d *Desk) ReadOriginals(ctx context.Context) error {
	return d.intent(ctx, casework.Authorized, func(answer func(error)) {
		s, err := d.during(StageAuthorize, StageTap)
		if err == nil && (s.busy == BusyRedeem || s.unwritten != nil) {
			err = notNow("the citizen's word is on its way")
		}
		if err == nil {
			d.startOver(s)
			s.stage, s.asking.digits = StagePaper, ""
		}
		answer(err)
	})
}

// LeaveOriginals goes back to code and QR. Who acts stays as Act noted it.
func (d *Desk) LeaveOriginals(ctx context.Context) error {
	return d.intent(ctx, casework.Authorized, func(answer func(error)) {
		s, err := d.during(StagePaper)
		if err == nil {
			s.stage = StageAuthorize
		}
		answer(err)
	})
}

// Act notes that somebody acts for the citizen who authorizes by code or QR, and
// goes back to these; nil says that nobody does. It is on disk with the
// authorization and not before. Of an entity the citizen's phone says who acts:
// refused as role-unfit.
func (d *Desk) Act(ctx context.Context, a *casework.Acting) error {
	return d.intent(ctx, casework.Authorized, func(answer func(error)) {
		s, err := d.during(StagePaper)
		switch {
		case err != nil:
		case a != nil && s.item.Audience == casework.LegalEntity:
			err = casework.Refuse(casework.RoleUnfit, "the grant says who acts for an entity")
		case a != nil:
			err = a.Noted(s.item.Audience)
		}
		if err == nil {
			s.acting, s.stage = a, StageAuthorize
		}
		answer(err)
	})
}

// Paper authorizes the case by paper originals: for people without a phone, and
// while the centre can't be reached, since a paper can be read where a code can't
// be redeemed. The ledger is not asked either; its limit stands at the opening of
// a case (ledger-stopped). Refusals: originals-missing, person-not-compared,
// paper-reason-missing, and what casework.Acting.Noted says.
//
// No picture is taken of the originals: what an item needs on file is its
// document photo, under the citizen's own consent on the pad.
func (d *Desk) Paper(ctx context.Context, p PaperOriginals) error {
	return d.intent(ctx, casework.Authorized, func(answer func(error)) {
		s, err := d.during(StagePaper)
		if err == nil {
			_, err = d.originals(s, p)
		}
		if err != nil {
			answer(err)
			return
		}
		d.guarded(GuardPaper, s.id, answer, func(answer func(error)) {
			s, err := d.during(StagePaper)
			if err == nil {
				err = d.onPaper(s, p)
			}
			answer(err)
		})
	})
}

// originals is what the clerk noted, checked against the item.
func (d *Desk) originals(s *sitting, p PaperOriginals) (casework.Originals, error) {
	o := casework.Originals{Kinds: p.Kinds, Reason: p.Reason, Time: d.stamp(s)}
	if p.Compared {
		o.Compared = casework.ByEye
	}
	if err := o.Check(s.item); err != nil {
		return o, err
	}
	switch {
	case p.Acting != nil:
		return o, p.Acting.Noted(s.item.Audience)
	case s.item.Audience == casework.LegalEntity:
		return o, casework.Refuse(casework.ActingMissing, "somebody always acts for an entity")
	}
	return o, nil
}

func (d *Desk) onPaper(s *sitting, p PaperOriginals) error {
	o, err := d.originals(s, p)
	if err != nil {
		return err
	}
	at := o.Time
	content, err := json.Marshal(o)
	if err != nil {
		return err
	}
	item, itemCommitment := d.seal("item", "text/plain", protocol.ItemContent(s.item.Code))
	originals, commitment := d.seal("originals", "application/json", content)
	body := casework.Body{Item: itemCommitment, Method: casework.ByPaper, Originals: commitment}
	kept, err := d.withActing([]casework.Attachment{item, originals}, &body, p.Acting)
	if err != nil {
		return err
	}
	if err := d.record(s, casework.Authorized, at, body, kept...); err != nil {
		return err
	}
	d.stopAsking(s) // not before: where the disk refuses, code and QR stay open
	s.grant, s.method, s.acting = nil, casework.ByPaper, p.Acting
	d.readForm(s)
	s.stage = StageReview
	return nil
}

// withActing adds who acts to what is kept of an authorization; nil adds nothing.
func (d *Desk) withActing(kept []casework.Attachment, body *casework.Body, a *casework.Acting) ([]casework.Attachment, error) {
	if a == nil {
		return kept, nil
	}
	acting, commitment, err := d.sealActing(*a)
	if err != nil {
		return nil, err
	}
	body.Acting = commitment
	return append(kept, acting), nil
}

// readForm begins the form of a case by paper, which the clerk fills off the
// originals.
func (d *Desk) readForm(s *sitting) {
	s.typed = map[casework.FieldID]casework.Typed{}
	as := func(kind casework.LicenceKind, field casework.FieldID) casework.Typed {
		info, _ := d.opt.Catalogue.Kind(kind)
		f, _ := info.Find(field)
		if f.Question != nil {
			return casework.TypedYesNo
		}
		return f.Typed
	}
	for _, f := range s.item.Form {
		if f.From != "" {
			s.typed[f.Field] = as(f.Kind, f.From)
		}
	}
	s.licences, s.form = nil, casework.FillPaper(s.item, as)
}
