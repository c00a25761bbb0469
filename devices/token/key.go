package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"math/big"

	"github.com/miekg/pkcs11"

	"counterfoil/app/casework"
)

// key is one public key on a card.
type key struct {
	slot   uint
	id     []byte // CKA_ID, which its private half shares
	label  string
	public crypto.PublicKey
	der    []byte // PKIX
}

// What PKCS #11 2.40 has not yet (3.0 §2.3.5).
const (
	ckkEdwards = 0x40
	ckmEdDSA   = 0x1057
)

// Bounds of a look through the cards.
const (
	maxKeys    = 64
	minRSABits = 2048
)

// find returns the keys that are wanted, of all cards; CardMissing when there is
// none.
func (t *Token) find(wanted func(key) bool) ([]key, error) {
	slots, err := t.module.GetSlotList(true)
	if err != nil {
		return nil, refusal(err)
	}
	var all []key
	for _, slot := range slots {
		for _, k := range t.keysIn(slot) {
			if wanted(k) {
				all = append(all, k)
			}
		}
	}
	if len(all) == 0 {
		return nil, casework.Refuse(casework.CardMissing, "no card with such a key is in the reader")
	}
	return all, nil
}

// keysIn returns what is understood of one card. A card that can't be read is as
// good as none: another may be the one that is meant.
func (t *Token) keysIn(slot uint) []key {
	s, err := t.module.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION)
	if err != nil {
		return nil
	}
	defer func() { _ = t.module.CloseSession(s) }()
	handles, err := t.objects(s, pkcs11.CKO_PUBLIC_KEY)
	if err != nil {
		return nil
	}
	var keys []key
	for _, h := range handles {
		k := key{slot: slot}
		k.id, k.label = t.attribute(s, h, pkcs11.CKA_ID), string(t.attribute(s, h, pkcs11.CKA_LABEL))
		k.public = t.public(s, h)
		if k.der, err = x509.MarshalPKIXPublicKey(k.public); err == nil {
			keys = append(keys, k)
		}
	}
	return keys
}

func (t *Token) objects(s pkcs11.SessionHandle, class uint, more ...*pkcs11.Attribute) ([]pkcs11.ObjectHandle, error) {
	template := append([]*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_CLASS, class)}, more...)
	if err := t.module.FindObjectsInit(s, template); err != nil {
		return nil, refusal(err)
	}
	handles, _, err := t.module.FindObjects(s, maxKeys)
	if final := t.module.FindObjectsFinal(s); err == nil {
		err = final
	}
	if err != nil {
		return nil, refusal(err)
	}
	return handles, nil
}

// attribute returns one attribute's bytes; nil where the object has none.
func (t *Token) attribute(s pkcs11.SessionHandle, h pkcs11.ObjectHandle, kind uint) []byte {
	list, err := t.module.GetAttributeValue(s, h, []*pkcs11.Attribute{pkcs11.NewAttribute(kind, nil)})
	if err != nil || len(list) != 1 {
		return nil
	}
	return list[0].Value
}

// public reads a public key; nil when it is of no kind that is understood.
func (t *Token) public(s pkcs11.SessionHandle, h pkcs11.ObjectHandle) crypto.PublicKey {
	number := func(n uint) string { return string(pkcs11.NewAttribute(pkcs11.CKA_KEY_TYPE, n).Value) } // as this machine writes one
	switch string(t.attribute(s, h, pkcs11.CKA_KEY_TYPE)) {
	case number(pkcs11.CKK_RSA):
		return rsaOf(t.attribute(s, h, pkcs11.CKA_MODULUS), t.attribute(s, h, pkcs11.CKA_PUBLIC_EXPONENT))
	case number(pkcs11.CKK_EC):
		return p256Of(t.attribute(s, h, pkcs11.CKA_EC_PARAMS), t.attribute(s, h, pkcs11.CKA_EC_POINT))
	case number(ckkEdwards):
		return ed25519Of(t.attribute(s, h, pkcs11.CKA_EC_POINT))
	}
	return nil
}

func rsaOf(modulus, exponent []byte) crypto.PublicKey {
	n, e := new(big.Int).SetBytes(modulus), new(big.Int).SetBytes(exponent)
	if n.BitLen() < minRSABits || !e.IsInt64() || e.Int64() < 3 || e.Int64() > 1<<31-1 {
		return nil
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}
}

// p256Of reads the named curve (RFC 5480 §2.1.1.1) and the point, which lies in
// an octet string.
func p256Of(params, point []byte) crypto.PublicKey {
	var name asn1.ObjectIdentifier
	if rest, err := asn1.Unmarshal(params, &name); err != nil || len(rest) > 0 || !name.Equal(asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}) {
		return nil
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), octets(point))
	if err != nil {
		return nil
	}
	return public
}

// ed25519Of takes the point in an octet string (PKCS #11 3.0 §2.3.5) or as it is
// (3.1, and some makers before).
func ed25519Of(point []byte) crypto.PublicKey {
	if len(point) == ed25519.PublicKeySize {
		return ed25519.PublicKey(point)
	}
	if raw := octets(point); len(raw) == ed25519.PublicKeySize {
		return ed25519.PublicKey(raw)
	}
	return nil
}

func octets(der []byte) []byte {
	var raw []byte
	if rest, err := asn1.Unmarshal(der, &raw); err != nil || len(rest) > 0 {
		return nil
	}
	return raw
}
