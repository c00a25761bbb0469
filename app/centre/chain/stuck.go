package chain

import (
	"time"

	"github.com/cometbft/cometbft/mempool"
)

// How long transactions wait for a block until they are offered to the other
// nodes again, for the first time and at most.
const (
	firstReoffer = 2 * time.Second
	lastReoffer  = time.Minute
)

// young is the height up to which a ledger's nodes may lose what they send each
// other.
const young = 2

// reoffer sees to it that a young ledger's first transactions reach the others.
// CometBFT sends each to a peer once, and a peer that is still catching up drops
// it. Later a peer is sent nothing before it has said how high it stands, but up
// to height 1 nobody waits for that; so while the halls' nodes start together, a
// transaction can come to lie with a few that can't decide, until any other one
// comes. Then the mempool is filled anew, and what is in it is sent again.
func (n *Node) reoffer() {
	pause := firstReoffer
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for n.Height() <= young {
		select {
		case <-timer.C:
		case <-n.stopped:
			return
		}
		if n.node.Mempool().Size() > 0 {
			n.refill()
			pause = min(2*pause, lastReoffer)
		}
		timer.Reset(pause)
	}
}

// refill takes everything out of the mempool and offers it again, in the same
// order. What arrives in between may be lost: a mempool is no promise, and
// whoever has no receipt sends again.
func (n *Node) refill() {
	n.offers.RLock()
	defer n.offers.RUnlock()
	select {
	case <-n.stopped:
		return
	default:
	}
	pool := n.node.Mempool()
	waiting := pool.ReapMaxTxs(-1)
	pool.Flush()
	n.app.forget()
	for _, tx := range waiting {
		_ = pool.CheckTx(tx, nil, mempool.TxInfo{}) // recorded meanwhile, or there again already
	}
}

// forget lets the mempool's rules start from the recorded state.
func (a *app) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.check = over(a.tree)
}
