package chain

import (
	"strings"
	"time"

	"github.com/cometbft/cometbft/p2p"
)

// everyRedial is how often the nodes of the settings are looked for.
const everyRedial = 5 * time.Second

// redial connects to the nodes of the settings that are not connected, for as
// long as this one runs. CometBFT dials them again by itself and still loses some
// for good: a connection that breaks while it is being added (to a node that is
// just shutting down) is not taken up again, because the attempt before counts as
// still under way; and after two minutes its pauses grow to hours. The other side
// need not dial: the settings of the older halls do not name one that joined
// later. Dialling whoever is connected or being dialled does nothing.
func (n *Node) redial(peers []string) {
	tick := time.NewTicker(everyRedial)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			n.dial(peers)
		case <-n.stopped:
			return
		}
	}
}

func (n *Node) dial(peers []string) {
	var missing []string
	for _, peer := range peers {
		id, _, _ := strings.Cut(peer, "@")
		if !n.node.Switch().Peers().Has(p2p.ID(strings.ToLower(id))) {
			missing = append(missing, peer)
		}
	}
	if len(missing) > 0 {
		_ = n.node.Switch().DialPeersAsync(missing) // a bad address was refused when the node started
	}
}
