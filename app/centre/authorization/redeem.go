package authorization

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// Redeem answers an entered code: with the grant, once it is on the ledger;
// with the state of a request, when the citizen is asked to tap; or with the
// reason why not. The same code for the same case again gets the same answer,
// so a lost response loses nothing.
func (s *Service) Redeem(ctx context.Context, who Caller, r protocol.Redeem) (casework.Grant, *protocol.RequestState, error) {
	if !wellFormed(r.Code) {
		return casework.Grant{}, nil, casework.Refuse(casework.CodeMalformed, "a code has eight digits")
	}
	item, err := s.item(r.Item)
	if err != nil {
		return casework.Grant{}, nil, err
	}
	e := entry{service: s, who: who, redeem: r, item: item, now: s.now()}
	if err := e.decide(ctx); err != nil {
		return casework.Grant{}, nil, err
	}
	s.bell.ring()
	if e.request != "" {
		state, err := s.look(ctx, who, e.request)
		if state.Grant != nil {
			return *state.Grant, nil, err
		}
		return casework.Grant{}, &state, err
	}
	g, err := s.settle(ctx, e.grant)
	return g.Grant, nil, err
}

// entry is one entered code on its way to an answer.
type entry struct {
	service *Service
	who     Caller
	redeem  protocol.Redeem
	item    casework.ServiceItem
	now     time.Time

	code    store.Code
	known   bool
	verdict Verdict
	charged []store.Try // to count once the transaction is on disk
	back    []store.Try // to give back then

	grant   casework.GrantID // the answer: one of these three
	request string
	refusal *casework.Refusal
}

// decide runs the whole decision in one transaction, and counts in memory only
// what reached the disk.
func (e *entry) decide(ctx context.Context) error {
	s := e.service
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.o.Store.Do(ctx, e.lookUp); err != nil {
		return err
	}
	for _, y := range e.back {
		s.budget.GiveBack(y)
	}
	for _, y := range e.charged {
		s.budget.Charge(y)
	}
	if e.refusal != nil {
		return e.refusal
	}
	if e.code.State == store.CodeUsed {
		delete(s.digits, e.code.Holder)
	}
	return nil
}

func (e *entry) lookUp(tx *store.Tx) (err error) {
	s := e.service
	if e.code, e.known, err = tx.Code(s.secret.codeMAC(e.redeem.Code)); err != nil {
		return err
	}
	if e.known && e.code.State == store.CodeUsed && e.code.Case == e.redeem.Case && e.code.Counter == e.who.Counter && e.fits() {
		e.grant, e.request = e.code.Grant, e.code.Request
		return nil
	}
	exposure, err := e.exposure(tx)
	if err != nil {
		return err
	}
	e.verdict = s.budget.Ask(e.now, e.who, e.redeem.Clerk, exposure)
	switch {
	case e.verdict == Shut:
		e.refusal = casework.Refuse(casework.TriesExhausted, "no more codes here today")
		return nil
	case e.known && e.fits() && e.code.State == store.CodeLive && e.now.Before(e.code.Until):
		return e.right(tx)
	}
	return e.wrong(tx, exposure)
}

func (e *entry) fits() bool { return fits(e.code, e.who.Hall, e.item) }

// exposure counts the codes that an entry here could be granted for. Those for
// any hall ask for the tap and are not among them.
func (e *entry) exposure(tx *store.Tx) (int, error) {
	live, err := tx.LiveCodes(e.who.Hall, e.now)
	n := 0
	for _, c := range live {
		if fits(c, e.who.Hall, e.item) {
			n++
		}
	}
	return n, err
}

// right uses the code up: for a grant without the sensitive fields, or for a
// request that asks for the tap, where the item can't do without one of them too.
func (e *entry) right(tx *store.Tx) error {
	s, c := e.service, &e.code
	if err := e.correct(tx); err != nil {
		return err
	}
	c.State, c.Case, c.Counter = store.CodeUsed, e.redeem.Case, e.who.Counter
	needs, err := casework.Consented(e.item.Needs, nil) // a code says nothing of single fields
	if e.verdict == Tap || c.Hall == "" || err != nil {
		r, err := s.newRequest(e.who, e.redeem.Item, e.redeem.Clerk, e.redeem.Case, e.now)
		if err != nil {
			return err
		}
		r.Tap, r.Holder = true, c.Holder
		c.Request, e.request = r.ID, r.ID
		if err := tx.AddRequest(r); err != nil {
			return err
		}
		return tx.UpdateCode(*c)
	}
	g := s.mint(e.who, e.item, needs, e.redeem.Case, casework.ByCode, Party{c.Holder, c.Entity, c.Acting}, e.now)
	if err := s.actedFor(g); err != nil {
		return err
	}
	c.Grant, e.grant = g.ID, g.ID
	if err := tx.UpdateCode(*c); err != nil {
		return err
	}
	return addGrant(tx, g, e.item.Needs, e.now)
}

