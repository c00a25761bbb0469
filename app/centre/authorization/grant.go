package authorization

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// early is how long before its making a grant begins: the counter that is
// about to use it may have a clock that is a little slow, and the ledger allows
// as much.
const early = time.Minute

// mint makes a grant that nobody knows of yet.
func (s *Service) mint(who Caller, item casework.ServiceItem, needs []casework.LicenceNeed, kase casework.CaseID, method casework.Method, citizen string, now time.Time) store.Grant {
	id := casework.GrantID(protocol.NewID())
	return store.Grant{
		Grant: casework.Grant{ID: id, Item: item.Code, Hall: who.Hall, Needs: needs, From: now.Add(-early), Until: now.Add(s.o.GrantLife),
			Method: method, Holder: s.secret.pseudonymOf(citizen, id), Salt: protocol.NewSalt()},
		Case: kase, Counter: who.Counter, Citizen: citizen,
	}
}

// addGrant keeps the grant and the citizen's record of it.
func addGrant(tx *store.Tx, g store.Grant, now time.Time) error {
	if err := tx.AddGrant(g); err != nil {
		return err
	}
	return recordGrant(tx, g, WhatAuthorized, now)
}

func recordGrant(tx *store.Tx, g store.Grant, what What, now time.Time) error {
	return tx.AddRecord(store.Record{Holder: g.Citizen, Time: now, What: what, Hall: g.Hall, Counter: g.Counter, Item: g.Item,
		Kinds: kindsOf(g.Needs), Method: g.Method, Grant: g.ID})
}

func kindsOf(needs []casework.LicenceNeed) []casework.LicenceKind {
	list := make([]casework.LicenceKind, 0, len(needs))
	for _, n := range needs {
		list = append(list, n.Kind)
	}
	return list
}

// settle puts on the ledger what is not there yet of a grant: its registration,
// then its revocation. What fails is tried again by Run.
func (s *Service) settle(ctx context.Context, id casework.GrantID) (store.Grant, error) {
	g, err := s.grant(ctx, id)
	if err != nil {
		return g, err
	}
	if g.Registered.IsZero() {
		if g.Registered, err = s.o.Register(ctx, g.Grant); err != nil {
			s.poke()
			return g, err
		}
		if err := s.o.Store.Do(ctx, func(tx *store.Tx) error { return tx.Register(id, g.Registered) }); err != nil {
			s.poke()
			return g, err
		}
		s.bell.ring()
	}
	if g.Revoked.IsZero() {
		return g, nil
	}
	if g.Unbound.IsZero() {
		if g.Unbound, err = s.o.Revoked(ctx, id, g.Revoked); err == nil {
			err = s.o.Store.Do(ctx, func(tx *store.Tx) error { return tx.Unbind(id, g.Unbound) })
		}
		if err != nil {
			s.poke()
			return g, err
		}
	}
	return g, casework.Refuse(casework.GrantWithdrawn, "the grant was revoked")
}

func (s *Service) grant(ctx context.Context, id casework.GrantID) (g store.Grant, err error) {
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		var ok bool
		if g, ok, err = tx.Grant(id); err == nil && !ok {
			err = casework.Refuse(casework.GrantUnknown, "no such grant")
		}
		return err
	})
	return g, err
}

// UseGrant lends the grant to its case for a retrieval and returns it with the
// holder. The same case again gets the same answer; any other is refused, and
// so is every use after the grant was revoked or has run out. The first use is
// put in the citizen's record.
func (s *Service) UseGrant(ctx context.Context, who Caller, id casework.GrantID, r protocol.Retrieve) (casework.Grant, string, error) {
	var g store.Grant
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		var ok bool
		var err error
		if g, ok, err = tx.Grant(id); err != nil {
			return err
		}
		now := s.now()
		if err := s.usable(g, ok, who, r, now); err != nil || g.Used {
			return err
		}
		if err := tx.Use(id); err != nil {
			return err
		}
		return recordGrant(tx, g, WhatRetrieved, now)
	})
	if err != nil {
		return casework.Grant{}, "", err
	}
	return g.Grant, g.Citizen, nil
}

func (s *Service) usable(g store.Grant, ok bool, who Caller, r protocol.Retrieve, now time.Time) error {
	switch {
	case !ok, g.Registered.IsZero():
		return casework.Refuse(casework.GrantUnknown, "no such grant")
	case !g.Revoked.IsZero():
		return casework.Refuse(casework.GrantWithdrawn, "the grant was revoked")
	}
	if err := g.Live(now, who.Hall, r.Item); err != nil {
		return err
	}
	if g.Case != r.Case || g.Counter != who.Counter {
		return casework.Refuse(casework.GrantUsed, "the grant is another case's")
	}
	return nil
}

// Revoke unbinds (解绑) the holder's grant: from the moment it returns, and
// before it is on the ledger, every use is refused. It waits for the ledger,
// but does not fail when the ledger can't be reached: the citizen's word counts
// at once, and Run carries it there. Revoking again does nothing.
func (s *Service) Revoke(ctx context.Context, holder string, id casework.GrantID) error {
	fresh := false
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		g, ok, err := tx.Grant(id)
		if err != nil {
			return err
		}
		if !ok || g.Citizen != holder {
			return casework.Refuse(casework.GrantUnknown, "no such grant of this holder")
		}
		if fresh = g.Revoked.IsZero(); !fresh {
			return nil
		}
		now := s.now()
		if err := tx.Revoke(g, now); err != nil {
			return err
		}
		return recordGrant(tx, g, WhatRevoked, now)
	})
	if err != nil || !fresh {
		return err
	}
	s.bell.ring()
	_, _ = s.settle(ctx, id) // a failure has told Run
	return nil
}

// Revocations waits, at most for wait, for grants of this counter that were
// revoked after the n-th of all revocations.
func (s *Service) Revocations(ctx context.Context, who Caller, after int, wait time.Duration) (protocol.Revocations, error) {
	out := protocol.Revocations{Next: after}
	err := s.poll(ctx, wait, func() (bool, error) {
		err := s.o.Store.Do(ctx, func(tx *store.Tx) (err error) {
			out.Revoked, out.Next, err = tx.Revocations(who.Hall, who.Counter, after)
			return err
		})
		return len(out.Revoked) > 0, err
	})
	return out, err
}

// Grant returns a grant to whoever has shown that they hold the receipt of its
// case. It says nothing of the holder.
func (s *Service) Grant(ctx context.Context, id casework.GrantID) (casework.Grant, error) {
	g, err := s.grant(ctx, id)
	return g.Grant, err
}

// GrantOf returns a grant to the holder who gave it, and to nobody else.
func (s *Service) GrantOf(ctx context.Context, holder string, id casework.GrantID) (casework.Grant, bool) {
	g, err := s.grant(ctx, id)
	return g.Grant, err == nil && holder != "" && g.Citizen == holder
}
