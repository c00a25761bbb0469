package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
)

// Options is what a Service needs. All but Practice are required.
type Options struct {
	Store    *store.Store
	Address  string // of the page, as phones reach it: what a passkey belongs to
	Name     string // of the centre, as phones show it beside a passkey
	Key      []byte // at least 32 secret bytes
	Person   func(holder string) (Person, bool)
	Practice string // the password of every holder who has set none; empty outside practice
	Now      func() time.Time
}

// Person is what is known of a holder.
type Person struct {
	Name  string
	Known []string // digits that others know of the holder: a password must not be made of them
}

// Service keeps accounts. Its methods may be called from any goroutine; those
// that change something return once it is on disk.
type Service struct {
	o         Options
	web       *webauthn.WebAuthn // nil: a browser has no passkeys for this address
	password  []byte             // keys derived from Options.Key
	enrolment []byte
	pending   pending
	hashing   sync.Mutex // one at a time: each takes hashMemory
}

// New returns a service over what the store holds.
func New(o Options) (*Service, error) {
	derive := func(use string) []byte { return keyed(o.Key, "counterfoil identity 1 "+use) }
	s := &Service{o: o, password: derive("password"), enrolment: derive("enrolment"), pending: pending{open: map[string]ceremony{}}}
	u, err := url.Parse(o.Address)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "https" && u.Hostname() != "localhost" || net.ParseIP(u.Hostname()) != nil {
		return s, nil // a browser has none here
	}
	need := true
	s.web, err = webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: o.Name, RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{RequireResidentKey: &need, ResidentKey: protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired}})
	return s, err
}

func keyed(key []byte, content string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(content))
	return m.Sum(nil)
}

// Origin returns the only origin whose passkeys are taken; empty where a browser
// has none for the page's address.
func (s *Service) Origin() string {
	if s.web == nil {
		return ""
	}
	return s.web.Config.RPOrigins[0]
}

// now is whole milliseconds in UTC, as everything is kept.
func (s *Service) now() time.Time { return s.o.Now().UTC().Truncate(time.Millisecond) }

// account returns the holder's account, a new one where there is none; it is not
// kept yet then.
func account(tx *store.Tx, holder string) (store.Account, error) {
	a, ok, err := tx.Account(holder)
	if err != nil || ok {
		return a, err
	}
	a = store.Account{Holder: holder, Handle: make([]byte, 32)}
	rand.Read(a.Handle) // never fails: crypto/rand ends the program instead
	return a, nil
}

// State is what a page tells a holder about the own account.
type State struct {
	Password bool // an own one is set
	Epoch    int  // of the sessions that begin now
}

// State returns how the holder's account stands.
func (s *Service) State(ctx context.Context, holder string) (st State, err error) {
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		a, _, err := tx.Account(holder)
		st = State{Password: a.Password != "", Epoch: a.Epoch}
		return err
	})
	return st, err
}

// Stands reports whether a session that began in the epoch, with the passkey
// (empty: none, practice), has not been ended from elsewhere since: by signing
// out everywhere, by taking the passkey away, or by a clerk.
func (s *Service) Stands(ctx context.Context, holder string, passkey []byte, epoch int) (stands bool, err error) {
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		a, _, err := tx.Account(holder)
		if stands = a.Epoch == epoch; err != nil || len(passkey) == 0 || !stands {
			return err
		}
		p, ok, err := tx.Passkey(passkey)
		stands = ok && p.Holder == holder && !p.Copied
		return err
	})
	return stands, err
}

// EndSessions ends every session of the holder, on all devices.
func (s *Service) EndSessions(ctx context.Context, holder string) error {
	return s.o.Store.Do(ctx, func(tx *store.Tx) error {
		a, err := account(tx, holder)
		if err != nil {
			return err
		}
		a.Epoch++
		return tx.PutAccount(a)
	})
}

// What can be recorded of an account in the holder's 授权记录.
const (
	WhatAdded    store.What = "passkey-added"
	WhatRemoved  store.What = "passkey-removed"
	WhatCopied   store.What = "passkey-copied"   // refused: its counter went back
	WhatEnrolled store.What = "passkeys-revoked" // a clerk let the holder begin anew
	WhatPassword store.What = "password-set"
)

func (s *Service) record(tx *store.Tx, holder string, what store.What) error {
	return tx.AddRecord(store.Record{Holder: holder, Time: s.now(), What: what, Kinds: []casework.LicenceKind{}})
}
