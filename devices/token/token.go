//go:build cgo

package token

import (
	"errors"
	"sync"

	"github.com/miekg/pkcs11"

	"counterfoil/app/casework"
)

// Token is a maker's module with whatever cards are in its readers. Its methods
// may be called from any goroutine; they take turns.
type Token struct {
	mu     sync.Mutex
	module *pkcs11.Ctx
	held   map[uint]int // by slot: so many signers hold its card
}

// Open loads the module at a path, for example /usr/lib/softhsm/libsofthsm2.so.
// CardMissing says that it can't be used. There need be no card yet.
//
// A module belongs to its process: it is loaded once and stays, because others in
// the process may use the same one and few modules survive being taken down. So
// there is no Close.
func Open(module string) (*Token, error) {
	c := pkcs11.New(module)
	if c == nil {
		return nil, casework.Refuse(casework.CardMissing, "the module of the cards can't be loaded")
	}
	err := c.Initialize()
	if err != nil && !errors.Is(err, pkcs11.Error(pkcs11.CKR_CRYPTOKI_ALREADY_INITIALIZED)) {
		return nil, casework.Refuse(casework.CardMissing, "the module of the cards does not start")
	}
	return &Token{module: c, held: map[uint]int{}}, nil
}

// Keys returns the public keys of every card that is in a reader, as PKIX in DER
// (RFC 5280 §4.1.2.7). It needs no PIN. CardMissing: there is no card, or none
// with a key that is understood.
func (t *Token) Keys() ([][]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, err := t.find(func(key) bool { return true })
	if err != nil {
		return nil, err
	}
	keys := make([][]byte, len(found))
	for i, k := range found {
		keys[i] = k.der
	}
	return keys, nil
}

// Prove has the card that holds a public key, as Keys returned it, sign a message:
// over its SHA-256 with ECDSA (ASN.1) or RSASSA-PSS, or as it is with Ed25519.
// CardMissing, CardRefused (wrong PIN), CardLocked. A card that this program is
// signed in to already is refused: there the PIN would not be asked for.
func (t *Token) Prove(pin string, public, message []byte) ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, err := t.find(func(k key) bool { return string(k.der) == string(public) })
	if err != nil {
		return nil, err
	}
	s, err := t.signIn(found[0].slot, 0, pin)
	if err != nil {
		return nil, err
	}
	defer t.leave(s)
	handle, err := t.private(s, found[0])
	if err != nil {
		return nil, err
	}
	return found[0].sign(t.module, s, handle, message)
}

// signIn opens a session on a card and gives the PIN. An empty one is none: the
// module would take it for a PIN that the reader asks for itself.
func (t *Token) signIn(slot, flags uint, pin string) (pkcs11.SessionHandle, error) {
	if pin == "" {
		return 0, refusal(pkcs11.Error(pkcs11.CKR_PIN_INCORRECT))
	}
	s, err := t.module.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION|flags)
	if err != nil {
		return 0, refusal(err)
	}
	if err := t.module.Login(s, pkcs11.CKU_USER, pin); err != nil {
		_ = t.module.CloseSession(s) // nothing was done in it
		return 0, refusal(err)
	}
	return s, nil
}

// leave signs out. A card that was pulled meanwhile has done so itself.
func (t *Token) leave(s pkcs11.SessionHandle) {
	_ = t.module.Logout(s)
	_ = t.module.CloseSession(s)
}

// refusal says in published words why a card did not do it.
func refusal(err error) error {
	var code pkcs11.Error
	if !errors.As(err, &code) {
		return casework.Refuse(casework.CardMissing, "the module of the cards fails")
	}
	switch code {
	case pkcs11.CKR_PIN_INCORRECT, pkcs11.CKR_PIN_INVALID, pkcs11.CKR_PIN_LEN_RANGE, pkcs11.CKR_ARGUMENTS_BAD:
		return casework.Refuse(casework.CardRefused, "the PIN is wrong")
	case pkcs11.CKR_USER_ALREADY_LOGGED_IN, pkcs11.CKR_USER_ANOTHER_ALREADY_LOGGED_IN:
		return casework.Refuse(casework.CardRefused, "the program holds this card for itself")
	case pkcs11.CKR_PIN_LOCKED:
		return casework.Refuse(casework.CardLocked, "the card counted too many wrong PINs")
	}
	return casework.Refuse(casework.CardMissing, "the card does not answer")
}
