package receipt

import (
	"encoding/json"
	"errors"
)

// Link leads from one set of validators to the next: the last block that the
// earlier set signs, whose header names the later set. It proves that more than
// two thirds of the earlier set's power handed over to exactly these validators,
// from the next height on.
type Link struct {
	Sealed
	Validators []Validator `json:"validators"` // the later set, in the chain's own order
}

// Encode returns the one encoding of l.
func (l Link) Encode() ([]byte, error) { return json.Marshal(l) }

// ParseLink reads a link, exactly as Encode writes it. Whether it leads anywhere
// only a Verifier can tell.
func ParseLink(raw []byte) (Link, error) {
	var l Link
	if len(raw) > MaxBytes || strict(raw, &l) != nil {
		return Link{}, errors.New("the link is not in its one encoding")
	}
	return l, l.check()
}

// check refuses a link that can't lead anywhere, whoever signed it.
func (l Link) check() error {
	if l.Signatures == nil {
		return errors.New("a link lacks its signatures")
	}
	_, err := newSet(l.Validators)
	return err
}
