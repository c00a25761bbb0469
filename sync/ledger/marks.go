package ledger

import (
	"time"

	"counterfoil/sync/ledger/receipt"
)

// mark is a height that was verified, and when.
type mark struct {
	height int64
	at     time.Time
}

// proved notes the height of a header that verifies.
func (c *Client) proved(n *node, seen receipt.Seen) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n.state.Height = max(n.state.Height, seen.Height)
	now := c.o.Now()
	last := len(c.marks) - 1
	switch {
	case last >= 0 && seen.Height <= c.marks[last].height:
		return
	case last > 0 && now.Sub(c.marks[last].at) < c.o.Settle/8:
		c.marks[last].height = seen.Height // keeps the time, and with it the list short
		return
	}
	c.marks = append(c.marks, mark{seen.Height, now})
	for len(c.marks) > 1 && now.Sub(c.marks[1].at) >= c.o.Settle {
		c.marks = c.marks[1:]
	}
}

// settled returns the newest height that every node must have by now: it was
// verified a while ago; 0 when there is none.
func (c *Client) settled() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	var height int64
	for _, m := range c.marks {
		if c.o.Now().Sub(m.at) >= c.o.Settle {
			height = m.height
		}
	}
	return height
}
