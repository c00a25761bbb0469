package ledger

import (
	"context"
	"encoding/hex"
	"slices"
	"sync"
)

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
