package chain

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/cometbft/cometbft/mempool"
	"github.com/cometbft/cometbft/types"

	"counterfoil/app/protocol"
)

// turns returns whose turn it is to make the first blocks.
func (r *ring) turns(blocks int) (nodes []int) {
	r.t.Helper()
	doc, err := types.GenesisDocFromJSON(r.genesis)
	if err != nil {
		r.t.Fatal(err)
	}
	var list []*types.Validator
	for _, v := range doc.Validators {
		list = append(list, types.NewValidator(v.PubKey, v.Power))
	}
	for set := types.NewValidatorSet(list); len(nodes) < blocks; set.IncrementProposerPriority(1) {
		key := set.GetProposer().PubKey.Bytes()
		nodes = append(nodes, slices.IndexFunc(r.homes, func(home string) bool {
			k, err := ReadKeys(home)
			return err == nil && bytes.Equal(k.Validator, key)
		}))
	}
	return nodes
}

// TestATransactionTakenWhileTheOthersStartIsRecordedByItself gives a young
// ledger's first transaction to two nodes that can't decide, and starts the
// others: those drop it while they catch up, and the first two blocks are theirs
// to make. The first needs no transaction; for the second they would wait until
// any other one came.
func TestATransactionTakenWhileTheOthersStartIsRecordedByItself(t *testing.T) {
	r := foundRing(t, newCity(time.Now()), 4)
	late := r.turns(2)
	var first []int
	for i := range r.nodes {
		if !slices.Contains(late, i) {
			first = append(first, i)
			r.start(i, nil)
		}
	}
	env, err := r.nodes[first[0]].node.ConfigureRPC()
	if err != nil {
		t.Fatal(err)
	}
	for tick := time.NewTicker(10 * time.Millisecond); env.ConsensusReactor.WaitSync(); { // it would send nothing
		<-tick.C
	}
	raw := say(t, r.adminOf(0), protocol.EnrolKey(testChain, "dongcheng", "12", public(r.counter), time.Now()))
	done, leave := r.nodes[first[0]].app.await(protocol.DigestOf(raw))
	defer leave()
	if err := r.nodes[first[0]].node.Mempool().CheckTx(raw, nil, mempool.TxInfo{}); err != nil {
		t.Fatal(err)
	}
	for _, i := range late {
		r.start(i, nil)
	}
	select {
	case height := <-done:
		t.Logf("recorded at height %d", height)
	case <-time.After(2 * time.Minute):
		t.Fatal("nobody records it")
	}
}
