package desk

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// sitting is a case with the citizen at the counter, or set aside: what the
// journal has of it and what it does not have yet.
type sitting struct {
	id       casework.CaseID
	about    About
	item     casework.ServiceItem
	opened   time.Time
	opening  casework.Salt // under which the first entry commits to the item: whoever holds it can open that
	standing casework.Standing
	steps    []casework.StepRecord
	stage    Stage
	busy     Busy
	ctx      context.Context // ends with the case
	cancel   context.CancelFunc
	by       casework.Clerk // in whose hands the case is

	asking    asking
	grant     *casework.Grant
	method    casework.Method
	acting    *casework.Acting                    // who acts for another: noted, or as the grant says; nil: nobody
	typed     map[casework.FieldID]casework.Typed // by paper: how the lines of the form are written
	unwritten *unwritten                          // authorized at the centre, not yet in the journal

	licences  []LicenceView
	form      []casework.FormValue // never changed in place: snapshots share it
	confirmed []casework.FormValue // as the last confirmation has it
	confirm   confirming
	ink       inking
	declined  bool // StageConsent: the citizen said no to a photo that the item demands
	photo     []byte
	still     []byte           // StageCrop: not cut yet
	corners   casework.Corners // of the page in it
	found     bool             // they are the page's
	skip      casework.ReasonCode
	ended     casework.ReasonCode
	revoked   bool
	clears    time.Time

	// unreadable says why what was kept of the case cannot be used. Such a case
	// can be abandoned or put aside, and nothing else.
	unreadable error
}

func (d *Desk) newSitting(id casework.CaseID, about About, item casework.ServiceItem, opened time.Time) *sitting {
	s := &sitting{id: id, about: about, item: item, opened: opened, by: d.keeper.clerk}
	if s.by.Pseudonym == "" {
		s.by = casework.Clerk{Pseudonym: d.keeper.by}
	}
	s.ctx, s.cancel = context.WithCancel(d.ctx)
	return s
}

// stamp returns the time for the case's next entry: the counter's clock in whole
// milliseconds, never before the previous entry's. A clock that was set back
// must not make the case impossible to continue.
func (d *Desk) stamp(s *sitting) time.Time {
	now := d.opt.Now().UTC().Truncate(time.Millisecond)
	if now.Before(s.standing.Last) {
		return s.standing.Last
	}
	return now
}

// lastSteps are kept free in a case that goes round and round, so that it can
// always be brought to an end: what one confirmation still brings, and submitted
// or abandoned.
const lastSteps = 5

// record signs the entry of a step and keeps it, with the clerk's line in the
// operator log where it is the clerk's. Nothing on any screen moves before it returns
// nil.
func (d *Desk) record(s *sitting, kind casework.StepKind, at time.Time, body casework.Body, attachments ...casework.Attachment) error {
	e := d.entry(s, kind, at, body)
	if round := kind == casework.Authorized || kind == casework.Confirmed; round && e.Seq > casework.MaxSteps-lastSteps {
		return casework.Refuse(casework.CaseEnded, "too many steps for another round")
	}
	raw, digest, err := protocol.SignEntry(d.opt.Signer, e)
	if err != nil {
		return err
	}
	next, err := s.standing.Next(e, digest)
	if err != nil {
		return err
	}
	step := casework.Step{Entry: e, Digest: digest, Raw: raw, Attachments: attachments}
	// Being told to close must not cut a write short.
	ctx := context.WithoutCancel(d.ctx)
	if err := d.opt.Journal.Append(ctx, step, s.about, d.stepLines(s, kind, body)...); err != nil && !d.kept(ctx, s.id, digest) {
		return asRefusal(err)
	}
	s.standing = next
	s.steps = append(s.steps[:len(s.steps):len(s.steps)], casework.StepRecord{Kind: kind, Seq: e.Seq, Time: e.Time, Digest: digest, Body: body, Send: casework.Pending})
	return nil
}

// entry is a case's next one.
func (d *Desk) entry(s *sitting, kind casework.StepKind, at time.Time, body casework.Body) casework.Entry {
	return casework.Entry{Chain: d.opt.Chain, Case: s.id, Seq: s.standing.Seq + 1, Kind: kind, Time: at, Hall: d.opt.Hall,
		Counter: d.opt.Counter, Clerk: s.by.Pseudonym, Prev: s.standing.Head, Body: body}
}

// kept reports whether the journal has the entry although it returned an error:
// a failing disk may fail after the commit.
func (d *Desk) kept(ctx context.Context, id casework.CaseID, digest casework.Digest) bool {
	r, err := d.opt.Journal.Case(ctx, id)
	return err == nil && r.Standing.Head == digest
}

// seal returns an attachment under a fresh salt, and its commitment by the
// counter's suite.
func (d *Desk) seal(name, media string, content []byte) (casework.Attachment, casework.Commitment) {
	a := casework.Attachment{Name: name, Media: media, Salt: protocol.NewSalt(), Content: content}
	return a, d.suite.Commit(a.Salt, content)
}

// during returns the case at the counter if it is in one of the stages.
func (d *Desk) during(stages ...Stage) (*sitting, error) {
	if d.at == nil {
		return nil, notNow("no case is open")
	}
	if d.at.unreadable != nil {
		return nil, d.at.unreadable
	}
	for _, stage := range stages {
		if d.at.stage == stage {
			return d.at, nil
		}
	}
	return nil, notNow("not at this stage of a case")
}

// over reports whether the case has ended, so that a late answer means nothing.
func (s *sitting) over() bool { return s.standing.State.Ended() }
