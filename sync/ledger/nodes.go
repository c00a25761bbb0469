package ledger

import (
	"slices"
	"time"

	"counterfoil/app/casework"
)

// maxCases bounds the memory of who served which case; it is only a preference.
const maxCases = 4096

// order returns the nodes in the order in which to try them for a case: the one
// that served it last, then the others, those that failed a moment ago last.
func (c *Client) order(id casework.CaseID) []*node {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.o.Now()
	nodes := slices.Clone(c.nodes)
	last := c.cases[id]
	rank := func(n *node) int {
		switch {
		case now.Before(n.shunned):
			return 2
		case n == last:
			return 0
		}
		return 1
	}
	slices.SortStableFunc(nodes, func(a, b *node) int { return rank(a) - rank(b) })
	return nodes
}

// served notes a verified receipt.
func (c *Client) served(id casework.CaseID, n *node, r casework.Receipt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.cases) >= maxCases {
		clear(c.cases)
	}
	c.cases[id] = n
	n.shunned = time.Time{}
	c.reachable(n)
	if r.Height > c.state.Height {
		c.state.Height, c.state.Time = r.Height, r.Time
	}
}

// answered notes that a node talks sense, if only to refuse.
func (c *Client) answered(n *node) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n.shunned = time.Time{}
	c.reachable(n)
}

// failed notes what is wrong with a node.
func (c *Client) failed(n *node, f *Failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.o.Now()
	n.shunned = now.Add(c.o.Shun)
	if c.state.Reachable && c.state.Node != n.address {
		return // another one serves
	}
	if c.state.Reachable || c.state.Trouble != f.Trouble {
		c.state.Since = now
	}
	c.state.Reachable, c.state.Node, c.state.Trouble, c.state.Detail = false, n.address, f.Trouble, f.Detail
}

// reachable is called with the lock held.
func (c *Client) reachable(n *node) {
	if !c.state.Reachable {
		c.state.Since = c.o.Now()
	}
	c.state.Reachable, c.state.Node, c.state.Trouble, c.state.Detail = true, n.address, None, ""
}
