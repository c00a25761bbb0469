package receipt

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
)

// Validator is a validator's key and voting power.
type Validator struct {
	Key   Hex   `json:"key"` // Ed25519, 32 bytes
	Power int64 `json:"power"`
}

// maxPower bounds the power of a whole set, as CometBFT does, so that no sum
// here can overflow.
const maxPower = 1 << 59

// set is a set of validators in the chain's own order (by power, then by
// address), because votes are told apart by their place.
type set struct {
	validators []Validator
	hash       [sha256.Size]byte // as it stands in a header
	power      int64             // of all together
}

// newSet refuses what no chain would have.
func newSet(list []Validator) (set, error) {
	s := set{validators: list}
	if len(list) == 0 {
		return s, errors.New("a set of validators is empty")
	}
	seen := map[string]bool{}
	leaves := make([][]byte, len(list))
	for i, v := range list {
		if len(v.Key) != ed25519.PublicKeySize || seen[string(v.Key)] {
			return s, errors.New("a validator's key is malformed or stands there twice")
		}
		if v.Power < 1 || v.Power > maxPower-s.power {
			return s, errors.New("a validator's power is out of range")
		}
		seen[string(v.Key)], leaves[i] = true, validatorBytes(v)
		s.power += v.Power
	}
	s.hash = merkleRoot(leaves)
	return s, nil
}
