package receipt

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
)

// Trust is what a counter or an auditor pins: the chain's name and the
// validators that may sign its blocks, in the chain's own order (by power, then
// by address), because votes are told apart by their place.
type Trust struct {
	ChainID    string      `json:"chain_id"`
	Validators []Validator `json:"validators"`
}

// Validator is a validator's key and voting power.
type Validator struct {
	Key   Hex   `json:"key"` // Ed25519, 32 bytes
	Power int64 `json:"power"`
}

// maxPower bounds the power of a whole set, as CometBFT does, so that no sum
// here can overflow.
const maxPower = 1 << 59

// ParseTrust reads a trust document: the JSON of a Trust, exactly as Encode
// writes it.
func ParseTrust(raw []byte) (Trust, error) {
	var t Trust
	if len(raw) > MaxBytes || strict(raw, &t) != nil {
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

func (t Trust) check() error {
	if t.ChainID == "" || len(t.Validators) == 0 {
		return errors.New("the trust names no chain or no validator")
	}
	seen := map[string]bool{}
	for _, v := range t.Validators {
		if len(v.Key) != ed25519.PublicKeySize || seen[string(v.Key)] {
			return errors.New("a validator's key is malformed or stands there twice")
		}
		seen[string(v.Key)] = true
		if v.Power < 1 || v.Power > maxPower || t.total() > maxPower {
			return errors.New("a validator's power is out of range")
		}
	}
	return nil
}

// total returns the power of the whole set, capped just above maxPower.
func (t Trust) total() int64 {
	var sum int64
	for _, v := range t.Validators {
		sum = min(sum+min(v.Power, maxPower), maxPower+1)
	}
	return sum
}

// hash returns the validator set's hash as it stands in a header.
func (t Trust) hash() [sha256.Size]byte {
	leaves := make([][]byte, len(t.Validators))
	for i, v := range t.Validators {
		leaves[i] = validatorBytes(v)
	}
	return merkleRoot(leaves)
}
