package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Retry repeats what failed: the code that is still in its cells, the QR
// request, the retrieval, or the question for the photo. It waits for the
// outcome.
func (d *Desk) Retry(ctx context.Context) error {
	return d.intent(ctx, "", func(answer func(error)) {
		s, err := d.during(StageAuthorize, StageRetrieve, StageConsent)
		switch {
		case err != nil:
			answer(err)
		case s.busy != "" || s.asking.opening:
			answer(notNow("an answer is on its way"))
		case s.stage == StageConsent:
			s.declined = false
			answer(nil)
		case s.stage == StageRetrieve:
			d.retrieve(s, answer)
		case s.unwritten != nil:
			answer(d.accept(s, s.unwritten.grant, s.unwritten.by))
		case len(s.asking.digits) == codeLength:
			d.redeem(s, answer)
		default:
			d.startOver(s)
			d.openRequest(s, answer)
		}
	})
}

// retrieve calls the licences of the grant up.
func (d *Desk) retrieve(s *sitting, answer func(error)) {
	if err := s.grant.Live(d.stamp(s), d.opt.Hall, s.item.Code); err != nil {
		answer(err)
		return
	}
	s.busy = BusyRetrieve
	grant, ask := s.grant.ID, protocol.Retrieve{Item: s.item.Code, Case: s.id}
	d.beside.Go(func() {
		got, err := d.opt.Authority.Retrieve(s.ctx, grant, ask)
		d.post(func() { answer(d.retrieved(s, got, err)) })
	})
}

// retrieved checks everything before anything of it is shown: a failed check
// shows its reason and no data.
func (d *Desk) retrieved(s *sitting, got []protocol.RetrievedLicence, err error) error {
	s.busy = ""
	if s.over() || s.stage != StageRetrieve {
		return nil
	}
	if casework.KindOf(err) == casework.GrantWithdrawn {
		d.revoke(s)
	}
	if err != nil {
		return err
	}
	licences, err := d.examine(s.grant.Due(s.item.Needs), got)
	if err == nil {
		err = d.actedFor(s.grant, licences)
	}
	if err != nil {
		return err
	}
	body := casework.Body{Item: d.suite.CommitItem(s.grant.Salt, s.item.Code), Grant: s.grant.ID}
	var kept []casework.Attachment
	for i, l := range licences {
		a, commitment := d.seal(fmt.Sprintf("licence-%d", i+1), "application/cbor", l.Original)
		kept = append(kept, a)
		body.Licences = append(body.Licences, casework.LicenceCommitment{Kind: d.suite.CommitKind(s.grant.Salt, l.Kind), Original: commitment})
	}
	if err := d.record(s, casework.Retrieved, d.stamp(s), body, kept...); err != nil {
		return err
	}
	s.stage = StageReview
	s.licences, s.form = d.viewLicences(licences), casework.Fill(s.item, licences)
	return nil
}

// freshAnswer is how far the repository's clock, at a question, may be from the
// counter's: what was true on another day is no answer to today's question.
const freshAnswer = 24 * time.Hour

// examine opens what the repository sent, in the order of needs:
// each kind once, valid today, with the fields that are named and no other.
func (d *Desk) examine(needs []casework.LicenceNeed, got []protocol.RetrievedLicence) ([]casework.Licence, error) {
	if len(got) > len(needs) {
		return nil, casework.Refuse(casework.WrongKind, "a licence that was not asked for")
	}
	licences := make([]casework.Licence, 0, len(needs))
	for _, need := range needs {
		i := slices.IndexFunc(got, func(r protocol.RetrievedLicence) bool { return r.Kind == need.Kind })
		if i < 0 {
			return nil, casework.Refuse(casework.LicenceNotHeld, string(need.Kind))
		}
		l, err := d.openLicence(need.Kind, got[i].Presented)
		if err != nil {
			return nil, err
		}
		if err := l.Standing(d.opt.Now()); err != nil {
			return nil, err
		}
		if err := disclosed(need, l); err != nil {
			return nil, err
		}
		if !l.Answered.IsZero() && d.opt.Now().Sub(l.Answered).Abs() > freshAnswer {
			return nil, casework.Refuse(casework.CentreGarbled, "an answer of another day")
		}
		licences = append(licences, l)
	}
	return licences, nil
}

// actedFor refuses an entity's licences under a grant that says of nobody that they
// act for it, and licences that name somebody else than the grant does.
func (d *Desk) actedFor(g *casework.Grant, licences []casework.Licence) error {
	for _, l := range licences {
		info, _ := d.opt.Catalogue.Kind(l.Kind)
		if info.Entity && (g.Acting == nil || !g.Acting.Role.ForEntity()) {
			return casework.Refuse(casework.CentreGarbled, "nobody is said to act for the entity")
		}
		if g.Acting == nil {
			continue
		}
		if err := g.Acting.Fits(l, info); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) openLicence(kind casework.LicenceKind, raw []byte) (casework.Licence, error) {
	info, ok := d.opt.Catalogue.Kind(kind)
	if !ok {
		return casework.Licence{}, casework.Refuse(casework.WrongKind, string(kind))
	}
	return protocol.OpenLicence(raw, info, d.opt.Issuer)
}

// disclosed refuses a licence that lacks a field of the need, or holds one that
// nobody asked for: it must not even reach the disk.
func disclosed(need casework.LicenceNeed, l casework.Licence) error {
	for _, f := range need.Fields {
		if _, ok := l.Value(f); !ok {
			return casework.Refuse(casework.FieldNotDisclosed, string(l.Kind))
		}
	}
	for _, v := range l.Fields {
		if !slices.Contains(need.Fields, v.Field) {
			return casework.Refuse(casework.CentreGarbled, "a field that was not asked for")
		}
	}
	return nil
}
