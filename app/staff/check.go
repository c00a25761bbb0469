package staff

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
)

// byCard is the note of a proof by card.
const byCard = "card"

// Check says who is there; see desk.Staff. The act of a second person stands in the
// log with the number as Second.
func (s *Staff) Check(ctx context.Context, p casework.Presence, what casework.Operation, id casework.CaseID) (casework.Clerk, error) {
	s.proving.Lock()
	defer s.proving.Unlock()
	act := casework.OperatorAct{What: what, Case: id}
	var c protocol.RosterClerk
	var err error
	if p.Card {
		act.Note = byCard
		c, err = s.byCard(p.PIN)
	} else {
		c, err = s.byPassword(p.Number, p.Password)
		if err == nil && c.Once {
			err = casework.Refuse(casework.PasswordFirst, "the one-time password is to be changed first")
		}
	}
	named(&act, c.Number)
	if err = s.noted(ctx, act, err); err != nil {
		return casework.Clerk{}, err
	}
	return s.clerk(c), nil
}

// named puts a number of the roster into an act; "" where the number is nobody's.
func named(act *casework.OperatorAct, number string) {
	if act.What == casework.OpSecond {
		act.Second = number
		return
	}
	act.Clerk = number
}

// byPassword returns the person of the number, also beside a refusal where there
// is one: the log names it.
func (s *Staff) byPassword(number, password string) (protocol.RosterClerk, error) {
	r, err := s.current()
	if err != nil {
		return protocol.RosterClerk{}, err
	}
	c, known := find(r, number)
	now := s.o.Now()
	if wait := s.tries.wait(number, now); wait > 0 {
		return c, waiting(casework.ClerkSlowed, wait)
	}
	verifier := c.Verifier
	if !known {
		verifier = s.decoy
	}
	if right := phc.Holds(verifier, password); !right || !known {
		if protocol.ClerkNumber(number) { // others are nobody's anywhere
			s.tries.missed(number, now)
		}
		return c, waiting(casework.ClerkRefused, s.tries.wait(number, now))
	}
	delete(s.tries, number)
	if c.Suspended {
		return c, casework.Refuse(casework.ClerkSuspended, "the hall lets the person work no more")
	}
	return c, nil
}

func waiting(kind casework.RefusalKind, d time.Duration) error {
	r := casework.Refuse(kind, "")
	r.Wait = d
	return r
}
