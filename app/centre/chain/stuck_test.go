package chain

import (
	"slices"
	"testing"
	"time"

	"github.com/cometbft/cometbft/consensus"
	"github.com/cometbft/cometbft/mempool"

	"counterfoil/app/protocol"
)

// TestATransactionTakenWhileTheOthersStartIsRecordedByItself gives a young
// ledger's first transaction to nodes that can't decide, and starts the others:
// those drop it while they catch up, it is the turn of one of them, and nothing
// else comes that would wake them.
func TestATransactionTakenWhileTheOthersStartIsRecordedByItself(t *testing.T) {
	r := newRing(t, newCity(time.Now()), 4)
	for i := range r.nodes {
		r.reach(i, 1)
	}
	env, err := r.nodes[0].node.ConfigureRPC()
	if err != nil {
		t.Fatal(err)
	}
	turn := env.ConsensusState.(*consensus.State).GetState().Validators.GetProposer().PubKey.Bytes()
	next := slices.IndexFunc(r.homes, func(home string) bool {
		k, err := ReadKeys(home)
		return err == nil && slices.Equal(k.Validator, turn)
	})
	away := []int{next, (next + 1) % 4}
	taken := (next + 2) % 4
	for _, i := range away {
		r.stop(i)
	}
	raw := say(t, r.adminOf(0), protocol.EnrolKey(testChain, "dongcheng", "12", public(r.counter), time.Now()))
	done, leave := r.nodes[taken].app.await(protocol.DigestOf(raw))
	defer leave()
	if err := r.nodes[taken].node.Mempool().CheckTx(raw, nil, mempool.TxInfo{}); err != nil {
		t.Fatal(err)
	}
	for _, i := range away {
		r.start(i, nil)
	}
	select {
	case height := <-done:
		t.Logf("recorded at height %d", height)
	case <-time.After(time.Minute):
		t.Fatal("nobody records it")
	}
}
