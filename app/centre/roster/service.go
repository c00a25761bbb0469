package roster

import (
	"context"
	"crypto"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/centre/store"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
)

// Options is what a Service is made of; all must be set.
type Options struct {
	Store *store.Store
	Chain string
	Key   crypto.Signer              // that counters pin
	Hall  func(casework.HallID) bool // whether there is such a hall
	Cost  phc.Cost                   // of a password
	Now   func() time.Time
}

// Service keeps the rosters. Its methods may be called from any goroutine.
type Service struct {
	o       Options
	hashing sync.Mutex // one password at a time: each takes its memory
	missed  missed     // with hashing

	mu   sync.Mutex
	rung chan struct{} // closed with the next change
}

// New returns a service.
func New(o Options) *Service {
	return &Service{o: o, missed: missed{}, rung: make(chan struct{})}
}

// DefaultDays is how long a hall's counters go by a roster while the centre is
// away, where the hall says nothing else.
const DefaultDays = 30

// Follow waits until the hall's roster is of a later edition than after and returns
// it, signed; nil when none came in time. RosterMissing: the hall has none.
func (s *Service) Follow(ctx context.Context, hall casework.HallID, after int64, wait time.Duration) ([]byte, error) {
	over := time.NewTimer(wait)
	defer over.Stop()
	for {
		rang := s.bell()
		raw, err := s.signed(ctx, hall, after)
		if raw != nil || err != nil || wait <= 0 {
			return raw, err
		}
		select {
		case <-rang:
		case <-over.C:
			wait = 0 // one last look
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s *Service) bell() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rung
}

func (s *Service) ring() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.rung)
	s.rung = make(chan struct{})
}

// signed states the hall's roster as it is now; nil when it is not later than after.
func (s *Service) signed(ctx context.Context, hall casework.HallID, after int64) ([]byte, error) {
	var r protocol.Roster
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		kept, err := tx.Roster(hall)
		if err != nil {
			return err
		}
		if kept.Edition == 0 {
			return casework.Refuse(casework.RosterMissing, "the hall keeps no roster here")
		}
		r = protocol.Roster{Version: protocol.Version, Chain: s.o.Chain, Hall: string(hall), Edition: kept.Edition, At: s.o.Now().UnixMilli(), Days: kept.Days}
		r.Clerks, err = tx.Clerks(hall)
		return err
	})
	if err != nil || r.Edition <= after {
		return nil, err
	}
	return protocol.SignRoster(s.o.Key, r)
}

// change changes one person, and lets the roster's edition grow, as one
// transaction. An edition is a time where it can be, so that a store that was put
// back to an older copy does not give one out twice.
func (s *Service) change(ctx context.Context, hall casework.HallID, do func(tx *store.Tx, r *store.Roster) error) (edition int64, err error) {
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		r, err := tx.Roster(hall)
		if err != nil {
			return err
		}
		if r.Edition == 0 {
			r.Days = DefaultDays
		}
		r.Edition = max(r.Edition+1, s.o.Now().UnixMilli())
		edition = r.Edition
		if err := do(tx, &r); err != nil {
			return err
		}
		return tx.PutRoster(hall, r)
	})
	if err == nil {
		s.ring()
	}
	return edition, err
}

// SetPassword sets a clerk's own password through a counter of the hall and returns
// the roster that says so. ClerkRefused, ClerkSuspended; ClerkSlowed when one
// counter gave too many wrong ones for a number: a counter slows its clerks itself,
// this is for one that does not. The same again is answered alike.
func (s *Service) SetPassword(ctx context.Context, who authorization.Caller, p protocol.ClerkPassword) ([]byte, error) {
	if phc.Check(p.Verifier) != nil {
		return nil, casework.Refuse(casework.Malformed, "the new password's verifier is none")
	}
	c, ok, err := s.clerk(ctx, who.Hall, p.Number)
	if err != nil {
		return nil, err
	}
	if !ok || c.Verifier != p.Verifier {
		if err := s.prove(who, c, p); err != nil {
			return nil, err
		}
		if err := s.replace(ctx, who.Hall, c, p.Verifier); err != nil {
			return nil, err
		}
	}
	return s.signed(ctx, who.Hall, 0)
}

func (s *Service) clerk(ctx context.Context, hall casework.HallID, number string) (c protocol.RosterClerk, ok bool, err error) {
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		c, ok, err = tx.Clerk(hall, number)
		return err
	})
	return c, ok, err
}

// prove checks the password of before.
func (s *Service) prove(who authorization.Caller, c protocol.RosterClerk, p protocol.ClerkPassword) error {
	s.hashing.Lock()
	defer s.hashing.Unlock()
	by := guesser{who.Hall, who.Counter, p.Number}
	if err := s.missed.slowed(by, s.o.Now()); err != nil {
		return err
	}
	verifier := c.Verifier
	if verifier == "" {
		verifier = phc.Decoy(s.o.Cost)
	}
	switch {
	case !phc.Holds(verifier, p.Before):
		s.missed.note(by, s.o.Now())
		return casework.Refuse(casework.ClerkRefused, "number or password is wrong")
	case c.Suspended:
		return casework.Refuse(casework.ClerkSuspended, "the hall lets the person work no more")
	}
	delete(s.missed, by)
	return nil
}

// replace puts the new verifier in the place of the one that was proved, unless
// somebody was quicker.
func (s *Service) replace(ctx context.Context, hall casework.HallID, before protocol.RosterClerk, verifier string) error {
	_, err := s.change(ctx, hall, func(tx *store.Tx, _ *store.Roster) error {
		c, ok, err := tx.Clerk(hall, before.Number)
		if err == nil && (!ok || c.Verifier != before.Verifier) {
			err = casework.Refuse(casework.ClerkRefused, "the password was changed meanwhile")
		}
		if err != nil {
			return err
		}
		c.Verifier, c.Once = verifier, false
		return tx.PutClerk(hall, c)
	})
	return err
}
