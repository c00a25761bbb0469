package chain

import (
	"testing"
	"time"

	"github.com/cometbft/cometbft/p2p"
)

// TestANodeThatWasGivenUpIsConnectedAgain drops a connection in the way after
// which CometBFT does not dial again; the other side has no settings that would
// make it dial.
func TestANodeThatWasGivenUpIsConnectedAgain(t *testing.T) {
	r := foundRing(t, newCity(time.Now()), 2)
	r.start(1, func(o *Options) { o.Peers = nil })
	r.start(0, nil)
	nodes, other := r.nodes[0].node.Switch(), p2p.ID(r.nodes[1].ID())
	for range 2 {
		limit := time.After(time.Minute)
		for tick := time.NewTicker(20 * time.Millisecond); !nodes.Peers().Has(other); {
			select {
			case <-tick.C:
			case <-limit:
				t.Fatal("the other node is not connected")
			}
		}
		nodes.StopPeerGracefully(nodes.Peers().Get(other))
	}
}
