package desk

import (
	"context"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Submit hands the case over, with the digest of everything before. Refusals:
// signature-missing, photo-missing, while the item's demands are not met.
func (d *Desk) Submit(ctx context.Context) error {
	return d.intent(ctx, casework.Submitted, func(answer func(error)) {
		s, err := d.submittable()
		if err == nil { // nobody's word helps where the ledger would refuse it
			_, err = s.standing.Next(d.entry(s, casework.Submitted, d.stamp(s), casework.Body{Whole: s.whole(d.suite)}), casework.Digest{})
		}
		if err != nil {
			answer(err)
			return
		}
		d.guarded(GuardSubmit, s.id, answer, func(answer func(error)) { answer(d.submit()) })
	})
}

func (d *Desk) submittable() (*sitting, error) {
	s, err := d.during(StageSubmit, StageReview, StageConfirm, StageSign, StageConsent, StagePhoto, StageCrop)
	if err == nil && (s.busy != "" || !s.standing.Confirmation.IsZero() && !s.asConfirmed()) {
		err = notNow("the form has been changed since it was confirmed")
	}
	return s, err
}

func (d *Desk) submit() error {
	s, err := d.submittable()
	if err != nil {
		return err
	}
	if err := d.record(s, casework.Submitted, d.stamp(s), casework.Body{Whole: s.whole(d.suite)}); err != nil {
		return err
	}
	d.end(s, StageDone)
	return nil
}

// whole is the digest of everything before.
func (s *sitting) whole(suite protocol.Suite) casework.Digest {
	digests := make([]casework.Digest, 0, len(s.steps))
	for _, step := range s.steps {
		digests = append(digests, step.Digest)
	}
	return suite.WholeOf(digests)
}

// Abandon ends the case at the counter for one of casework.AbandonReasons. What
// was learned of the citizen is destroyed; the entries stay.
func (d *Desk) Abandon(ctx context.Context, reason casework.ReasonCode) error {
	return d.intent(ctx, casework.Abandoned, func(answer func(error)) {
		s := d.at
		switch {
		case s == nil || s.over():
			answer(notNow("no case is open"))
		case !slices.Contains(casework.AbandonReasons(), reason):
			answer(notNow("not a reason to abandon a case"))
		default:
			d.guarded(GuardAbandon, s.id, answer, func(answer func(error)) { answer(d.abandon(s, reason)) })
		}
	})
}

func (d *Desk) abandon(s *sitting, reason casework.ReasonCode) error {
	if err := d.record(s, casework.Abandoned, d.stamp(s), casework.Body{Reason: reason}); err != nil {
		return err
	}
	s.ended = reason
	s.revoked = reason == casework.GrantRevoked
	d.end(s, StageEnded)
	return afterwards(d.forget(s))
}

// end stops what a case has under way and lets it leave the screen in a while.
func (d *Desk) end(s *sitting, stage Stage) {
	d.stopAsking(s)
	s.cancel()
	s.stage, s.busy, s.unwritten = stage, "", nil
	s.clears = d.opt.Now().Add(d.opt.ClearAfter)
	delete(d.aside, s.id)
}

// forget destroys the content of a case, here and in the journal.
func (d *Desk) forget(s *sitting) error {
	s.wipe()
	return d.opt.Journal.Forget(context.WithoutCancel(d.ctx), s.id)
}

// wipe drops everything about the citizen from memory.
func (s *sitting) wipe() {
	s.grant, s.licences, s.form, s.confirmed, s.photo = nil, nil, nil, nil, nil
	s.still, s.acting, s.opening = nil, nil, casework.Salt{}
	s.confirm, s.ink = confirming{}, inking{}
}

// Clear takes a case that has ended off the screen, and the refusal of the last
// intent.
func (d *Desk) Clear() {
	_ = d.ask(context.Background(), func(answer func(error)) {
		d.problem = nil
		if d.at != nil && d.at.over() {
			d.clear()
		}
		answer(nil)
	})
}

func (d *Desk) clear() {
	if d.at == nil {
		return
	}
	d.at.wipe()
	d.at, d.problem = nil, nil
}
