package ledger

import (
	"context"
	"slices"
	"sync"
	"time"

	"counterfoil/sync/ledger/receipt"
)

// stale is how much older than another node's newest block a node's may be. The
// heights alone do not tell how long ago a node stopped.
const stale = time.Minute

// head is the newest block that a node proves.
type head struct {
	node *node
	seen receipt.Seen // zero when it has no block yet
}

// Health asks every node for its newest block, verifies it, and compares it with
// what is known and with what the others prove, and returns the state after that.
// What a node merely says of its height counts for nothing.
func (c *Client) Health(ctx context.Context) State {
	if c.verifier.Load() == nil {
		return c.State()
	}
	sure := c.settled()
	heads := c.heads(ctx, c.nodes)
	slow, best := behind(heads, sure)
	if len(slow) > 0 && pause(ctx, c.o.Settle) { // it may have been a block on its way
		late := make([]*node, len(slow))
		for i, h := range slow {
			late[i] = h.node
		}
		again, _ := behind(c.heads(ctx, late), max(sure, best.Height))
		for _, h := range again {
			c.failed(h.node, &Failure{Trouble: Behind, Detail: "the node's newest block is older than another one that is verified", Height: h.seen.Height})
		}
		slow = again
	}
	for _, h := range heads {
		if ctx.Err() == nil && !slices.ContainsFunc(slow, func(s head) bool { return s.node == h.node }) {
			c.healthy(ctx, h)
		}
	}
	return c.State()
}

// heads asks nodes for their newest blocks. Who fails is noted and left out.
func (c *Client) heads(ctx context.Context, nodes []*node) []head {
	all := make([]*head, len(nodes))
	var asked sync.WaitGroup
	for i, n := range nodes {
		asked.Go(func() {
			seen, err := c.head(ctx, n)
			if err == nil {
				all[i] = &head{n, seen}
			} else if ctx.Err() == nil {
				c.fail(n, err)
			}
		})
	}
	asked.Wait()
	var heads []head
	for _, h := range all {
		if h != nil {
			heads = append(heads, *h)
		}
	}
	return heads
}

// head returns the newest block that a node proves; the zero value when its chain
// has none.
func (c *Client) head(ctx context.Context, n *node) (receipt.Seen, error) {
	s, err := n.commit(ctx, 0)
	if _, none := err.(*rpcError); none || err == nil && s.Header.Height == 0 { // CometBFT answers null when it has no block
		if height, hearsay := n.height(ctx); hearsay != nil || height == 0 {
			return receipt.Seen{}, hearsay
		}
	}
	if err != nil {
		return receipt.Seen{}, asFailure(err)
	}
	if s.Header.ChainID != n.chain {
		return receipt.Seen{}, &Failure{Trouble: Foreign, Detail: "the node keeps another chain", Height: s.Header.Height}
	}
	_, seen, err := c.sound(ctx, n, s)
	return seen, err
}

// behind returns which heads are older than a height that is sure, or than the
// best of them by more than a minute, and the best.
func behind(heads []head, sure int64) (slow []head, best receipt.Seen) {
	for _, h := range heads {
		if h.seen.Height > best.Height {
			best = h.seen
		}
	}
	for _, h := range heads {
		if h.seen.Height < sure || h.seen.Height < best.Height && best.Time.Sub(h.seen.Time) > stale {
			slow = append(slow, h)
		}
	}
	return slow, best
}

// healthy compares the newest block of a node with what others showed for that
// height, and notes that the node is there.
func (c *Client) healthy(ctx context.Context, h head) {
	if h.seen.Height > 0 {
		if err := c.judge(ctx, h.node, h.seen); err != nil {
			c.fail(h.node, err)
			return
		}
	}
	c.mu.Lock()
	slow := h.node.state.Trouble == Slow && c.o.Now().Before(h.node.shunned)
	c.mu.Unlock()
	if !slow { // that it knows the newest block does not make it quick
		c.answered(h.node)
	}
}

// pause returns false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
