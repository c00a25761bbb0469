package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"time"

	"golang.org/x/crypto/argon2"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
)

// Bounds of an own password, in digits.
const (
	minPassword = 6
	maxPassword = 20
)

// Argon2id with the least that OWASP's password storage cheat sheet asks for: what
// guards a million possible passwords is the keyed hash below it and the limit on
// tries. One hash is made at a time.
const (
	hashPasses  = 2
	hashMemory  = 19 << 10 // KiB
	hashThreads = 1
	hashBytes   = 32
	saltBytes   = 16
)

// maxTries wrong passwords in a row lock the holder wherever they were entered:
// for lockTime, and each time without a right one between for four times as long,
// up to longestLock. That is some 40 tries in the first week and 35 in every later
// one, of a million and more.
const (
	maxTries    = 5
	lockTime    = 15 * time.Minute
	longestLock = 24 * time.Hour
)

// TriesError is a refusal of a wrong password that says how many are left before
// the lock.
type TriesError struct {
	error
	Left int
}

// Unwrap returns the refusal.
func (e *TriesError) Unwrap() error { return e.error }

// CheckPassword refuses a wrong password (PINWrong, as a TriesError) and, after
// five in a row, every one for a time that the refusal names (PINLocked). A holder
// who has set none is refused with PasswordUnset, but for practice. An unknown
// holder is answered like a wrong password.
func (s *Service) CheckPassword(ctx context.Context, holder, password string) error {
	if _, ok := s.o.Person(holder); !ok {
		return casework.Refuse(casework.PINWrong, "")
	}
	a, err := s.chargeTry(ctx, holder)
	if err != nil {
		return err
	}
	if !s.right(a.Password, password) {
		if a.Wrong == 0 { // it was the last one
			return locked(a, s.now())
		}
		return &TriesError{casework.Refuse(casework.PINWrong, ""), maxTries - a.Wrong}
	}
	return s.o.Store.Do(ctx, func(tx *store.Tx) error {
		if a, err = account(tx, holder); err != nil {
			return err
		}
		a.Wrong, a.Locks, a.Locked = 0, 0, time.Time{}
		return tx.PutAccount(a)
	})
}

// chargeTry counts a try before it is looked at, so that no number of phones at
// once gets more than the limit.
func (s *Service) chargeTry(ctx context.Context, holder string) (a store.Account, err error) {
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		if a, err = account(tx, holder); err != nil {
			return err
		}
		now := s.now()
		if now.Before(a.Locked) {
			return locked(a, now)
		}
		if a.Password == "" && s.o.Practice == "" {
			return casework.Refuse(casework.PasswordUnset, "")
		}
		if a.Wrong++; a.Wrong >= maxTries {
			a.Locked, a.Wrong = now.Add(lockFor(a.Locks)), 0
			a.Locks++
		}
		return tx.PutAccount(a)
	})
	return a, err
}

// lockFor returns how long a lock lasts that follows n others.
func lockFor(n int) time.Duration {
	d := lockTime
	for ; n > 0 && d < longestLock; n-- {
		d *= 4
	}
	return min(d, longestLock)
}

func locked(a store.Account, now time.Time) error {
	r := casework.Refuse(casework.PINLocked, "")
	r.Wait = a.Locked.Sub(now)
	return r
}

// SetPassword sets the holder's own password. The caller has confirmed who it is:
// a forgotten one is no hindrance, and a lock ends.
func (s *Service) SetPassword(ctx context.Context, holder, password string) error {
	person, ok := s.o.Person(holder)
	if !ok {
		return casework.Refuse(casework.SignInNeeded, "")
	}
	if weak(password, person.Known) || password == s.o.Practice {
		return casework.Refuse(casework.PasswordWeak, "")
	}
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails: crypto/rand ends the program instead
	hash := s.hash(salt, password)
	return s.o.Store.Do(ctx, func(tx *store.Tx) error {
		a, err := account(tx, holder)
		if err != nil {
			return err
		}
		a.Password, a.Wrong, a.Locks, a.Locked = base64.StdEncoding.EncodeToString(append(salt, hash...)), 0, 0, time.Time{}
		if err := tx.PutAccount(a); err != nil {
			return err
		}
		return s.record(tx, holder, WhatPassword)
	})
}

// right compares a password with what is kept of one.
func (s *Service) right(kept, password string) bool {
	if kept == "" {
		return s.o.Practice != "" && subtle.ConstantTimeCompare([]byte(password), []byte(s.o.Practice)) == 1
	}
	raw, err := base64.StdEncoding.DecodeString(kept)
	if err != nil || len(raw) != saltBytes+hashBytes || len(password) > maxPassword {
		return false
	}
	return subtle.ConstantTimeCompare(s.hash(raw[:saltBytes], password), raw[saltBytes:]) == 1
}

func (s *Service) hash(salt []byte, password string) []byte {
	s.hashing.Lock()
	defer s.hashing.Unlock()
	return argon2.IDKey(keyed(s.password, password), salt, hashPasses, hashMemory, hashThreads, hashBytes)
}
