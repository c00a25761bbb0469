package ledger

import (
	"context"
	"errors"
	"time"
)

// State is how the ledger looked when it was last talked to.
type State struct {
	Reachable bool
	Trouble   Trouble   // why not reachable; None before the first call
	Detail    string    // of the trouble
	Node      string    // address of the node that this is about
	Since     time.Time // when it became so
	Height    int64     // of the newest verified receipt; 0 before the first
	Time      time.Time // the ledger's time of that receipt
}

// State returns how the ledger looked last, without calling anybody.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Health asks one node after the other whether it is there and keeps this
// chain, until one does, and returns the state after that. What a node says of
// its height is hearsay and not reported: heights come from receipts.
func (c *Client) Health(ctx context.Context) State {
	for _, n := range c.order("") {
		err := n.health(ctx)
		var f *Failure
		if err == nil {
			c.answered(n)
			break
		}
		if ctx.Err() != nil {
			break
		}
		if errors.As(err, &f) {
			c.failed(n, f)
		}
	}
	return c.State()
}
