package chain

import (
	"encoding/hex"
	"encoding/json"

	"github.com/cometbft/cometbft/types"
)

// Trust returns the trust document of the beginning of a ledger, as Node.Trust
// does, from its genesis document alone.
func Trust(raw []byte) ([]byte, error) {
	if _, err := ReadFounding(raw); err != nil {
		return nil, err
	}
	doc, err := types.GenesisDocFromJSON(raw)
	if err != nil {
		return nil, err
	}
	return trustOf(doc), nil
}

func trustOf(genesis *types.GenesisDoc) []byte {
	type validator struct {
		Key   string `json:"key"`
		Power int64  `json:"power"`
	}
	var doc struct {
		ChainID    string      `json:"chain_id"`
		Validators []validator `json:"validators"`
	}
	doc.ChainID = genesis.ChainID
	var list []*types.Validator
	for _, v := range genesis.Validators {
		list = append(list, types.NewValidator(v.PubKey, v.Power))
	}
	for _, v := range types.NewValidatorSet(list).Validators {
		doc.Validators = append(doc.Validators, validator{hex.EncodeToString(v.PubKey.Bytes()), v.VotingPower})
	}
	raw, _ := json.Marshal(doc) // strings and numbers: cannot fail
	return raw
}
