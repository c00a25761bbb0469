//go:build cgo

package token

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"io"

	"github.com/miekg/pkcs11"

	"counterfoil/app/casework"
)

// Signer is a key on a card that stays signed in: a crypto.Signer for a key that
// never leaves it.
//
// Ed25519 signs messages (crypto.Hash(0)), the others SHA-256 digests; RSA signs
// as RSASSA-PSS with a salt of 32 bytes, whatever the options say.
type Signer struct {
	token   *Token
	key     key
	session pkcs11.SessionHandle
	handle  pkcs11.ObjectHandle
	closed  bool
}

// Holds reports whether a Signer of this Token is signed in to the spot's card: then
// Hold asks for no PIN.
func (t *Token) Holds(s Spot) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.held[s.key.slot] > 0
}

// Hold signs in to the spot's card and stays so until Close, the end of the program,
// or until the card is pulled. Where the spot is room for a key, one of Ed25519 is
// made in the card, which never gives it out. CardMissing, CardRefused (wrong PIN),
// CardLocked; TokenUnfit: the card makes no such keys, or would give the key out.
func (t *Token) Hold(pin string, at Spot) (*Signer, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, err := t.enter(pin, at)
	if err != nil {
		return nil, err
	}
	held := &Signer{token: t, key: at.key, session: s}
	t.held[at.key.slot]++
	if err = held.find(at.Public == nil); err != nil {
		held.end()
		return nil, err
	}
	return held, nil
}

func (t *Token) enter(pin string, at Spot) (pkcs11.SessionHandle, error) {
	var flags uint
	if at.Public == nil {
		flags = pkcs11.CKF_RW_SESSION
	}
	if t.held[at.key.slot] == 0 {
		return t.signIn(at.key.slot, flags, pin)
	}
	s, err := t.module.OpenSession(at.key.slot, pkcs11.CKF_SERIAL_SESSION|flags)
	if err != nil {
		return 0, refusal(err)
	}
	return s, nil
}

// find takes the private key, which it makes where that is said, and makes sure that
// the card keeps it to itself.
func (s *Signer) find(fresh bool) (err error) {
	t := s.token
	if fresh {
		if s.key, err = t.generate(s.session, s.key); err != nil {
			return err
		}
	}
	if s.handle, err = t.private(s.session, s.key); err != nil {
		return err
	}
	is := func(kind uint) bool {
		value := t.attribute(s.session, s.handle, kind)
		return len(value) == 1 && value[0] != 0
	}
	if !is(pkcs11.CKA_SENSITIVE) || is(pkcs11.CKA_EXTRACTABLE) {
		return casework.Refuse(casework.TokenUnfit, "the card would give the key out")
	}
	return nil
}

// Close signs out of the card, if no other Signer holds it.
func (s *Signer) Close() {
	s.token.mu.Lock()
	defer s.token.mu.Unlock()
	if !s.closed {
		s.end()
	}
}

func (s *Signer) end() {
	s.closed = true
	if s.token.held[s.key.slot]--; s.token.held[s.key.slot] > 0 {
		_ = s.token.module.CloseSession(s.session)
		return
	}
	s.token.leave(s.session)
}

// Public returns the public key.
func (s *Signer) Public() crypto.PublicKey { return s.key.public }

// Sign signs as crypto.Signer says. Randomness is the token's own. CardMissing: the
// card was pulled, or no longer answers.
func (s *Signer) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	want := crypto.SHA256
	if _, ok := s.key.public.(ed25519.PublicKey); ok {
		want = 0
	}
	if opts.HashFunc() != want || want != 0 && len(digest) != sha256.Size {
		return nil, casework.Refuse(casework.UnsupportedSuite, "the token's key does not sign by this hash")
	}
	s.token.mu.Lock()
	defer s.token.mu.Unlock()
	return s.key.signed(s.token.module, s.session, s.handle, digest)
}
