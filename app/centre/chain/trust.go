package chain

import (
	"encoding/hex"
	"encoding/json"

	"github.com/cometbft/cometbft/types"
)

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
