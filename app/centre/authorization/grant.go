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
func (s *Service) mint(who Caller, item casework.ServiceItem, needs []casework.LicenceNeed, kase casework.CaseID, method casework.Method, by Party, now time.Time) store.Grant {
	id := casework.GrantID(protocol.NewID())
	g := store.Grant{
		Grant: casework.Grant{ID: id, Item: item.Code, Hall: who.Hall, Needs: needs, From: now.Add(-early), Until: now.Add(s.o.GrantLife),
			Method: method, Holder: s.secret.pseudonymOf(by.Holder, id), Salt: protocol.NewSalt()},
		Case: kase, Counter: who.Counter, Citizen: by.Holder,
	}
	if casework.ForEntity(needs, s.o.Catalogue.Kind) { // what is the holder's own says nothing of an entity
		g.Entity, g.Acting = by.Entity, by.Acting
	}
	return g
}

// actedFor refuses a grant of an entity's licences that nobody gives for it.
func (s *Service) actedFor(g store.Grant) error {
	if g.Acting == nil && casework.ForEntity(g.Needs, s.o.Catalogue.Kind) {
		return casework.Refuse(casework.RoleEnded, "nobody is said to act for the entity")
	}
	return nil
}

// addGrant keeps the grant and the citizen's record of it.
func addGrant(tx *store.Tx, g store.Grant, now time.Time) error {
	if err := tx.AddGrant(g); err != nil {
		return err
	}
	return recordGrant(tx, g, WhatAuthorized, now)
}

func recordGrant(tx *store.Tx, g store.Grant, what What, now time.Time) error {
	return tx.AddRecord(grantRecord(g, what, now))
}

func grantRecord(g store.Grant, what What, now time.Time) store.Record {
	return store.Record{Holder: g.Citizen, Time: now, What: what, Hall: g.Hall, Counter: g.Counter, Item: g.Item,
		Kinds: kindsOf(g.Needs), Method: g.Method, Grant: g.ID}
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

// UseGrant lends the grant to its case for a retrieval: fetch gets what the grant
// names, of whoever gave it, and what it gets may go out once UseGrant returns nil.
// The same case again gets the same answer; any other is refused, and so is every
// use after the grant was revoked or has run out. The first retrieval is put in the
// citizen's record; so is why there was nothing to retrieve, once for each reason.
func (s *Service) UseGrant(ctx context.Context, who Caller, id casework.GrantID, r protocol.Retrieve, fetch func(casework.Grant, Party) error) error {
	var none error
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		g, ok, err := tx.Grant(id)
		if err != nil {
			return err
		}
		now := s.now()
		if err := s.usable(g, ok, who, r, now); err != nil {
			return err
		}
		if none = fetch(g.Grant, Party{g.Citizen, g.Entity, g.Acting}); none != nil {
			return notRetrieved(tx, g, casework.KindOf(none), now)
		}
		if g.Used {
			return nil
		}
		if err := tx.Use(id); err != nil {
			return err
		}
		return recordGrant(tx, g, WhatRetrieved, now)
	})
	if err == nil {
		err = none
	}
	return err
}

// notRetrieved tells the citizen why the counter got nothing. A counter that tries
// again and again writes one line.
func notRetrieved(tx *store.Tx, g store.Grant, why casework.RefusalKind, now time.Time) error {
	if why == "" || why == g.Refused {
		return nil
	}
	if err := tx.Refuse(g.ID, why); err != nil {
		return err
	}
	rec := grantRecord(g, WhatNotRetrieved, now)
	rec.Reason = why
	return tx.AddRecord(rec)
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

// GrantOf returns a grant to the holder who gave it, and to nobody else.
func (s *Service) GrantOf(ctx context.Context, holder string, id casework.GrantID) (casework.Grant, bool) {
	g, err := s.grant(ctx, id)
	return g.Grant, err == nil && holder != "" && g.Citizen == holder
}
