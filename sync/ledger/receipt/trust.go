package receipt

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
)

// MaxTrustBytes bounds a trust document with its links, MaxLinks their number:
// four halls that each change their keys every month make 48 a year.
const (
	MaxTrustBytes = 16 << 20
	MaxLinks      = 10_000
)

// Trust is what a counter or an auditor pins, the chain's name and the
// validators that may sign its blocks, and the links that were followed from
// there, in the order of their heights. The links need no trust of their own:
// they are proved by what is pinned.
type Trust struct {
	ChainID    string      `json:"chain_id"`
	Validators []Validator `json:"validators"`
	Links      []Link      `json:"links,omitempty"`
}

// ParseTrust reads a trust document: the JSON of a Trust, exactly as Encode
// writes it. The links' signatures are not asked for yet: Follow does.
func ParseTrust(raw []byte) (Trust, error) {
	var t Trust
	if len(raw) > MaxTrustBytes || strict(raw, &t) != nil {
		return Trust{}, errors.New("the trust document is not in its one encoding")
	}
	return t, t.check()
}

// Encode returns the trust document.
func (t Trust) Encode() ([]byte, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	return json.Marshal(t)
}

// Pinned returns the trust without its links: what a person compares.
func (t Trust) Pinned() Trust {
	t.Links = nil
	return t
}

// Fingerprint is what people compare, on phones, in reports and from the programs:
// the SHA-256 of what is pinned, as 64 hex digits.
func (t Trust) Fingerprint() (string, error) {
	raw, err := t.Pinned().Encode()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}

func (t Trust) check() error {
	if t.ChainID == "" {
		return errors.New("the trust names no chain")
	}
	if _, err := newSet(t.Validators); err != nil {
		return err
	}
	if len(t.Links) > MaxLinks {
		return errors.New("the trust has too many links")
	}
	var last int64
	for _, l := range t.Links {
		if err := l.check(); err != nil {
			return err
		}
		if l.Header.Height <= last {
			return errors.New("the links are not in the order of their heights")
		}
		last = l.Header.Height
	}
	return nil
}

// Follow verifies every link, one after the other.
func (t Trust) Follow() (*Verifier, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	first, err := newSet(t.Validators)
	if err != nil {
		return nil, err
	}
	return (&Verifier{trust: t.Pinned(), sets: []set{first}}).Extend(t.Links...)
}

// Verify follows the links and verifies one receipt: for callers that have no
// more than one.
func (t Trust) Verify(receipt, tx []byte) (Verified, error) {
	v, err := t.Follow()
	if err != nil {
		return Verified{}, err
	}
	return v.Verify(receipt, tx)
}
