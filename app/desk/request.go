package desk

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// asking is what a case has under way with the centre to be authorized.
type asking struct {
	digits  string
	current *request // the QR on the pad; nil: none
	tap     *request // the tap that a code waits for
	older   []*request
	opening bool
	rest    bool                 // the citizen declined: no new QR before the clerk asks for one
	again   time.Time            // not before this a failed opening is tried again by itself
	why     casework.RefusalKind // of the last opening that was tried by itself
}

// request is an authorization request that is followed until it is answered or
// over.
type request struct {
	protocol.Request
	status protocol.RequestStatus
	tap    bool
}

func (asking) open(stage Stage) bool {
	return stage == StageAuthorize || stage == StageTap || stage == StagePaper
}

// The pace of what is tried again by itself.
const (
	reopenAfter = 10 * time.Second // a QR that could not be had
	followPace  = time.Second      // at least between two answers of the centre that say nothing new
	followGrace = time.Minute      // after its end, an unreachable centre may still know an answer
)

// RenewRequest (F5) puts a fresh QR on the pad. An older one stays answerable
// until its own end. Where the grant can no longer be used for the retrieval,
// it starts the authorization over.
func (d *Desk) RenewRequest(ctx context.Context) error {
	return d.intent(ctx, casework.Authorized, func(answer func(error)) {
		s, err := d.during(StageAuthorize, StageTap, StageRetrieve)
		if err == nil && (s.asking.opening || s.stage == StageRetrieve && s.busy == BusyRetrieve) {
			err = notNow("an answer is on its way")
		}
		if err != nil {
			answer(err)
			return
		}
		d.startOver(s)
		d.openRequest(s, answer)
	})
}

// startOver goes back to the choice of code or QR; what is followed stays
// followed.
func (d *Desk) startOver(s *sitting) {
	s.stage, s.asking.rest = StageAuthorize, false
	if s.asking.tap != nil {
		s.asking.older, s.asking.tap = append(s.asking.older, s.asking.tap), nil
	}
}

func (d *Desk) openRequest(s *sitting, answer func(error)) {
	s.asking.opening, s.asking.again = true, time.Time{}
	ask := protocol.OpenRequest{Item: s.item.Code, Clerk: s.by.Pseudonym, Case: s.id}
	d.beside.Go(func() {
		got, err := d.opt.Authority.OpenRequest(s.ctx, ask)
		d.post(func() { answer(d.requestOpened(s, got, err)) })
	})
}

func (d *Desk) requestOpened(s *sitting, got protocol.Request, err error) error {
	s.asking.opening = false
	if s.over() || !s.asking.open(s.stage) {
		if err == nil {
			d.withdraw(got.ID)
		}
		return nil
	}
	if err != nil {
		s.asking.again = d.opt.Now().Add(reopenAfter)
		return err
	}
	if d.at == s && d.problem != nil && d.problem.Step == casework.Authorized && passing(casework.Refuse(d.problem.Kind, "")) {
		d.problem = nil // what it was about has passed
	}
	if s.asking.current != nil {
		s.asking.older = append(s.asking.older, s.asking.current)
	}
	s.asking.current = &request{Request: got, status: protocol.RequestWaiting}
	d.follow(s, s.asking.current)
	return nil
}

// renewWhenDue opens the next QR when the current one is over.
func (d *Desk) renewWhenDue(s *sitting, now time.Time) {
	a := &s.asking
	due := a.current == nil || !now.Before(a.current.Until)
	if d.closed() == nil && s.stage == StageAuthorize && due && !a.opening && !a.rest && !now.Before(a.again) && s.unwritten == nil {
		d.openByItself(s)
	}
}

// openByItself opens a QR that no clerk asked for. The same refusal is kept once,
// not every ten seconds of a night, and shown unless the clerk has something
// newer to read.
func (d *Desk) openByItself(s *sitting) {
	d.openRequest(s, func(err error) {
		same := casework.KindOf(err) == s.asking.why
		s.asking.why = casework.KindOf(err)
		switch {
		case err == nil:
		case !same:
			_ = d.refused(s, casework.Authorized, err)
		case s == d.at && d.problem == nil:
			d.tell(casework.Authorized, err)
		}
	})
}

// follow polls a request until it is over, and hands every change in.
func (d *Desk) follow(s *sitting, r *request) {
	id, until, after := r.ID, r.Until, r.status
	d.beside.Go(func() {
		for {
			began := d.opt.Now()
			state, err := d.opt.Authority.Follow(s.ctx, id, after)
			now := d.opt.Now()
			switch {
			case s.ctx.Err() != nil:
				return
			case err != nil && (!passing(err) || now.After(until.Add(followGrace))):
				d.post(func() { d.later(s, casework.Authorized)(d.lost(s, r, err)) })
				return
			case err == nil && state.Status != after:
				after = state.Status
				d.post(func() { d.later(s, casework.Authorized)(d.heard(s, r, state)) })
				if after != protocol.RequestOpened && after != protocol.RequestWaiting {
					return
				}
			case now.Sub(began) < followPace:
				pause(s.ctx, followPace-now.Sub(began))
			}
		}
	})
}

// heard takes in a state of a request that is followed.
func (d *Desk) heard(s *sitting, r *request, state protocol.RequestState) error {
	if s.over() || !s.asking.open(s.stage) {
		return nil
	}
	read := r.status == protocol.RequestOpened
	r.status = state.Status
	switch state.Status {
	case protocol.RequestAnswered:
		if state.Grant == nil {
			return d.lost(s, r, casework.Refuse(casework.CentreGarbled, "an answer without a grant"))
		}
		by := casework.ByQR
		if r.tap {
			by = casework.ByCode
		}
		return d.accept(s, *state.Grant, by)
	case protocol.RequestDeclined:
		s.asking.rest = s.asking.rest || s.asking.current == r
		return d.lost(s, r, casework.Refuse(casework.Declined, "the citizen refused"))
	case protocol.RequestExpired:
		if !read && !r.tap {
			return d.lost(s, r, nil) // nobody had begun: the next QR follows by itself
		}
		return d.lost(s, r, casework.Refuse(casework.RequestExpired, "not answered in time"))
	case protocol.RequestWithdrawn:
		return d.lost(s, r, nil)
	}
	return nil
}

// lost forgets a request that is over. A word is worth what somebody did or
// did not do in the end, and what happens to the request on the screen; that an
// older one cannot be followed is not.
func (d *Desk) lost(s *sitting, r *request, why error) error {
	shown := s.asking.current == r || s.asking.tap == r
	switch {
	case s.asking.current == r:
		s.asking.current = nil
	case s.asking.tap == r:
		s.asking.tap = nil
		if s.stage == StageTap {
			s.stage = StageAuthorize
		}
	}
	if kind := casework.KindOf(why); shown || kind == casework.Declined || kind == casework.RequestExpired {
		return why
	}
	return nil
}

// withdraw tells the centre that nobody waits for a request any more. It is a
// courtesy to the citizen's phone; the request ends by itself too.
func (d *Desk) withdraw(id string) {
	d.beside.Go(func() {
		ctx, cancel := context.WithTimeout(d.ctx, 10*time.Second)
		defer cancel()
		_ = d.opt.Authority.Withdraw(ctx, id)
	})
}
