package authorization

import (
	"cmp"
	"context"
	"slices"
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
		Case: kase, Counter: who.Counter, Suite: who.Suite, Citizen: by.Holder,
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

// addGrant keeps the grant and the citizen's record of it; asked is what its
// item needs.
func addGrant(tx *store.Tx, g store.Grant, asked []casework.LicenceNeed, now time.Time) error {
	if err := tx.AddGrant(g); err != nil {
		return err
	}
	r := recordOfGrant(g, WhatAuthorized, now)
	r.Left = left(asked, g.Needs)
	return tx.AddRecord(r)
}

// left returns the fields of asked that are not in granted.
func left(asked, granted []casework.LicenceNeed) []casework.FieldRef {
	var list []casework.FieldRef
	for _, n := range asked {
		for _, f := range n.Fields {
			if !slices.ContainsFunc(granted, func(g casework.LicenceNeed) bool { return g.Kind == n.Kind && slices.Contains(g.Fields, f) }) {
				list = append(list, casework.FieldRef{Kind: n.Kind, Field: f})
			}
		}
	}
	return list
}

func recordOfGrant(g store.Grant, what What, now time.Time) store.Record {
	return store.Record{Holder: g.Citizen, Time: now, What: what, Hall: g.Hall, Counter: g.Counter, Item: g.Item,
		Kinds: kindsOf(g.Needs), Needs: g.Needs, Method: g.Method, Grant: g.ID}
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
		if g.Registered, err = s.o.Register(ctx, g.Suite, g.Grant); err != nil {
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

// UseGrant lends the grant to its case for a retrieval and returns it with whoever
// gave it. The same case again gets the same answer; any other is refused, and
// so is every use after the grant was revoked or has run out. What is refused
// stands in the holder's records, once for each counter and reason. HandOut
// must be called before anything is handed out.
func (s *Service) UseGrant(ctx context.Context, who Caller, id casework.GrantID, r protocol.Retrieve) (casework.Grant, Party, error) {
	var g store.Grant
	var refused error
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		var ok bool
		var err error
		if g, ok, err = tx.Grant(id); err != nil {
			return err
		}
		now := s.now()
		if refused = s.usable(g, ok, who, r, now); refused != nil {
			return recordRefusal(tx, g, who, refused, now)
		}
		if g.Used {
			return nil
		}
		return tx.Use(id)
	})
	if err := cmp.Or(refused, err); err != nil { // nothing is handed out either way
		return casework.Grant{}, Party{}, err
	}
	return g.Grant, Party{g.Citizen, g.Entity, g.Acting}, nil
}

// HandOut records, before the repository's answer leaves for the counter, what it
// is: the licences of the grant, once however often they are sent again, or that
// it refused them. It returns what the counter is to be told: the repository's
// refusal, or that the grant was revoked meanwhile.
func (s *Service) HandOut(ctx context.Context, who Caller, id casework.GrantID, refusal error) error {
	told := refusal
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		g, ok, err := tx.Grant(id)
		if err != nil || !ok {
			return err
		}
		if told == nil && !g.Revoked.IsZero() {
			told = casework.Refuse(casework.GrantWithdrawn, "the grant was revoked")
		}
		if told != nil {
			return recordRefusal(tx, g, who, told, s.now())
		}
		return recordOnce(tx, recordOfGrant(g, WhatRetrieved, s.now()))
	})
	return cmp.Or(told, err)
}

// recordRefusal tells the grant's holder, where there is one, that nothing was
// handed out to the counter that asked.
func recordRefusal(tx *store.Tx, g store.Grant, who Caller, refusal error, now time.Time) error {
	kind := casework.KindOf(refusal)
	if g.ID == "" || kind == "" {
		return nil
	}
	r := recordOfGrant(g, WhatRefused, now)
	r.Hall, r.Counter, r.Reason = who.Hall, who.Counter, kind
	return recordOnce(tx, r)
}

func recordOnce(tx *store.Tx, r store.Record) error {
	if before, err := tx.Recorded(r); err != nil || before {
		return err
	}
	return tx.AddRecord(r)
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
		return tx.AddRecord(recordOfGrant(g, WhatRevoked, now))
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

// Wiped takes in that a counter has carried out the revocation of one of its
// grants: nothing of the case's content is left there. Saying it again is
// harmless, the first time stands. GrantUnknown is the answer where the counter
// has no such revocation to carry out.
func (s *Service) Wiped(ctx context.Context, who Caller, id casework.GrantID) error {
	return s.o.Store.Do(ctx, func(tx *store.Tx) error {
		g, ok, err := tx.Grant(id)
		switch {
		case err != nil:
			return err
		case !ok, g.Hall != who.Hall, g.Counter != who.Counter, g.Revoked.IsZero():
			return casework.Refuse(casework.GrantUnknown, "no such revocation of this counter")
		case !g.Wiped.IsZero():
			return nil
		}
		return tx.Wipe(id, s.now())
	})
}

// GrantOf returns a grant to the holder who gave it, and to nobody else.
func (s *Service) GrantOf(ctx context.Context, holder string, id casework.GrantID) (casework.Grant, bool) {
	g, err := s.grant(ctx, id)
	return g.Grant, err == nil && holder != "" && g.Citizen == holder
}
