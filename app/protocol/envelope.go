package protocol

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"encoding/hex"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"

	"counterfoil/app/casework"
)

// MaxBytes bounds a signed entry or statement; the ledger takes no larger
// transaction.
const MaxBytes = 16 << 10

// MaxReport bounds a signed report and a counter's list, which never go to the
// ledger: a day of some thousand cases.
const MaxReport = 4 << 20

// Type is the content type in the protected header; it says what a payload is.
type Type string

// The content types of version 1.
const (
	TypeEntry     Type = "application/vnd.counterfoil.entry.v1+cbor"
	TypeStatement Type = "application/vnd.counterfoil.statement.v1+cbor"
	TypeOriginal  Type = "application/vnd.counterfoil.licence.v1+cbor"
	TypeAnswers   Type = "application/vnd.counterfoil.answers.v1+cbor"
	TypeManifest  Type = "application/vnd.counterfoil.manifest.v1+cbor"
	TypeReport    Type = "application/vnd.counterfoil.report.v1+json" // an auditor's, of a day
	TypeDayList   Type = "application/vnd.counterfoil.day.v1+cbor"    // a counter's, of its own day
	TypeRoster    Type = "application/vnd.counterfoil.roster.v1+cbor" // the centre's, of a hall's clerks
)

// large reports whether a content of this type never goes to the ledger and may
// be longer than MaxBytes.
func (t Type) large() bool { return t == TypeReport || t == TypeDayList || t == TypeRoster }

// Envelope is an opened COSE_Sign1 whose signature is not yet verified.
type Envelope struct {
	Type    Type
	Key     KeyID
	Payload []byte
	Raw     []byte
	message *cose.Sign1Message
}

// Seal signs payload and returns the COSE_Sign1 bytes.
func Seal(signer crypto.Signer, typ Type, payload []byte) ([]byte, error) {
	pub, err := PublicOf(signer)
	if err != nil {
		return nil, err
	}
	s, err := cose.NewSigner(cose.AlgorithmEdDSA, signer)
	if err != nil {
		return nil, err
	}
	kid, _ := hex.DecodeString(string(pub.ID()))
	m := cose.NewSign1Message()
	m.Headers.Protected.SetAlgorithm(cose.AlgorithmEdDSA)
	m.Headers.Protected[cose.HeaderLabelKeyID] = kid
	m.Headers.Protected[cose.HeaderLabelContentType] = string(typ)
	m.Payload = payload
	if err := m.Sign(rand.Reader, nil, s); err != nil {
		return nil, err
	}
	return m.MarshalCBOR()
}

// Unseal opens raw without verifying its signature. It refuses unprotected
// headers, headers it does not know, and any encoding but the one Seal makes.
func Unseal(raw []byte) (Envelope, error) {
	bad := func(why string) (Envelope, error) { return Envelope{}, casework.Refuse(casework.Malformed, why) }
	if len(raw) > MaxReport {
		return bad("the entry is too large")
	}
	var m cose.Sign1Message
	if err := m.UnmarshalCBOR(raw); err != nil {
		return bad("not a COSE_Sign1")
	}
	h := m.Headers.Protected
	kid, okKey := h[cose.HeaderLabelKeyID].([]byte)
	typ, okType := h[cose.HeaderLabelContentType].(string)
	alg, err := h.Algorithm()
	switch {
	case len(m.Headers.Unprotected) != 0:
		return bad("unprotected headers are not allowed")
	case len(h) != 3 || !okKey || !okType || len(kid) != 16:
		return bad("the protected headers are not ours")
	case len(raw) > MaxBytes && !Type(typ).large():
		return bad("the entry is too large")
	case err != nil || alg != cose.AlgorithmEdDSA:
		return Envelope{}, casework.Refuse(casework.UnsupportedSuite, "the algorithm is not of a known suite")
	}
	again, err := m.MarshalCBOR()
	if err != nil || !bytes.Equal(again, raw) {
		return bad("not in the deterministic encoding")
	}
	return Envelope{Type: Type(typ), Key: KeyID(hex.EncodeToString(kid)), Payload: m.Payload, Raw: raw, message: &m}, nil
}

// Verify checks the signature under key, which must be the one that the
// envelope names.
func (e Envelope) Verify(key PublicKey) error {
	v, err := key.verifier()
	if err != nil {
		return err
	}
	if key.ID() != e.Key {
		return casework.Refuse(casework.KeyUnknown, "the key is not the one named")
	}
	if err := e.message.Verify(nil, v); err != nil {
		return casework.Refuse(casework.BadSignature, "the signature does not hold")
	}
	return nil
}

// Marshal returns the core-deterministic CBOR of v.
func Marshal(v any) ([]byte, error) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(v)
}

// Unmarshal reads core-deterministic CBOR into v, refusing unknown fields,
// duplicate keys and any other encoding of the same content.
func Unmarshal(b []byte, v any) error {
	mode, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		TagsMd:            cbor.TagsForbidden,
		MaxNestedLevels:   8,
	}.DecMode()
	if err != nil {
		return err
	}
	if err := mode.Unmarshal(b, v); err != nil {
		return casework.Refuse(casework.Malformed, "the payload is not of this version")
	}
	again, err := Marshal(v)
	if err != nil || !bytes.Equal(again, b) {
		return casework.Refuse(casework.Malformed, "the payload is not in the deterministic encoding")
	}
	return nil
}
