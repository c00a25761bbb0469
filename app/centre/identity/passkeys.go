package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
)

// maxPasskeys bounds the devices of one holder.
const maxPasskeys = 10

// clientData is what of the browser's own statement is read before it is checked.
type clientData struct {
	Challenge string `json:"challenge"`
}

// UnmarshalText reads the base64 that the statement travels in.
func (c *clientData) UnmarshalText(text []byte) error {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(string(text), "="))
	if err != nil {
		return err
	}
	type plain clientData // without this method
	return json.Unmarshal(raw, (*plain)(c))
}

// refused is why an answer to a challenge is not taken. What was wrong with it is
// told to nobody: whoever forges one learns nothing.
func refused() error { return casework.Refuse(casework.PasskeyRefused, "") }

// user is a holder as the library wants one.
type user struct {
	account store.Account
	name    string
	keys    []webauthn.Credential
}

// WebAuthnID returns the handle.
func (u user) WebAuthnID() []byte { return u.account.Handle }

// WebAuthnName returns the holder's name: the phone shows it to its owner.
func (u user) WebAuthnName() string { return u.name }

// WebAuthnDisplayName returns the same.
func (u user) WebAuthnDisplayName() string { return u.name }

// WebAuthnCredentials returns the passkeys that are not known to be copied.
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.keys }

// userOf reads a holder with the passkeys.
func (s *Service) userOf(tx *store.Tx, a store.Account) (user, error) {
	person, ok := s.o.Person(a.Holder)
	if !ok {
		return user{}, refused()
	}
	u := user{account: a, name: person.Name}
	kept, err := tx.Passkeys(a.Holder)
	if err != nil {
		return u, err
	}
	for _, p := range kept {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(p.Credential), &c); err != nil {
			return user{}, err
		}
		if !p.Copied {
			u.keys = append(u.keys, c)
		}
	}
	return u, nil
}

// known reads a holder who has an account.
func (s *Service) known(tx *store.Tx, holder string) (user, error) {
	a, ok, err := tx.Account(holder)
	switch {
	case err != nil:
		return user{}, err
	case !ok:
		return user{}, refused()
	}
	return s.userOf(tx, a)
}

// Passkey is a holder's passkey as its holder sees it.
type Passkey = store.Passkey

// Passkeys lists the holder's passkeys, oldest first.
func (s *Service) Passkeys(ctx context.Context, holder string) (list []Passkey, err error) {
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		list, err = tx.Passkeys(holder)
		return err
	})
	return list, err
}

// Remove takes one of the holder's passkeys away; its sessions end.
func (s *Service) Remove(ctx context.Context, holder string, id []byte) error {
	return s.o.Store.Do(ctx, func(tx *store.Tx) error {
		ok, err := tx.RemovePasskey(holder, id)
		if err != nil {
			return err
		}
		if !ok {
			return casework.Refuse(casework.PasskeyUnknown, "")
		}
		return s.record(tx, holder, WhatRemoved)
	})
}

// BeginAdd begins the making of a passkey for somebody who is signed in and has
// confirmed it. It returns the options for the browser.
func (s *Service) BeginAdd(ctx context.Context, holder string) (any, error) {
	return s.beginMaking(ctx, holder, toAdd)
}

// FinishAdd keeps the passkey that the browser made. name is what its browser
// calls the device.
func (s *Service) FinishAdd(ctx context.Context, holder, name string, answer []byte) error {
	return s.finishMaking(ctx, holder, toAdd, answer, func(tx *store.Tx, u user, c *webauthn.Credential) error {
		return s.keep(tx, u, name, c)
	})
}

func (s *Service) beginMaking(ctx context.Context, holder string, purpose purpose) (options *protocol.CredentialCreation, err error) {
	if s.web == nil {
		return nil, casework.Refuse(casework.PasskeyRefused, "a browser has no passkeys for this address")
	}
	var session *webauthn.SessionData
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		a, err := account(tx, holder)
		if err != nil {
			return err
		}
		if err := tx.PutAccount(a); err != nil { // the handle is on its way to the phone
			return err
		}
		u, err := s.userOf(tx, a)
		if err != nil {
			return err
		}
		if len(u.keys) >= maxPasskeys {
			return casework.Refuse(casework.PasskeysFull, "")
		}
		options, session, err = s.web.BeginRegistration(u, webauthn.WithExclusions(webauthn.Credentials(u.keys).CredentialDescriptors()))
		return err
	})
	if err != nil {
		return nil, err
	}
	s.pending.put(ceremony{purpose: purpose, holder: holder, session: *session}, s.now())
	return options, nil
}

// finishMaking checks what the browser made and lets keep write it, in one
// transaction.
func (s *Service) finishMaking(ctx context.Context, holder string, purpose purpose, answer []byte, keep func(*store.Tx, user, *webauthn.Credential) error) error {
	c, ok := s.pending.take(answer, purpose, holder, s.now())
	if !ok {
		return refused()
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return refused()
	}
	return s.o.Store.Do(ctx, func(tx *store.Tx) error {
		u, err := s.known(tx, holder)
		if err != nil {
			return err
		}
		made, err := s.web.CreateCredential(u, c.session, parsed)
		if err != nil {
			return refused()
		}
		return keep(tx, u, made)
	})
}

// keep writes a new passkey. What its maker attested is not kept: it would tell
// phones apart, and nothing here asks for it.
func (s *Service) keep(tx *store.Tx, u user, name string, c *webauthn.Credential) error {
	if len(u.keys) >= maxPasskeys {
		return casework.Refuse(casework.PasskeysFull, "")
	}
	c.Attestation = webauthn.CredentialAttestation{}
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	now := s.now()
	fresh, err := tx.AddPasskey(store.Passkey{ID: c.ID, Holder: u.account.Holder, Name: deviceName(name), Credential: string(raw), Added: now, Used: now})
	if err != nil {
		return err
	}
	if !fresh { // another holder's: an id is 16 random bytes or more
		return refused()
	}
	return s.record(tx, u.account.Holder, WhatAdded)
}

// deviceName is what is kept of the name of a device: it comes from outside.
func deviceName(name string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, name)
	if long := []rune(clean); len(long) > 40 {
		clean = string(long[:40])
	}
	return strings.TrimSpace(clean)
}
