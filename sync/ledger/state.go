package ledger

import "time"

// State is how the ledger looked when it was last talked to.
type State struct {
	Reachable bool      // some node serves
	Trouble   Trouble   // why not reachable; None before the first call
	Detail    string    // of the trouble
	Node      string    // address of the node that this is about
	Since     time.Time // when it became so
	Height    int64     // of the newest receipt; 0 before the first
	Time      time.Time // the ledger's time of that receipt
	Nodes     []NodeState
}

// NodeState is how one node looked when it was last talked to, in the order of
// the settings.
type NodeState struct {
	Address string
	Trouble Trouble // None: it serves, or was not asked yet
	Detail  string  // of the trouble: fixed English, never content
	Since   time.Time
	Height  int64 // of the newest header that it proved; 0: none
}

// State returns how the ledger looked last, without calling anybody.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.state
	s.Nodes = make([]NodeState, len(c.nodes))
	for i, n := range c.nodes {
		s.Nodes[i] = n.state
	}
	return s
}

// Liar returns the node that was found out last and is not used for it, if there
// is one.
func (s State) Liar() (NodeState, bool) {
	var last NodeState
	for _, n := range s.Nodes {
		if n.Trouble.Lie() && (last.Trouble == None || n.Since.After(last.Since)) {
			last = n
		}
	}
	return last, last.Trouble != None
}
