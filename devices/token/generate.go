//go:build cgo

package token

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"slices"

	"github.com/miekg/pkcs11"

	"counterfoil/app/casework"
)

// ckmEdwardsGen is CKM_EC_EDWARDS_KEY_PAIR_GEN (PKCS #11 3.0 §2.3.9).
const ckmEdwardsGen = 0x1055

// curves are the two ways to name Ed25519 in CKA_EC_PARAMS (PKCS #11 3.0 §2.3.5): its
// object identifier (RFC 8410 §3), and its name, as some makers want it.
func curves() [][]byte {
	return [][]byte{{0x06, 0x03, 0x2b, 0x65, 0x70}, append([]byte{0x13, 12}, "edwards25519"...)}
}

// generate makes a key of Ed25519 in the card of a session that may write.
func (t *Token) generate(s pkcs11.SessionHandle, k key) (key, error) {
	there, err := t.objects(s, pkcs11.CKO_PRIVATE_KEY, pkcs11.NewAttribute(pkcs11.CKA_LABEL, k.label))
	if err != nil {
		return k, err
	}
	if len(there) > 0 {
		return k, casework.Refuse(casework.TokenUnfit, "the card has a private key of this label without its public half")
	}
	k.id = make([]byte, 16)
	rand.Read(k.id) // never fails: crypto/rand ends the program instead
	var public pkcs11.ObjectHandle
	for _, curve := range curves() {
		if public, err = t.pair(s, k, curve); err == nil {
			break
		}
	}
	if err != nil {
		return k, unfit(err)
	}
	made, ok := t.public(s, public).(ed25519.PublicKey)
	if !ok {
		return k, casework.Refuse(casework.TokenUnfit, "the card made another key than it was asked for")
	}
	k.public = made
	return k, nil
}

func (t *Token) pair(s pkcs11.SessionHandle, k key, curve []byte) (pkcs11.ObjectHandle, error) {
	set := func(kind uint, value any) *pkcs11.Attribute { return pkcs11.NewAttribute(kind, value) }
	both := []*pkcs11.Attribute{set(pkcs11.CKA_TOKEN, true), set(pkcs11.CKA_ID, k.id), set(pkcs11.CKA_LABEL, k.label)}
	public := append(slices.Clone(both), set(pkcs11.CKA_VERIFY, true), set(pkcs11.CKA_EC_PARAMS, curve))
	private := append(slices.Clone(both), set(pkcs11.CKA_PRIVATE, true), set(pkcs11.CKA_SIGN, true), set(pkcs11.CKA_SENSITIVE, true), set(pkcs11.CKA_EXTRACTABLE, false))
	handle, _, err := t.module.GenerateKeyPair(s, []*pkcs11.Mechanism{pkcs11.NewMechanism(ckmEdwardsGen, nil)}, public, private)
	return handle, err
}

// unfit tells a card that can't make the key from one that does not answer.
func unfit(err error) error {
	var code pkcs11.Error
	cannot := []pkcs11.Error{pkcs11.CKR_MECHANISM_INVALID, pkcs11.CKR_MECHANISM_PARAM_INVALID, pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
		pkcs11.CKR_ATTRIBUTE_TYPE_INVALID, pkcs11.CKR_ATTRIBUTE_VALUE_INVALID, pkcs11.CKR_DOMAIN_PARAMS_INVALID, pkcs11.CKR_CURVE_NOT_SUPPORTED,
		pkcs11.CKR_TEMPLATE_INCOMPLETE, pkcs11.CKR_TEMPLATE_INCONSISTENT, pkcs11.CKR_DEVICE_MEMORY, pkcs11.CKR_TOKEN_WRITE_PROTECTED}
	if errors.As(err, &code) && slices.Contains(cannot, code) {
		return casework.Refuse(casework.TokenUnfit, "the card makes no key of Ed25519")
	}
	return refusal(err)
}
