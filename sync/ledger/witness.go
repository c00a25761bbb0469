package ledger

import (
	"context"
	"encoding/hex"
	"slices"
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

// sides returns the nodes by the block that they showed.
func (w *witnessed) sides() map[[32]byte][]*node {
	w.mu.Lock()
	defer w.mu.Unlock()
	sides := map[[32]byte][]*node{}
	for n, seen := range w.shown {
		sides[seen.Block] = append(sides[seen.Block], n)
	}
	return sides
}

func (w *witnessed) forked() bool { return len(w.sides()) > 1 }

func (w *witnessed) failure() *Failure {
	f := &Failure{Trouble: Forked, Detail: "two blocks of one height, both well signed", Height: w.height}
	for block := range w.sides() {
		f.Blocks = append(f.Blocks, hex.EncodeToString(block[:]))
	}
	slices.Sort(f.Blocks)
	return f
}

// decide asks every other node for the header of a height of which there are
// different ones, and returns the nodes on the side that has more of them than
// any other side; none when there is no such side. The rest are left as liars.
func (c *Client) decide(ctx context.Context, w *witnessed) []*node {
	w.deciding.Lock()
	defer w.deciding.Unlock()
	ctx, cancel := context.WithTimeout(ctx, stubborn)
	defer cancel()
	var all sync.WaitGroup
	for _, n := range c.others(w) {
		all.Go(func() {
			_, seen, err := c.at(ctx, n, w.height)
			if _, missing := err.(*rpcError); err == nil {
				w.show(n, seen)
			} else if !missing && ctx.Err() == nil {
				c.fail(n, err)
			}
		})
	}
	all.Wait()
	most := w.majority()
	for _, side := range w.sides() {
		for _, n := range side {
			if slices.Contains(most, n) {
				c.absolve(n, w.height)
			} else {
				c.failed(n, w.failure())
				n.follower.fail(w.failure())
			}
		}
	}
	return most
}

// majority returns the largest side; none when two are as large.
func (w *witnessed) majority() []*node {
	var most []*node
	alone := false
	for _, side := range w.sides() {
		switch {
		case len(side) > len(most):
			most, alone = side, true
		case len(side) == len(most):
			alone = false
		}
	}
	if !alone {
		return nil
	}
	return most
}

// others returns the nodes that may be used and have not shown the height yet.
func (c *Client) others(w *witnessed) []*node {
	usable, _ := c.order("")
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(usable, func(n *node) bool { _, ok := w.shown[n]; return ok })
}
