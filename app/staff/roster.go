package staff

import (
	"context"
	"slices"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
)

// clockSlack is how far the counter's clock may be behind the roster's signing
// before it is not believed any more: a clock that was set back makes old rosters
// look fresh.
const clockSlack = 24 * time.Hour

// Take keeps a roster that came from the centre, in place of the one before; it is
// on disk when Take returns. Refused, and the one before stays: not signed by the
// pinned key (key-unknown, bad-signature), altered (malformed), another chain's
// (wrong-chain) or hall's (wrong-hall), older than what is kept (roster-old).
func (s *Staff) Take(ctx context.Context, raw []byte) error {
	r, err := s.open(raw)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := s.roster; kept != nil && (r.Edition < kept.Edition || r.Edition == kept.Edition && r.At < kept.At) {
		return casework.Refuse(casework.RosterOld, "older than the one that is kept")
	}
	if err := s.o.Log.KeepRoster(ctx, raw); err != nil {
		return err
	}
	s.roster = &r
	s.news.Tell()
	return nil
}

// open verifies a roster.
func (s *Staff) open(raw []byte) (protocol.Roster, error) {
	r, env, err := protocol.OpenRoster(raw)
	if err == nil {
		err = env.Verify(s.o.Centre)
	}
	switch {
	case err != nil:
	case r.Chain != s.o.Chain:
		err = casework.Refuse(casework.WrongChain, "the roster is of another chain")
	case casework.HallID(r.Hall) != s.o.Hall:
		err = casework.Refuse(casework.WrongHall, "the roster is of another hall")
	default:
		for _, c := range r.Clerks {
			if err == nil {
				err = phc.Check(c.Verifier)
			}
		}
	}
	return r, err
}

// Standing says which roster is kept: its edition, 0 for none, and when the centre
// signed it.
func (s *Staff) Standing() (edition int64, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.roster == nil {
		return 0, time.Time{}
	}
	return s.roster.Edition, time.UnixMilli(s.roster.At).UTC()
}

// current returns the roster if the counter may go by it now.
func (s *Staff) current() (*protocol.Roster, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.roster == nil {
		return nil, casework.Refuse(casework.RosterMissing, "no roster is kept")
	}
	age := s.o.Now().Sub(time.UnixMilli(s.roster.At))
	if age > time.Duration(s.roster.Days)*24*time.Hour || age < -clockSlack {
		return nil, casework.Refuse(casework.RosterOld, "the roster's time is over, or the clock is wrong")
	}
	return s.roster, nil
}

// find returns the person with a number.
func find(r *protocol.Roster, number string) (protocol.RosterClerk, bool) {
	i, ok := slices.BinarySearchFunc(r.Clerks, number, func(c protocol.RosterClerk, n string) int { return strings.Compare(c.Number, n) })
	if !ok {
		return protocol.RosterClerk{}, false
	}
	return r.Clerks[i], true
}

func (s *Staff) clerk(c protocol.RosterClerk) casework.Clerk {
	return casework.Clerk{Number: c.Number, Name: c.Name, Role: casework.ClerkRole(c.Role), Pseudonym: s.o.Pseudonym(c.Number)}
}
