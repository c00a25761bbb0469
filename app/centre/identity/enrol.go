package identity

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
)

// CodeLife is how long a one-time code lives.
const CodeLife = 10 * time.Minute

// A code is twelve of these, so 60 bits; the letters that are taken for digits are
// left out.
const (
	letters     = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLetters = 12
)

// Code lets a phone make a passkey once.
type Code struct {
	Code  string // three groups of four
	Until time.Time
}

// Enrol lets a holder begin anew whose paper original a clerk has seen: earlier
// passkeys are revoked, the password is forgotten, every session and a live
// eight-digit code end at once, so that a phone that was lost can do nothing more.
// It returns the code for the phone that is to be enrolled.
func (s *Service) Enrol(ctx context.Context, holder string) (Code, error) {
	if _, ok := s.o.Person(holder); !ok {
		return Code{}, casework.Refuse(casework.HolderUnknown, "")
	}
	return s.newCode(ctx, holder, func(tx *store.Tx) error {
		a, err := account(tx, holder)
		if err != nil {
			return err
		}
		gone, err := tx.RemovePasskeys(holder)
		if err != nil {
			return err
		}
		again := gone > 0 || a.Password != ""
		a.Epoch++
		a.Password, a.Wrong, a.Locks, a.Locked = "", 0, 0, time.Time{}
		if err := tx.PutAccount(a); err != nil {
			return err
		}
		if err := tx.EndCodes(holder); err != nil || !again {
			return err
		}
		return s.record(tx, holder, WhatEnrolled)
	})
}

// AnotherDevice returns a code for another phone of a holder who is signed in and
// has confirmed it. What the holder has stays.
func (s *Service) AnotherDevice(ctx context.Context, holder string) (Code, error) {
	return s.newCode(ctx, holder, func(tx *store.Tx) error {
		kept, err := tx.Passkeys(holder)
		if err == nil && len(kept) >= maxPasskeys {
			err = casework.Refuse(casework.PasskeysFull, "")
		}
		return err
	})
}

func (s *Service) newCode(ctx context.Context, holder string, first func(*store.Tx) error) (Code, error) {
	text := make([]byte, codeLetters)
	rand.Read(text) // never fails: crypto/rand ends the program instead
	for i, b := range text {
		text[i] = letters[b%32]
	}
	code := Code{Code: string(text[:4]) + "-" + string(text[4:8]) + "-" + string(text[8:]), Until: s.now().Add(CodeLife)}
	return code, s.o.Store.Do(ctx, func(tx *store.Tx) error {
		if err := first(tx); err != nil {
			return err
		}
		return tx.PutEnrolment(keyed(s.enrolment, string(text)), holder, code.Until)
	})
}

// mac returns what is kept of a code, however a person has typed it.
func (s *Service) mac(code string) []byte {
	clean := strings.Map(func(r rune) rune {
		switch r {
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		case '-', ' ', '\u2013', '\u2014', '\u3000':
			return -1
		}
		return r
	}, strings.ToUpper(code))
	return keyed(s.enrolment, clean)
}

// BeginEnrol begins the making of a passkey on a phone that has a code. The code
// stays good: a finger that was not recognised is tried again.
func (s *Service) BeginEnrol(ctx context.Context, code string) (any, error) {
	var holder string
	err := s.o.Store.Do(ctx, func(tx *store.Tx) (err error) {
		holder, err = s.holderOf(tx, code)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.beginMaking(ctx, holder, toEnrol)
}

// FinishEnrol keeps the passkey that the browser made, spends the code, and
// returns the holder and the passkey.
func (s *Service) FinishEnrol(ctx context.Context, code, name string, answer []byte) (holder string, passkey []byte, err error) {
	err = s.o.Store.Do(ctx, func(tx *store.Tx) (err error) {
		holder, err = s.holderOf(tx, code)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	err = s.finishMaking(ctx, holder, toEnrol, answer, func(tx *store.Tx, u user, c *webauthn.Credential) error {
		if _, err := s.holderOf(tx, code); err != nil { // spent by another phone meanwhile
			return err
		}
		passkey = c.ID
		if err := tx.EndEnrolments(holder); err != nil {
			return err
		}
		return s.keep(tx, u, name, c)
	})
	return holder, passkey, err
}

func (s *Service) holderOf(tx *store.Tx, code string) (string, error) {
	holder, ok, err := tx.Enrolment(s.mac(code), s.now())
	if err == nil && !ok {
		err = casework.Refuse(casework.EnrolmentUnknown, "")
	}
	return holder, err
}
