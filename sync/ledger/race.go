package ledger

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"counterfoil/app/casework"
)

// bulk is how many entries are under way when they are a backlog rather than a
// clerk's steps: then an entry that waits behind others in a node that hands out
// blocks is no reason to load the next node with it, too.
const bulk = 64

// patience is how often such an entry is left waiting for Options.Hedge, and how
// many of these may pass between two blocks with entries of ours.
const patience = 4

// race is one entry on its way through several nodes: the first verified receipt
// wins. Sending to more than one is harmless, the digest is the identity.
type race struct {
	c        *Client
	id       casework.CaseID
	raw      []byte
	left     []*node // not tried yet
	running  []*node // in the order in which they were given the entry
	results  chan result
	attempts context.Context // of the attempts; it outlives the race by a moment
	stands   sync.Once       // in the first node's line
	queued   func()

	barred  *Failure // some nodes are not used because they lied
	failed  *Failure // the last failure
	refused error    // what the rules of a node that answered say
	unheard int      // nodes that may know more than those that refused
	taken   bool     // a node took the entry, and then no block came
}

type result struct {
	node    *node
	receipt casework.Receipt
	err     error
}

// race gives the entry to one node after the other, to the next one when one has
// failed or refused or takes longer than Options.Hedge.
func (c *Client) race(ctx context.Context, id casework.CaseID, raw []byte, queued func()) (casework.Receipt, error) {
	r := &race{c: c, id: id, raw: raw, queued: queued}
	r.left, r.barred = c.order(id)
	r.results = make(chan result, len(r.left))
	going, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.attempts = going
	hedge := time.NewTicker(c.o.Hedge)
	defer hedge.Stop()
	waited := 0
	r.next()
	for len(r.running) > 0 {
		select {
		case <-ctx.Done():
			cancel()
			return casework.Receipt{}, ctx.Err()
		case <-hedge.C:
			if waited++; waited >= patience || !c.queueing(r.running[len(r.running)-1]) {
				r.next()
			}
		case got := <-r.results:
			if r.settle(got) {
				c.served(id, got.node, got.receipt)
				r.rest(cancel)
				return got.receipt, nil
			}
			hedge.Reset(c.o.Hedge)
			r.next()
		}
	}
	cancel()
	return casework.Receipt{}, r.verdict()
}

// next gives the entry to the next node.
func (r *race) next() {
	if len(r.left) == 0 {
		return
	}
	n := r.left[0]
	r.left, r.running = r.left[1:], append(r.running, n)
	go func() {
		receipt, err := r.c.bring(r.attempts, n, letter{raw: r.raw, id: r.id, queued: func() { r.queue(n) }})
		r.results <- result{n, receipt, err}
	}()
}

// queue hears that the entry stands in a node's line: what follows on it is best
// given to the same node.
func (r *race) queue(n *node) {
	r.stands.Do(func() {
		r.c.prefer(r.id, n)
		r.queued()
	})
}

// settle learns how the entry fared at a node and returns whether it is done.
func (r *race) settle(got result) bool {
	r.running = slices.DeleteFunc(r.running, func(n *node) bool { return n == got.node })
	var failure *Failure
	switch {
	case got.err == nil:
		return true
	case errors.As(got.err, &failure):
		r.failed = failure
		r.unheard++
		r.taken = r.taken || failure.Trouble == Slow
		r.c.failed(got.node, failure)
	default:
		if r.refused == nil || mayLag(casework.KindOf(r.refused)) {
			r.refused = got.err
		}
		r.c.answered(got.node)
	}
	return false
}

// rest looks after the nodes that are still trying when another one has the
// receipt: who was given the entry earlier and does not have it a moment later
// either is slow.
func (r *race) rest(cancel context.CancelFunc) {
	if len(r.running) == 0 {
		cancel()
		return
	}
	go func() {
		defer cancel()
		moment := time.NewTimer(r.c.o.Witness)
		defer moment.Stop()
		for len(r.running) > 0 {
			select {
			case got := <-r.results:
				if r.settle(got) {
					r.c.answered(got.node)
				}
			case <-moment.C:
				for _, n := range r.running {
					r.c.failed(n, &Failure{Trouble: Slow, Detail: "another node was quicker"})
				}
				return
			}
		}
	}()
}

// verdict is what is known when no node gave a receipt. A refusal stands when
// every node that answers says so, unless another one may know more.
func (r *race) verdict() error {
	switch {
	case r.refused != nil && r.taken:
		return &Failure{Trouble: Behind, Detail: "another node takes it", refusal: r.refused}
	case r.refused != nil && (r.unheard > 0 || r.barred != nil) && mayLag(casework.KindOf(r.refused)):
		return &Failure{Trouble: Behind, Detail: "a node that does not answer may know more", refusal: r.refused}
	case r.refused != nil:
		return r.refused
	case r.failed != nil:
		return r.failed
	case r.barred != nil:
		return r.barred
	}
	return &Failure{Trouble: Unreachable, Detail: "no node is configured"}
}

// queueing reports whether an entry that waits at a node waits behind a backlog
// that the node is working off.
func (c *Client) queueing(n *node) bool {
	return c.busy.Load() > bulk && n.follower.lively(c.o.Now().Add(-patience*c.o.Hedge))
}
