package casework

import (
	"encoding/hex"
	"errors"
)

// CaseID identifies a case on the ledger: 16 random bytes as 32 lower-case hex
// digits. It says nothing about the citizen, the item or the order of cases.
type CaseID string

// CaseNumber is what people call a case, for example 20261123-12-0047: date,
// counter, number of the day. It stays at the counter.
type CaseNumber string

// GrantID identifies a grant: 16 random bytes as 32 lower-case hex digits. It
// is all that the ledger knows of a grant, so two grants of one person cannot
// be linked.
type GrantID string

// HallID names a service hall, for example "dongcheng".
type HallID string

// CounterID names a counter within its hall, for example "12".
type CounterID string

// Pseudonym stands for a person in an entry or a grant: a clerk towards the
// ledger, or a holder for one grant alone.
type Pseudonym string

// ItemCode is the code of a service item (实施编码), opaque to us.
type ItemCode string

// LicenceKind names a kind of licence, for example "id-card". Kinds are data:
// see the catalogue.
type LicenceKind string

// FieldID names a field of a licence kind or of an item's form.
type FieldID string

// Digest is a 32-byte digest (SHA-256 or SM3). The zero value means none.
type Digest [32]byte

// Commitment is a salted commitment: HMAC(salt, content), 32 bytes. The zero
// value means none.
type Commitment [32]byte

// Salt is the 32 random bytes kept with a committed content. Destroying it and
// the content makes the commitment meaningless.
type Salt [32]byte

// IsZero reports whether the digest is absent.
func (d Digest) IsZero() bool { return d == Digest{} }

// String returns 64 lower-case hex digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes the digest as 64 hex digits.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 64 hex digits.
func (d *Digest) UnmarshalText(text []byte) error { return unhex32(d[:], text) }

// IsZero reports whether the commitment is absent.
func (c Commitment) IsZero() bool { return c == Commitment{} }

// String returns 64 lower-case hex digits.
func (c Commitment) String() string { return hex.EncodeToString(c[:]) }

// MarshalText writes the commitment as 64 hex digits.
func (c Commitment) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads 64 hex digits.
func (c *Commitment) UnmarshalText(text []byte) error { return unhex32(c[:], text) }

// MarshalText writes the salt as 64 hex digits.
func (s Salt) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(s[:])), nil }

// UnmarshalText reads 64 hex digits.
func (s *Salt) UnmarshalText(text []byte) error { return unhex32(s[:], text) }

func unhex32(into, text []byte) error {
	if len(text) != 64 {
		return errors.New("want 64 hex digits")
	}
	_, err := hex.Decode(into, text)
	return err
}
