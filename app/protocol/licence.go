package protocol

import (
	"crypto"
	"slices"
	"time"

	"counterfoil/app/casework"
)

// Original is what an issuer signs: of each field only a commitment under a
// salt of its own, so that the repository can disclose the fields that an item
// names and no others, and the issuer's signature still proves each of them
// (the idea of selective disclosure as in RFC 9901, with our commitments).
type Original struct {
	Version    int               `cbor:"1,keyasint"`
	Kind       string            `cbor:"2,keyasint"`
	Identifier string            `cbor:"3,keyasint,omitempty"`
	Issuer     string            `cbor:"4,keyasint"`
	Issued     int64             `cbor:"5,keyasint"`           // Unix seconds
	Until      int64             `cbor:"6,keyasint,omitempty"` // Unix seconds; 0: 长期
	Status     string            `cbor:"7,keyasint"`
	Fields     map[string][]byte `cbor:"8,keyasint"` // field → commitment of its value
}

// Opening discloses one field of an original.
type Opening struct {
	Field string `cbor:"1,keyasint"`
	Salt  []byte `cbor:"2,keyasint"`
	Value string `cbor:"3,keyasint"`
}

// Presented is what the repository sends for one licence, and what the case
// keeps and commits to.
type Presented struct {
	Signed   []byte    `cbor:"1,keyasint"` // COSE_Sign1 over the Original, by the issuer
	Openings []Opening `cbor:"2,keyasint"`
	Answers  []byte    `cbor:"3,keyasint,omitempty"` // COSE_Sign1 over Answers, by the issuer, where a yes or a no is asked
}

// IssueLicence signs a licence with all its fields and returns the signed
// original with an opening for each field, in the order of l.Fields.
func IssueLicence(signer crypto.Signer, l casework.Licence) (Presented, error) {
	o := Original{Version: Version, Kind: string(l.Kind), Identifier: l.Identifier, Issuer: l.Issuer,
		Issued: l.Issued.Unix(), Status: string(l.Status), Fields: map[string][]byte{}}
	if !l.Until.IsZero() {
		o.Until = l.Until.Unix()
	}
	key, err := PublicOf(signer)
	if err != nil {
		return Presented{}, err
	}
	var p Presented
	for _, f := range l.Fields {
		salt := NewSalt()
		o.Fields[string(f.Field)] = some(key.Suite.Commit(salt, []byte(f.Value)))
		p.Openings = append(p.Openings, Opening{Field: string(f.Field), Salt: salt[:], Value: f.Value})
	}
	payload, err := Marshal(o)
	if err != nil {
		return p, err
	}
	p.Signed, err = Seal(signer, TypeOriginal, payload)
	return p, err
}

// Disclose returns p with only the openings of the named fields.
func (p Presented) Disclose(fields []casework.FieldID) Presented {
	out := Presented{Signed: p.Signed}
	for _, o := range p.Openings {
		if slices.Contains(fields, casework.FieldID(o.Field)) {
			out.Openings = append(out.Openings, o)
		}
	}
	return out
}

// OpenLicence reads a presented licence and verifies everything that does not
// depend on the day: the issuer's key, its signature, each field's commitment,
// and the identifier's check character where the kind's type code is
// configured. On a refusal no value is returned: a failed check shows nothing.
func OpenLicence(raw []byte, info casework.KindInfo, issuer func(name string) (PublicKey, bool)) (casework.Licence, error) {
	var p Presented
	if err := Unmarshal(raw, &p); err != nil {
		return casework.Licence{}, err
	}
	env, err := Unseal(p.Signed)
	if err != nil {
		return casework.Licence{}, err
	}
	var o Original
	if env.Type != TypeOriginal {
		return casework.Licence{}, casework.Refuse(casework.Malformed, "not a licence")
	}
	if err := Unmarshal(env.Payload, &o); err != nil {
		return casework.Licence{}, err
	}
	key, ok := issuer(o.Issuer)
	if !ok {
		return casework.Licence{}, casework.Refuse(casework.IssuerUnknown, o.Kind)
	}
	if env.Verify(key) != nil {
		return casework.Licence{}, casework.Refuse(casework.IssuerSignature, o.Kind)
	}
	if o.Kind != string(info.Kind) {
		return casework.Licence{}, casework.Refuse(casework.WrongKind, o.Kind)
	}
	if info.TypeCode != "" && !casework.CheckLicenceIdentifier(o.Identifier) {
		return casework.Licence{}, casework.Refuse(casework.IdentifierCheck, o.Kind)
	}
	for _, open := range p.Openings {
		if f, ok := info.Find(casework.FieldID(open.Field)); ok && f.Question != nil {
			return casework.Licence{}, casework.Refuse(casework.CentreGarbled, "a value in place of an answer")
		}
	}
	l, err := o.licence(p, raw, env.Suite)
	if err != nil || len(p.Answers) == 0 {
		return l, err
	}
	if err := openAnswers(&l, p, info, key); err != nil {
		return casework.Licence{}, err
	}
	return l, nil
}

func (o Original) licence(p Presented, raw []byte, suite Suite) (casework.Licence, error) {
	l := casework.Licence{Kind: casework.LicenceKind(o.Kind), Identifier: o.Identifier, Issuer: o.Issuer,
		Issued: time.Unix(o.Issued, 0).UTC(), Status: casework.LicenceStatus(o.Status), Original: raw}
	if o.Until != 0 {
		l.Until = time.Unix(o.Until, 0).UTC()
	}
	for _, open := range p.Openings {
		if len(open.Salt) != 32 || !slices.Equal(o.Fields[open.Field], some(suite.Commit(casework.Salt(open.Salt), []byte(open.Value)))) {
			return casework.Licence{}, casework.Refuse(casework.IssuerSignature, o.Kind)
		}
		l.Fields = append(l.Fields, casework.FieldValue{Field: casework.FieldID(open.Field), Value: open.Value})
	}
	return l, nil
}
