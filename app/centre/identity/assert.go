package identity

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
)

// BeginSignIn begins a sign-in: the phone offers the passkeys that it has for the
// page, so nobody types who they are. It returns the options for the browser.
func (s *Service) BeginSignIn() (any, error) {
	if s.web == nil {
		return nil, casework.Refuse(casework.PasskeyRefused, "a browser has no passkeys for this address")
	}
	options, session, err := s.web.BeginDiscoverableLogin()
	if err != nil {
		return nil, err
	}
	s.pending.put(ceremony{purpose: toSignIn, session: *session}, s.now())
	return options, nil
}

// FinishSignIn returns whose passkey answered, and which.
func (s *Service) FinishSignIn(ctx context.Context, answer []byte) (holder string, passkey []byte, err error) {
	return s.finish(ctx, toSignIn, "", answer)
}

// BeginConfirm begins a confirmation by somebody who is signed in, with any of the
// own passkeys.
func (s *Service) BeginConfirm(ctx context.Context, holder string) (options any, err error) {
	if s.web == nil {
		return nil, casework.Refuse(casework.PasskeyRefused, "a browser has no passkeys for this address")
	}
	var session *webauthn.SessionData
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		u, err := s.known(tx, holder)
		if err != nil {
			return err
		}
		if len(u.keys) == 0 {
			return refused()
		}
		options, session, err = s.web.BeginLogin(u)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.pending.put(ceremony{purpose: toConfirm, holder: holder, session: *session}, s.now())
	return options, nil
}

// FinishConfirm refuses anything but a whole answer by one of the holder's
// passkeys.
func (s *Service) FinishConfirm(ctx context.Context, holder string, answer []byte) error {
	_, _, err := s.finish(ctx, toConfirm, holder, answer)
	return err
}

// finish checks an answer and writes the passkey's new counter. That a passkey was
// copied is written, too, and then refused.
func (s *Service) finish(ctx context.Context, purpose purpose, holder string, answer []byte) (string, []byte, error) {
	c, ok := s.pending.take(answer, purpose, holder, s.now())
	if !ok {
		return "", nil, refused()
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", nil, refused()
	}
	copied := false
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		u, used, err := s.check(tx, c, parsed)
		if err != nil {
			return err
		}
		holder, copied = u.account.Holder, used.Authenticator.CloneWarning
		return s.use(tx, holder, used)
	})
	switch {
	case err != nil:
		return "", nil, err
	case copied:
		return "", nil, casework.Refuse(casework.PasskeyCopied, "")
	}
	return holder, parsed.RawID, nil
}

// check returns whose answer it is, with the credential as it is after it. What
// the library refuses is a refusal; a failure of the store is told apart.
func (s *Service) check(tx *store.Tx, c ceremony, parsed *protocol.ParsedCredentialAssertionData) (u user, used *webauthn.Credential, err error) {
	var failed error
	if c.purpose == toSignIn {
		_, used, err = s.web.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
			if a, ok, err := tx.AccountOf(handle); err != nil || !ok {
				failed = err
				return nil, refused()
			} else if u, failed = s.userOf(tx, a); failed != nil {
				return nil, failed
			}
			return u, nil
		}, c.session, parsed)
	} else if u, failed = s.known(tx, c.holder); failed == nil {
		used, err = s.web.ValidateLogin(u, c.session, parsed)
	}
	switch {
	case failed != nil:
		return u, nil, failed
	case err != nil:
		return u, nil, refused()
	}
	return u, used, nil
}

// use writes what an answer changes of a passkey.
func (s *Service) use(tx *store.Tx, holder string, used *webauthn.Credential) error {
	kept, err := tx.Passkeys(holder)
	if err != nil {
		return err
	}
	for _, p := range kept {
		if !bytes.Equal(p.ID, used.ID) {
			continue
		}
		used.Attestation = webauthn.CredentialAttestation{}
		raw, err := json.Marshal(used)
		if err != nil {
			return err
		}
		p.Credential, p.Used, p.Copied = string(raw), s.now(), used.Authenticator.CloneWarning
		if err := tx.UpdatePasskey(p); err != nil || !p.Copied {
			return err
		}
		return s.record(tx, holder, WhatCopied)
	}
	return refused()
}
