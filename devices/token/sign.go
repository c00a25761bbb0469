//go:build cgo

package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"math/big"

	"github.com/miekg/pkcs11"

	"counterfoil/app/casework"
)

// private returns the private half of k, which is seen only by who signed in.
func (t *Token) private(s pkcs11.SessionHandle, k key) (pkcs11.ObjectHandle, error) {
	handles, err := t.objects(s, pkcs11.CKO_PRIVATE_KEY, pkcs11.NewAttribute(pkcs11.CKA_ID, k.id))
	if err != nil {
		return 0, err
	}
	if len(handles) != 1 {
		return 0, casework.Refuse(casework.CardMissing, "the card has no one private key to this public one")
	}
	return handles[0], nil
}

// sign signs a message, or its SHA-256.
func (k key) sign(c *pkcs11.Ctx, s pkcs11.SessionHandle, handle pkcs11.ObjectHandle, message []byte) ([]byte, error) {
	if _, ok := k.public.(ed25519.PublicKey); ok {
		return k.signed(c, s, handle, message)
	}
	sum := sha256.Sum256(message)
	return k.signed(c, s, handle, sum[:])
}

// signed signs a digest of SHA-256, or with Ed25519 a message, and gives the
// signature the form that Go's verifiers take.
func (k key) signed(c *pkcs11.Ctx, s pkcs11.SessionHandle, handle pkcs11.ObjectHandle, content []byte) ([]byte, error) {
	if err := c.SignInit(s, []*pkcs11.Mechanism{k.mechanism()}, handle); err != nil {
		return nil, refusal(err)
	}
	sig, err := c.Sign(s, content)
	if err != nil {
		return nil, refusal(err)
	}
	if _, ok := k.public.(*ecdsa.PublicKey); !ok {
		return sig, nil
	}
	half := len(sig) / 2 // r and s side by side (PKCS #11 2.40 §2.3.1)
	return asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(sig[:half]), new(big.Int).SetBytes(sig[half:])})
}

func (k key) mechanism() *pkcs11.Mechanism {
	switch k.public.(type) {
	case ed25519.PublicKey:
		return pkcs11.NewMechanism(ckmEdDSA, nil)
	case *rsa.PublicKey:
		return pkcs11.NewMechanism(pkcs11.CKM_RSA_PKCS_PSS, pkcs11.NewPSSParams(pkcs11.CKM_SHA256, pkcs11.CKG_MGF1_SHA256, sha256.Size))
	}
	return pkcs11.NewMechanism(pkcs11.CKM_ECDSA, nil)
}
