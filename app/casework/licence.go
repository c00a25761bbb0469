package casework

import "time"

// Licence is an electronic licence (电子证照) as it was retrieved: only the
// fields that the item names, each proved by the issuer's signature over the
// original (package protocol opens it).
type Licence struct {
	Kind       LicenceKind
	Identifier string // 电子证照标识 (GB/T 36904); may be empty where the type code is not configured
	Issuer     string // 签发机关, by name
	Issued     time.Time
	Until      time.Time // zero: 长期, no end
	Status     LicenceStatus
	Fields     []FieldValue
	Answered   time.Time // when its questions were answered; zero: none was asked
	Original   []byte    // the signed original and the openings of Fields, exactly as received
}

// FieldValue is one field with its value as printed on the licence. A picture
// (portrait) is a JPEG in base64.
type FieldValue struct {
	Field FieldID `json:"field"`
	Value string  `json:"value"`
}

// Value returns the value of a field and whether it is there.
func (l Licence) Value(f FieldID) (string, bool) {
	for _, v := range l.Fields {
		if v.Field == f {
			return v.Value, true
		}
	}
	return "", false
}

// LicenceStatus is what the issuer says of a licence's standing.
type LicenceStatus string

// The standings: in force; suspended for a time (居住证 使用功能中止); ended by
// the authority (营业执照 吊销).
const (
	InForce   LicenceStatus = "in-force"
	Suspended LicenceStatus = "suspended"
	Withdrawn LicenceStatus = "withdrawn"
)

// Standing refuses a licence that is not in force on the day of now.
func (l Licence) Standing(now time.Time) error {
	if l.Status != InForce {
		return Refuse(LicenceSuspended, string(l.Kind))
	}
	if !l.Until.IsZero() && !now.Before(l.Until.AddDate(0, 0, 1)) {
		return Refuse(LicenceExpired, string(l.Kind))
	}
	return nil
}

// KindInfo describes a kind of licence. Kinds are data: the catalogue holds
// them.
type KindInfo struct {
	Kind     LicenceKind `toml:"kind"`
	Name     string      `toml:"name"`
	NameEN   string      `toml:"name_en"`
	TypeCode string      `toml:"type_code"` // 21 characters of the identifier; empty where not published: then no check digit is claimed
	Fields   []FieldInfo `toml:"fields"`

	Entity         bool    `toml:"entity"`         // held by an entity, never by a person: whoever authorizes its use acts for the entity
	Holder         FieldID `toml:"holder"`         // the field that names the holder; empty: none does
	Representative FieldID `toml:"representative"` // of an entity's: the field that names the legal representative; empty: none does
}

// FieldInfo describes one field of a licence kind.
type FieldInfo struct {
	Field     FieldID `toml:"field"`
	Name      string  `toml:"name"`
	NameEN    string  `toml:"name_en"`
	Sensitive bool    `toml:"sensitive"` // never asked unless the item names it (个人信息保护法 art. 28)

	Typed    Typed     `toml:"-"` // how a clerk writes it off a paper original; empty: not letter by letter
	Question *Question `toml:"-"` // the field is a yes or a no, not a value; nil for a value
}

// Find returns the description of a field, or false.
func (k KindInfo) Find(f FieldID) (FieldInfo, bool) {
	for _, info := range k.Fields {
		if info.Field == f {
			return info, true
		}
	}
	return FieldInfo{}, false
}