// correct takes back the case's wrong entries of the last three minutes; the
// exposure of the citizen's own code goes with them, that of others stays.
func (e *entry) correct(tx *store.Tx) error {
	tries, err := tx.TriesOf(e.redeem.Case, e.now.Add(-CodeLife))
	if err != nil {
		return err
	}
	for _, was := range tries {
		if was.Hall != e.who.Hall || was.Counter != e.who.Counter {
			continue
		}
		is := was
		is.Counted = false
		if e.code.Hall != "" && !was.Time.Before(e.code.Made) && is.Exposure > 0 {
			is.Exposure--
		}
		if err := tx.UpdateTry(is); err != nil {
			return err
		}
		e.back, e.charged = append(e.back, was), append(e.charged, is)
	}
	return nil
}

// wrong keeps the entry, locks what it was too near to, and says why.
func (e *entry) wrong(tx *store.Tx, exposure int) error {
	if e.verdict != Free {
		exposure = 0 // nothing could have been granted
	}
	y := store.Try{Time: e.now, Hall: e.who.Hall, Counter: e.who.Counter, Clerk: e.redeem.Clerk, Case: e.redeem.Case, Exposure: exposure, Counted: true}
	if _, err := tx.AddTry(y); err != nil {
		return err
	}
	e.charged = append(e.charged, y)
	e.refusal = e.why()
	if e.known {
		if err := e.tell(tx); err != nil {
			return err
		}
	}
	return e.miss(tx)
}

// tell lets the citizen know whose code was entered where it opens nothing. What
// the counter reads does not say why; the citizen may know.
func (e *entry) tell(tx *store.Tx) error {
	if !e.fits() {
		return e.record(tx, e.code, WhatFailed, misfit(e.code, e.who.Hall, e.item))
	}
	if e.code.State != store.CodeLive {
		return e.record(tx, e.code, WhatFailed, e.refusal.Kind)
	}
	e.code.State = store.CodeEnded // it has run out
	if err := tx.UpdateCode(e.code); err != nil {
		return err
	}
	return e.record(tx, e.code, WhatExpired, casework.CodeExpired)
}

// misfit says why a code does not fit.
func misfit(c store.Code, hall casework.HallID, item casework.ServiceItem) casework.RefusalKind {
	switch {
	case c.Hall != "" && c.Hall != hall:
		return casework.WrongHall
	case c.Item != "" && c.Item != item.Code:
		return casework.WrongItem
	}
	return casework.WrongKind
}

// why tells dead codes apart, and only where they could have been redeemed.
func (e *entry) why() *casework.Refusal {
	if !e.known || !e.fits() {
		return casework.Refuse(casework.CodeUnknown, "no live code here")
	}
	switch e.code.State {
	case store.CodeUsed:
		return casework.Refuse(casework.CodeUsed, "the code was used before")
	case store.CodeLocked:
		return casework.Refuse(casework.CodeLocked, "too many wrong entries were near the code")
	}
	return casework.Refuse(casework.CodeExpired, "the code is over")
}

// miss counts the entry against the codes it is near to, and locks them at the
// limit.
func (e *entry) miss(tx *store.Tx) error {
	macs, err := tx.NearCodes(e.service.secret.masked(e.redeem.Code))
	if err != nil {
		return err
	}
	for _, mac := range macs {
		c, ok, err := tx.Code(mac)
		if err != nil {
			return err
		}
		if !ok || !fits(c, e.who.Hall, e.item) || !e.now.Before(c.Until) {
			continue
		}
		c.Misses++
		if c.Misses >= e.service.o.Limits.Code {
			c.State = store.CodeLocked
			if err := e.record(tx, c, WhatLocked, casework.CodeLocked); err != nil {
				return err
			}
		}
		if err := tx.UpdateCode(c); err != nil {
			return err
		}
	}
	return nil
}

func (e *entry) record(tx *store.Tx, c store.Code, what What, why casework.RefusalKind) error {
	return tx.AddRecord(store.Record{Holder: c.Holder, Time: e.now, What: what, Hall: e.who.Hall, Counter: e.who.Counter,
		Item: e.item.Code, Kinds: c.Kinds, Reason: why, Method: casework.ByCode})
}
