package ledger

import (
	"context"
	"sync"
	"time"

	"counterfoil/sync/ledger/receipt"
)

// maxHeights bounds the heights of which it is remembered who showed what.
const maxHeights = 1024

// stubborn is how long a witness is asked for a height that it does not have yet.
const stubborn = time.Second

// witnessed is what nodes have shown for one height, each well signed.
type witnessed struct {
	height  int64
	summons sync.Once
	second  *node         // the witness; nil: there is none
	heard   chan struct{} // closed when the witness has spoken or won't, or is not waited for

	mu       sync.Mutex
	shown    map[*node]receipt.Seen
	deciding sync.Mutex
}

// about returns the record of a height.
func (c *Client) about(height int64) *witnessed {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.heights[height]
	if w == nil {
		if len(c.heights) >= maxHeights {
			clear(c.heights)
		}
		w = &witnessed{height: height, heard: make(chan struct{}), shown: map[*node]receipt.Seen{}}
		c.heights[height] = w
	}
	return w
}

// summon asks a second node for the header of a height, once, beside whatever is
// asked of the first. One that was late a moment ago is asked and not waited for.
func (c *Client) summon(ctx context.Context, n *node, height int64) {
	w := c.about(height)
	w.summons.Do(func() {
		second, prompt := c.second(n)
		w.second = second
		if !prompt {
			close(w.heard)
		}
		if second == nil {
			return
		}
		go func() {
			c.testify(context.WithoutCancel(ctx), w)
			if prompt {
				close(w.heard)
			}
		}()
	})
}

// testify asks the second node until it has the height, for a while.
func (c *Client) testify(ctx context.Context, w *witnessed) {
	second := w.second
	ctx, cancel := context.WithTimeout(ctx, stubborn)
	defer cancel()
	for wait := c.o.Poll; ; wait *= 2 {
		_, seen, err := c.at(ctx, second, w.height)
		if err == nil {
			if w.show(second, seen) {
				c.decide(context.WithoutCancel(ctx), w)
			}
			return
		}
		if _, missing := err.(*rpcError); !missing && ctx.Err() == nil {
			c.fail(second, err)
			return
		}
		select {
		case <-ctx.Done():
			c.tardy(second)
			return
		case <-time.After(wait):
		}
	}
}

// judge compares a block that a node showed with what others showed, and waits
// for the witness a moment. The error is a *Failure: another block of this height
// is well signed, too, and most nodes do not hold with this one.
func (c *Client) judge(ctx context.Context, n *node, seen receipt.Seen) error {
	c.summon(ctx, n, seen.Height)
	w := c.about(seen.Height)
	forked := w.show(n, seen)
	if !forked {
		moment := time.NewTimer(c.o.Witness)
		defer moment.Stop()
		select {
		case <-w.heard:
		case <-moment.C:
			c.tardy(w.second)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if !w.forked() {
		return nil
	}
	for _, winner := range c.decide(ctx, w) {
		if winner == n {
			return nil
		}
	}
	return w.failure()
}

// show notes what a node showed and returns whether it contradicts another.
func (w *witnessed) show(n *node, seen receipt.Seen) bool {
	w.mu.Lock()
	w.shown[n] = seen
	w.mu.Unlock()
	return w.forked()
}
