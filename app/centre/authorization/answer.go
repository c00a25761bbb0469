package authorization

import (
	"context"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// OpenOnPhone tells the holder who asks for what, and the counter that the
// request was opened. An altered, a foreign and an expired link are told apart.
// One that is answered, declined or withdrawn is shown as such. A phone that
// asks again every few seconds costs a read: written is what changed, and woken
// are the counters when the status did.
func (s *Service) OpenOnPhone(ctx context.Context, holder, token string) (RequestInfo, error) {
	var info RequestInfo
	opened := false
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		r, err := s.requestOf(tx, holder, token)
		if err != nil {
			return err
		}
		item, err := s.item(r.Item)
		if err != nil {
			return err
		}
		info = RequestInfo{ID: r.ID, Token: token, Hall: r.Hall, Counter: r.Counter, Clerk: r.Clerk, Item: r.Item, Needs: item.Needs,
			MatchWords: r.Words, Until: r.Until, GrantUntil: s.now().Add(s.o.GrantLife), Tap: r.Tap}
		opened = r.Status == protocol.RequestWaiting
		if opened || pending(r) && r.Holder != holder {
			r.Status, r.Holder = protocol.RequestOpened, holder
			err = tx.UpdateRequest(r)
		}
		info.Status = r.Status
		return err
	})
	if opened && err == nil {
		s.bell.ring()
	}
	return info, err
}

// requestOf returns the request behind a token, unless it is none of ours, not
// this holder's, or has run out unanswered.
func (s *Service) requestOf(tx *store.Tx, holder, token string) (store.Request, error) {
	id, err := s.secret.open(token)
	if err != nil {
		return store.Request{}, err
	}
	r, ok, err := tx.Request(id)
	switch {
	case err != nil:
		return r, err
	case !ok, pending(r) && !s.now().Before(r.Until):
		return r, casework.Refuse(casework.RequestExpired, "the request was not answered in time")
	case r.Tap && r.Holder != holder:
		return r, casework.Refuse(casework.NotIssuedHere, "the request is another citizen's")
	}
	return r, nil
}

// Answer takes the holder's answer; the caller has checked the PIN of an
// agreement. It returns once the grant is on the ledger. When the ledger can't
// be reached the agreement stands, is registered as soon as it can be, and the
// same answer again is harmless. report says that it is not the holder who is
// being served: a tap so reported means that somebody else had the code, and
// codes at that counter ask for the tap for the rest of the day.
//
// own names the sensitive fields that were agreed to by themselves; the grant
// has no others, and ConsentMissing is the answer where the item can't do
// without.
func (s *Service) Answer(ctx context.Context, who Party, token string, agree, report bool, own ...casework.FieldRef) error {
	defer s.bell.ring()
	grant, err := s.decideAnswer(ctx, who, token, agree, report, own)
	if err != nil || grant == "" {
		return err
	}
	_, err = s.settle(ctx, grant)
	return err
}

func (s *Service) decideAnswer(ctx context.Context, who Party, token string, agree, report bool, own []casework.FieldRef) (grant casework.GrantID, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var charged []store.Try
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		r, err := s.requestOf(tx, who.Holder, token)
		if err != nil {
			return err
		}
		if !pending(r) {
			grant, err = again(tx, r, who.Holder, agree)
			return err
		}
		if agree {
			grant, err = s.agree(tx, r, who, own)
			return err
		}
		if report && r.Tap {
			charged, err = s.reported(tx, r)
			if err != nil {
				return err
			}
		}
		if report {
			return s.decline(tx, r, who.Holder, WhatReported)
		}
		return s.decline(tx, r, who.Holder, WhatDeclined)
	})
	if err == nil {
		for _, y := range charged {
			s.budget.Charge(y)
		}
	}
	return grant, err
}

// again answers an answer to what is no longer open: harmless when it is the
// same.
func again(tx *store.Tx, r store.Request, holder string, agree bool) (casework.GrantID, error) {
	switch {
	case r.Status == protocol.RequestWithdrawn:
		return "", casework.Refuse(casework.RequestExpired, "the request was withdrawn")
	case r.Status == protocol.RequestDeclined && !agree && r.Holder == holder:
		return "", nil
	case r.Status == protocol.RequestAnswered && agree && r.Holder == holder:
		return r.Grant, nil
	}
	return "", casework.Refuse(casework.AlreadyDone, "the request was answered before")
}

func (s *Service) agree(tx *store.Tx, r store.Request, who Party, own []casework.FieldRef) (casework.GrantID, error) {
	item, err := s.item(r.Item)
	if err != nil {
		return "", err
	}
	needs, err := casework.Consented(item.Needs, own)
	if err != nil {
		return "", err
	}
	now, method := s.now(), casework.ByQR
	if r.Tap {
		method = casework.ByCode
	}
	g := s.mint(Caller{r.Hall, r.Counter, r.Suite}, item, needs, r.Case, method, who, now)
	if err := s.actedFor(g); err != nil {
		return "", err
	}
	if err := addGrant(tx, g, item.Needs, now); err != nil {
		return "", err
	}
	r.Status, r.Holder, r.Grant = protocol.RequestAnswered, who.Holder, g.ID
	if err := tx.UpdateRequest(r); err != nil {
		return "", err
	}
	return g.ID, endRound(tx, r.Round, func(store.Request) bool { return true }, protocol.RequestWithdrawn)
}

func (s *Service) decline(tx *store.Tx, r store.Request, holder string, what What) error {
	r.Status, r.Holder = protocol.RequestDeclined, holder
	if err := tx.UpdateRequest(r); err != nil {
		return err
	}
	if err := endRound(tx, r.Round, func(store.Request) bool { return true }, protocol.RequestWithdrawn); err != nil {
		return err
	}
	return s.recordRequest(tx, r, what)
}

// reported charges the counter and the clerk what makes their codes ask for
// the tap. It costs no exposure: nothing was granted.
func (s *Service) reported(tx *store.Tx, r store.Request) ([]store.Try, error) {
	y := store.Try{Time: s.now(), Hall: r.Hall, Counter: r.Counter, Clerk: r.Clerk, Case: r.Case, Counted: true}
	var list []store.Try
	for range max(s.o.Limits.Counter, s.o.Limits.Clerk) {
		n, err := tx.AddTry(y)
		if err != nil {
			return nil, err
		}
		y.N = n
		list = append(list, y)
	}
	return list, nil
}

func (s *Service) recordRequest(tx *store.Tx, r store.Request, what What) error {
	method := casework.ByQR
	if r.Tap {
		method = casework.ByCode
	}
	rec := store.Record{Holder: r.Holder, Time: s.now(), What: what, Hall: r.Hall, Counter: r.Counter, Item: r.Item, Method: method}
	if item, ok := s.o.Catalogue.Item(r.Item); ok {
		rec.Kinds, rec.Needs = kindsOf(item.Needs), item.Needs
	}
	switch what {
	case WhatExpired:
		rec.Was = r.Until
	case WhatReported:
		var err error
		if rec.Report, err = s.file(tx, rec, protocol.OddNotMe, ""); err != nil {
			return err
		}
	}
	return tx.AddRecord(rec)
}
