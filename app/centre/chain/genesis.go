package chain

import (
	"bytes"
	"encoding/json"
	"errors"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// genesis is the application's part of the genesis document: who may say what
// on this chain, agreed by all nodes before the first block.
type genesis struct {
	Authority protocol.PublicKey                     `json:"authority"` // registers and revokes grants
	Admins    map[casework.HallID]protocol.PublicKey `json:"admins"`    // enrol and withdraw their hall's keys
}

func (g genesis) check() error {
	if err := g.Authority.Check(); err != nil {
		return err
	}
	if len(g.Admins) == 0 {
		return errors.New("chain: no hall has an administrator")
	}
	for hall, key := range g.Admins {
		if hall == "" {
			return errors.New("chain: a hall without a name")
		}
		if err := key.Check(); err != nil {
			return err
		}
	}
	return nil
}

// encode returns the one encoding of g: the JSON encoder sorts the halls.
func (g genesis) encode() ([]byte, error) { return json.Marshal(g) }

// same reports whether raw, from an existing home, says the same as g. CometBFT
// may have indented it.
func (g genesis) same(raw []byte) bool {
	var there genesis
	if json.Unmarshal(raw, &there) != nil {
		return false
	}
	a, errA := g.encode()
	b, errB := there.encode()
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// speaks reports whether key is the authority's or an administrator's.
func (g genesis) speaks(id protocol.KeyID) bool {
	if id == g.Authority.ID() {
		return true
	}
	for _, key := range g.Admins {
		if id == key.ID() {
			return true
		}
	}
	return false
}
