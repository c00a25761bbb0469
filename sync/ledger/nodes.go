package ledger

import (
	"errors"
	"slices"
	"time"

	"counterfoil/app/casework"
)

// maxCases bounds the memory of who served which case; it is only a preference.
const maxCases = 4096

// order returns the nodes in the order in which to try them for a case: the one
// that was given or served its last entry, then the others, those that failed a moment ago or lied
// once last. Who lied a moment ago is left out; then the failure says why.
func (c *Client) order(id casework.CaseID) (nodes []*node, barred *Failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.o.Now()
	last := c.cases[id]
	for _, n := range c.nodes {
		if now.Before(n.barred) {
			barred = &Failure{Trouble: n.state.Trouble, Detail: n.state.Detail}
		} else {
			nodes = append(nodes, n)
		}
	}
	rank := func(n *node) int {
		switch {
		case now.Before(n.shunned) || n.state.Trouble.Lie():
			return 2
		case n == last:
			return 0
		}
		return 1
	}
	slices.SortStableFunc(nodes, func(a, b *node) int { return rank(a) - rank(b) })
	return nodes, barred
}

// second returns the node to compare another one with, and whether its word is
// waited for; nil when there is none.
func (c *Client) second(first *node) (second *node, prompt bool) {
	usable, _ := c.order("")
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.o.Now()
	for _, n := range usable {
		if n == first || now.Before(n.shunned) {
			continue
		}
		if !now.Before(n.late) {
			return n, true
		}
		if second == nil {
			second = n
		}
	}
	return second, false
}

// tardy notes that a node was too late as a witness: for a while nobody waits
// for it.
func (c *Client) tardy(n *node) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n != nil {
		n.late = c.o.Now().Add(c.o.Shun)
	}
}

// served notes a verified receipt.
func (c *Client) served(id casework.CaseID, n *node, r casework.Receipt) {
	c.answered(n)
	c.prefer(id, n)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state.Node = n.address
	if r.Height > c.state.Height {
		c.state.Height, c.state.Time = r.Height, r.Time
	}
}

// prefer lets a node be the first one for a case from now on.
func (c *Client) prefer(id casework.CaseID, n *node) {
	if id == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.cases) >= maxCases {
		clear(c.cases)
	}
	c.cases[id] = n
}

// answered notes that a node talks sense, if only to refuse.
func (c *Client) answered(n *node) {
	c.mu.Lock()
	was, barred := n.state.Trouble, c.o.Now().Before(n.barred)
	if !barred { // one answer does not make a liar honest
		n.asked, n.shunned = true, time.Time{}
		c.became(n, None, "")
	}
	c.mu.Unlock()
	if was.Lie() && !barred {
		c.o.Log.Info("a ledger node is used again", "node", n.address, "was", string(was))
	}
}

// absolve takes back that a node forked at a height, when most nodes hold with it.
func (c *Client) absolve(n *node, height int64) {
	c.mu.Lock()
	forked := n.state.Trouble == Forked && n.forked == height
	if forked {
		n.barred = time.Time{}
	}
	c.mu.Unlock()
	if forked {
		c.answered(n)
	}
}

// fail notes an error of a call to a node, if it is the node's.
func (c *Client) fail(n *node, err error) {
	var f *Failure
	if errors.As(asFailure(err), &f) {
		c.failed(n, f)
	}
}

// failed notes what is wrong with a node, and logs once that it lied or is
// behind.
func (c *Client) failed(n *node, f *Failure) {
	if f.ours {
		return
	}
	c.mu.Lock()
	now, was := c.o.Now(), n.state.Trouble
	barred := now.Before(n.barred)
	n.asked, n.shunned = true, now.Add(c.o.Shun)
	if f.Trouble.Lie() {
		n.barred, n.forked = now.Add(c.o.Cool), f.Height
	}
	if !barred || f.Trouble.Lie() { // a liar that can't be reached is a liar
		c.became(n, f.Trouble, f.Detail)
	}
	c.mu.Unlock()
	if f.Trouble != was && (f.Trouble.Lie() || f.Trouble == Behind && !barred) {
		c.o.Log.Warn("a ledger node is left", "node", n.address, "trouble", string(f.Trouble), "why", f.Detail, "height", f.Height, "blocks", f.Blocks)
	}
}

// became is called with the lock held. The ledger is reachable while a node that
// was asked is in no trouble.
func (c *Client) became(n *node, t Trouble, detail string) {
	now := c.o.Now()
	if n.state.Trouble != t {
		n.state.Since = now
	}
	n.state.Trouble, n.state.Detail = t, detail
	next := c.state
	next.Reachable, next.Node, next.Trouble, next.Detail = false, n.address, t, detail
	for _, good := range c.nodes {
		if good.asked && good.state.Trouble == None && (!next.Reachable || good.address == c.state.Node) {
			next.Reachable, next.Node, next.Trouble, next.Detail = true, good.address, None, ""
		}
	}
	if next.Reachable != c.state.Reachable || next.Trouble != c.state.Trouble {
		next.Since = now
	}
	c.state = next
}
