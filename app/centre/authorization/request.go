package authorization

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// OpenRequest opens a QR request for a case. Renewing one (the same case and
// item again, before the older is over) joins it in a round: the older stays
// answerable until its own expiry, both show the same match words, and an
// answer to either is the answer to both.
func (s *Service) OpenRequest(ctx context.Context, who Caller, o protocol.OpenRequest) (protocol.Request, error) {
	if _, err := s.item(o.Item); err != nil {
		return protocol.Request{}, err
	}
	r, err := s.newRequest(who, o.Item, o.Clerk, o.Case, s.now())
	if err != nil {
		return protocol.Request{}, err
	}
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		older, err := tx.RequestsOf(o.Case)
		if err != nil {
			return err
		}
		for _, e := range older {
			joins, err := s.joins(tx, e, r)
			if err != nil {
				return err
			}
			if joins {
				r.Round, r.Words = e.Round, e.Words
				break
			}
		}
		return tx.AddRequest(r)
	})
	return protocol.Request{ID: r.ID, Link: s.o.Link(s.secret.token(r.ID)), MatchWords: r.Words, Until: r.Until}, err
}

func (s *Service) newRequest(who Caller, item casework.ItemCode, clerk casework.Pseudonym, kase casework.CaseID, now time.Time) (store.Request, error) {
	words, err := newWords()
	id := protocol.NewID()
	return store.Request{ID: id, Round: id, Hall: who.Hall, Counter: who.Counter, Suite: who.Suite, Clerk: clerk, Item: item, Case: kase, Words: words,
		Made: now, Until: now.Add(RequestLife), Status: protocol.RequestWaiting}, err
}

// joins reports whether r renews e: e can still be answered, or was answered
// while it was being renewed and its grant not used yet.
func (s *Service) joins(tx *store.Tx, e, r store.Request) (bool, error) {
	if e.Hall != r.Hall || e.Counter != r.Counter || e.Suite != r.Suite || e.Item != r.Item || !r.Made.Before(e.Until) {
		return false, nil
	}
	if e.Status != protocol.RequestAnswered {
		return pending(e), nil
	}
	g, ok, err := tx.Grant(e.Grant)
	return ok && !g.Used && g.Revoked.IsZero(), err
}

// pending reports whether nobody has answered or withdrawn the request. Whether
// it has run out is another question.
func pending(r store.Request) bool {
	return r.Status == protocol.RequestWaiting || r.Status == protocol.RequestOpened
}

// Follow waits, at most for wait, until the request's state is no longer after.
func (s *Service) Follow(ctx context.Context, who Caller, id string, after protocol.RequestStatus, wait time.Duration) (protocol.RequestState, error) {
	state, err := s.look(ctx, who, id)
	if err != nil || state.Status != after {
		return state, err
	}
	wait = min(wait, state.Until.Sub(s.now())) // running out is a change that nobody rings for
	err = s.poll(ctx, wait, func() (bool, error) {
		var err error
		state, err = s.look(ctx, who, id)
		return state.Status != after, err
	})
	return state, err
}

// look returns the state of a request as its counter sees it.
func (s *Service) look(ctx context.Context, who Caller, id string) (state protocol.RequestState, err error) {
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		r, ok, err := tx.Request(id)
		if err != nil {
			return err
		}
		if !ok || r.Hall != who.Hall || r.Counter != who.Counter {
			return casework.Refuse(casework.RequestExpired, "no such request of this counter")
		}
		round, err := tx.Round(r.Round)
		if err != nil {
			return err
		}
		state, err = s.stateOf(tx, r, round)
		return err
	})
	return state, err
}

// stateOf is the state of r within its round: an answer to any is the answer
// to all, and opened on the phone is opened whichever was scanned.
func (s *Service) stateOf(tx *store.Tx, r store.Request, round []store.Request) (protocol.RequestState, error) {
	now := s.now()
	state := protocol.RequestState{ID: r.ID, Status: r.Status, MatchWords: r.Words, Until: r.Until}
	over := pending(r) && !now.Before(r.Until)
	if over {
		state.Status = protocol.RequestExpired
	}
	for _, e := range round {
		switch {
		case e.Status == protocol.RequestAnswered:
			return s.answered(tx, e, state)
		case e.Status == protocol.RequestDeclined:
			state.Status = protocol.RequestDeclined
			return state, nil
		case e.Status == protocol.RequestOpened && now.Before(e.Until) && (pending(r) || over):
			state.Status = protocol.RequestOpened
		}
	}
	return state, nil
}

// answered shows the grant once it is on the ledger, and not before: until then
// the citizen's answer is under way.
func (s *Service) answered(tx *store.Tx, r store.Request, state protocol.RequestState) (protocol.RequestState, error) {
	g, ok, err := tx.Grant(r.Grant)
	switch {
	case err != nil:
		return state, err
	case !ok || !s.now().Before(g.Until):
		state.Status = protocol.RequestExpired
	case g.Registered.IsZero():
		state.Status = protocol.RequestOpened
	default:
		state.Status, state.Grant = protocol.RequestAnswered, &g.Grant
	}
	return state, nil
}

// Withdraw ends a request, and the older ones that it renewed. Withdrawing what
// is answered or over does nothing.
func (s *Service) Withdraw(ctx context.Context, who Caller, id string) error {
	defer s.bell.ring()
	return s.o.Store.Do(ctx, func(tx *store.Tx) error {
		r, ok, err := tx.Request(id)
		if err != nil || !ok || r.Hall != who.Hall || r.Counter != who.Counter {
			return err
		}
		return endRound(tx, r.Round, func(e store.Request) bool { return !e.Made.After(r.Made) }, protocol.RequestWithdrawn)
	})
}

// endRound gives the pending requests of a round that are chosen a last status.
func endRound(tx *store.Tx, round string, chosen func(store.Request) bool, status protocol.RequestStatus) error {
	list, err := tx.Round(round)
	if err != nil {
		return err
	}
	for _, e := range list {
		if !pending(e) || !chosen(e) {
			continue
		}
		e.Status = status
		if err := tx.UpdateRequest(e); err != nil {
			return err
		}
	}
	return nil
}
