package keep

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"io"

	"counterfoil/app/casework"
	"counterfoil/devices/token"
)

// Place is where a key lies on a token: a UKey or an HSM.
type Place struct {
	Module string `json:"module" cbor:"1,keyasint"` // path of its maker's PKCS#11 module
	Label  string `json:"label" cbor:"2,keyasint"`  // of the key (CKA_LABEL)
}

// Held is a key on a token to which the program is signed in: a crypto.Signer of
// Ed25519 whose key never leaves the token.
type Held struct {
	place  Place
	token  *token.Token
	signer *token.Signer
}

// Public returns the public key, an ed25519.PublicKey.
func (h *Held) Public() crypto.PublicKey { return h.signer.Public() }

// Sign signs a message (crypto.Hash(0)). Refusal: token-gone where the token was
// pulled; it takes the PIN again, so only another start of the program helps.
func (h *Held) Sign(r io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	sig, err := h.signer.Sign(r, message, opts)
	if casework.KindOf(err) == casework.CardMissing {
		return nil, casework.Refuse(casework.TokenGone, "the token signs no more")
	}
	return sig, err
}

// Close signs out of the token, if no other key on it is held.
func (h *Held) Close() {
	if h != nil {
		h.signer.Close()
	}
}

// What the key signs to make a file's key, and what that is derived for. A device key
// signs COSE structures (CBOR), certificates (DER) and TLS 1.3's 64 blanks besides,
// none of which begins so: nobody else can have it say this signature.
const (
	lockDomain = "counterfoil key file of a token's key v1\x00"
	lockInfo   = "counterfoil lock of a key file v1"
)

// lock derives the key of a file from the token's signature of a salt: HKDF-SHA-256
// (RFC 5869) of an Ed25519 signature, which is the same each time (RFC 8032 §5.1.6)
// and which nobody can make without the token and its PIN. The package comment says
// why.
func (h *Held) lock(salt []byte) ([]byte, error) {
	message := append([]byte(lockDomain), salt...)
	sig, err := h.Sign(nil, message, crypto.Hash(0))
	if err != nil {
		return nil, err
	}
	if !ed25519.Verify(h.Public().(ed25519.PublicKey), message, sig) {
		return nil, casework.Refuse(casework.TokenUnfit, "the token's signature does not hold")
	}
	return hkdf.Key(sha256.New, sig, salt, lockInfo, lockSize)
}

// newOnToken signs in to the key that Means.Token names and makes the key of a new
// file. public is the key that it must be; empty: whichever has the label, or, where
// none has, one that is made now.
func (m Means) newOnToken(ctx context.Context, h *head, public []byte, beside *Held) (*Held, []byte, error) {
	held, err := m.hold(ctx, m.Token, public, beside)
	if err != nil {
		return nil, nil, err
	}
	h.Token, h.Salt, h.Public = &m.Token, random(lockSize), held.Public().(ed25519.PublicKey)
	lock, err := held.lock(h.Salt)
	if err == nil {
		var again []byte
		if again, err = held.lock(h.Salt); err == nil && subtle.ConstantTimeCompare(lock, again) == 0 {
			err = casework.Refuse(casework.TokenUnfit, "the token signs otherwise each time")
		}
	}
	if err != nil {
		held.Close()
		return nil, nil, err
	}
	return held, lock, nil
}

// fromToken opens a file whose key is on a token.
func (k Kept) fromToken(ctx context.Context, m Means) (Kept, error) {
	at := k.head.Token
	if at == nil || len(k.head.Salt) != lockSize || len(k.head.Public) != ed25519.PublicKeySize {
		return k, damaged("the file lacks a part")
	}
	found := *at
	if m.Moved != "" {
		found.Module = m.Moved
	}
	held, err := m.hold(ctx, found, k.head.Public, nil)
	if err != nil {
		return k, err
	}
	k.lock, err = held.lock(k.head.Salt)
	if err == nil {
		k.Secret, err = k.head.open(k.lock)
	}
	if err != nil {
		held.Close()
		return k, err
	}
	k.held = held
	return k, nil
}

// Beside signs in to another key on a token, as Make would: the counter's next one.
// On the token of the present key it takes no PIN. public is what it must be; empty:
// whichever it is, or one that is made now.
func (k Kept) Beside(ctx context.Context, m Means, public []byte) (*Held, error) {
	return m.hold(ctx, m.Token, public, k.held)
}

// Moved writes the file of a key on a token anew with the module by which it was
// opened: Means.Moved.
func (k Kept) Moved() (Kept, error) {
	k.head.Token = &k.held.place
	return k.Save(k.Secret, k.head.Public)
}
