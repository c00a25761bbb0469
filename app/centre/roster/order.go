package roster

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"math/big"
	"slices"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
)

// Order carries out what an administrator wants. WrongHall; AlreadyDone: the number
// is somebody's; ClerkRefused: it is nobody's; Malformed: a field is none.
func (s *Service) Order(ctx context.Context, o protocol.ClerkOrder) (protocol.ClerkOrdered, error) {
	if !s.o.Hall(o.Hall) {
		return protocol.ClerkOrdered{}, casework.Refuse(casework.WrongHall, "the catalogue has no such hall")
	}
	if o.Do == protocol.ClerkDays {
		return s.setDays(ctx, o)
	}
	done := protocol.ClerkOrdered{}
	verifier := ""
	if o.Do == protocol.ClerkAdd || o.Do == protocol.ClerkReset {
		done.Password = oneTime()
		verifier = s.hash(done.Password)
	}
	edition, err := s.change(ctx, o.Hall, func(tx *store.Tx, _ *store.Roster) error {
		c, there, err := tx.Clerk(o.Hall, o.Number)
		if err == nil {
			err = apply(o, &c, there, verifier)
		}
		if err == nil {
			err = room(tx, o)
		}
		if err != nil {
			return err
		}
		return tx.PutClerk(o.Hall, c)
	})
	if err != nil {
		return protocol.ClerkOrdered{}, err
	}
	done.Edition = edition
	return done, nil
}

func (s *Service) setDays(ctx context.Context, o protocol.ClerkOrder) (protocol.ClerkOrdered, error) {
	if o.Days < 1 || o.Days > protocol.MaxRosterDays {
		return protocol.ClerkOrdered{}, casework.Refuse(casework.Malformed, "days are 1 to 366")
	}
	edition, err := s.change(ctx, o.Hall, func(_ *store.Tx, r *store.Roster) error {
		r.Days = o.Days
		return nil
	})
	return protocol.ClerkOrdered{Edition: edition}, err
}

// apply changes what is kept of one person.
func apply(o protocol.ClerkOrder, c *protocol.RosterClerk, there bool, verifier string) error {
	switch {
	case o.Do == protocol.ClerkAdd && there:
		return casework.Refuse(casework.AlreadyDone, "the hall has a clerk of this number")
	case o.Do != protocol.ClerkAdd && !there:
		return casework.Refuse(casework.ClerkRefused, "the hall has no clerk of this number")
	}
	switch o.Do {
	case protocol.ClerkAdd:
		*c = protocol.RosterClerk{Number: o.Number, Name: o.Name, Role: string(o.Role), Verifier: verifier, Once: true}
	case protocol.ClerkReset:
		c.Verifier, c.Once = verifier, true
	case protocol.ClerkSuspend:
		c.Suspended = true
	case protocol.ClerkResume:
		c.Suspended = false
	case protocol.ClerkSetRole:
		c.Role = string(o.Role)
	case protocol.ClerkPutCard:
		if err := checkCard(o.Card); err != nil {
			return err
		}
		if !slices.ContainsFunc(c.Cards, func(k []byte) bool { return string(k) == string(o.Card) }) {
			c.Cards = append(c.Cards, o.Card)
		}
	case protocol.ClerkNoCards:
		c.Cards = nil
	default:
		return casework.Refuse(casework.Malformed, "no such change")
	}
	return c.Check()
}

// room refuses a person too many, and a card that is another's.
func room(tx *store.Tx, o protocol.ClerkOrder) error {
	all, err := tx.Clerks(o.Hall)
	if err != nil {
		return err
	}
	if o.Do == protocol.ClerkAdd && len(all) >= protocol.MaxClerks {
		return casework.Refuse(casework.Malformed, "the hall has as many clerks as there may be")
	}
	for _, c := range all {
		if o.Do == protocol.ClerkPutCard && c.Number != o.Number && slices.ContainsFunc(c.Cards, func(k []byte) bool { return string(k) == string(o.Card) }) {
			return casework.Refuse(casework.AlreadyDone, "the card is another clerk's")
		}
	}
	return nil
}

// checkCard refuses a key that no counter could check a card by.
func checkCard(der []byte) error {
	key, err := x509.ParsePKIXPublicKey(der)
	if err == nil {
		switch k := key.(type) {
		case ed25519.PublicKey:
			return nil
		case *ecdsa.PublicKey:
			if k.Curve == elliptic.P256() {
				return nil
			}
		case *rsa.PublicKey:
			if k.N.BitLen() >= 2048 {
				return nil
			}
		}
	}
	return casework.Refuse(casework.Malformed, "a card's key is ECDSA on P-256, Ed25519, or RSA of 2048 bits and more")
}

// List returns the people of a hall for an administrator.
func (s *Service) List(ctx context.Context, hall casework.HallID) ([]protocol.ClerkLine, error) {
	if !s.o.Hall(hall) {
		return nil, casework.Refuse(casework.WrongHall, "the catalogue has no such hall")
	}
	list := []protocol.ClerkLine{}
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		clerks, err := tx.Clerks(hall)
		for _, c := range clerks {
			list = append(list, protocol.ClerkLine{Number: c.Number, Name: c.Name, Role: casework.ClerkRole(c.Role), Once: c.Once, Suspended: c.Suspended, Cards: len(c.Cards)})
		}
		return err
	})
	return list, err
}

// Keeps reports whether the hall has a roster here.
func (s *Service) Keeps(ctx context.Context, hall casework.HallID) (keeps bool, err error) {
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		r, err := tx.Roster(hall)
		keeps = r.Edition > 0
		return err
	})
	return keeps, err
}

func (s *Service) hash(password string) string {
	s.hashing.Lock()
	defer s.hashing.Unlock()
	return phc.Hash(password, s.o.Cost)
}

// oneTime returns ten random digits: a number pad is enough to type them.
func oneTime() string {
	var b strings.Builder
	for range 10 {
		n, _ := rand.Int(rand.Reader, big.NewInt(10)) // never fails: crypto/rand ends the program instead
		b.WriteString(n.String())
	}
	return b.String()
}
