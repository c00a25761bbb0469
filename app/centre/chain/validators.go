package chain

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"

	"counterfoil/app/protocol"
)

// updates returns how the validators change with a block, in one order for all
// nodes, and notes in the state that they do. A change decided at height h is
// voted on from h+2: the earlier set signs h+1 last.
func updates(l *layer, height int64) ([]abci.ValidatorUpdate, error) {
	powers := map[string]int64{}
	for path := range l.changes {
		hall, ok := strings.CutPrefix(path, protocol.LedgerHall)
		if !ok {
			continue
		}
		var before, after protocol.HallState
		if _, err := load(l.below, protocol.LedgerHall+hall, &before); err != nil {
			return nil, err
		}
		if _, err := load(l, path, &after); err != nil {
			return nil, err
		}
		if bytes.Equal(before.Validator, after.Validator) && before.Power == after.Power {
			continue
		}
		if before.Power > 0 {
			powers[string(before.Validator)] = 0
		}
		if after.Power > 0 {
			powers[string(after.Validator)] = after.Power
		}
	}
	if len(powers) == 0 {
		return nil, nil
	}
	var list []abci.ValidatorUpdate
	for key, power := range powers {
		list = append(list, abci.Ed25519ValidatorUpdate(ed25519.PubKey(key), power))
	}
	slices.SortFunc(list, func(a, b abci.ValidatorUpdate) int {
		return bytes.Compare(a.PubKey.GetEd25519(), b.PubKey.GetEd25519())
	})
	var sets []int64
	if _, err := load(l, protocol.LedgerSets, &sets); err != nil {
		return nil, err
	}
	return list, l.save(protocol.LedgerSets, append(sets, height+1))
}

// known reports whether a node may connect: it is a hall's, or one that this
// node's own settings name.
func (a *app) known(id string) bool {
	if slices.Contains(a.peers, id) {
		return true
	}
	want, err := hex.DecodeString(id)
	if err != nil || len(want) == 0 {
		return false
	}
	_, records, err := halls(a.tree)
	return err == nil && slices.ContainsFunc(records, func(h protocol.HallState) bool { return bytes.Equal(h.Node, want) })
}
