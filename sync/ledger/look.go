package ledger

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// again is how long an entry that is taken waits for its block until it is
// looked up by itself; the waiting doubles with every look.
const again = time.Second

// bring brings a letter to one node and returns the receipt that it proves.
func (c *Client) bring(ctx context.Context, n *node, l letter) (casework.Receipt, error) {
	raw, digest := l.raw, protocol.DigestOf(l.raw)
	w, leave := c.await(n, digest)
	defer leave()
	known, err := n.broadcast(ctx, l)
	if err != nil {
		return casework.Receipt{}, err
	}
	limit, cancel := context.WithTimeout(ctx, c.o.Block)
	defer cancel()
	if known {
		if r, err := c.look(limit, n, raw, digest); limit.Err() == nil && (err != nil || r.Raw != nil) {
			return r, err
		}
	}
	timer, wait := time.NewTimer(again), again
	defer timer.Stop()
	for {
		select {
		case <-w.look:
		case <-timer.C:
			wait *= 2
			timer.Reset(wait)
			if c.queueing(n) { // its block is not there yet, or the follower would have told
				continue
			}
		case o := <-w.done:
			return o.receipt, o.err
		case <-limit.Done():
			return casework.Receipt{}, &Failure{Trouble: Slow, Detail: "accepted, but in no block yet"}
		}
		r, err := c.look(limit, n, raw, digest)
		if limit.Err() == nil && (err != nil || r.Raw != nil) {
			return r, err
		}
	}
}

// look asks for one entry; a receipt without bytes means that it is in no block.
func (c *Client) look(ctx context.Context, n *node, raw []byte, digest casework.Digest) (casework.Receipt, error) {
	var none casework.Receipt
	select {
	case n.looking <- struct{}{}:
		defer func() { <-n.looking }()
	case <-ctx.Done():
		return none, ctx.Err()
	}
	var tx txAnswer
	if there, err := n.find(ctx, digest, &tx); !there {
		return none, err
	}
	return c.located(ctx, n, tx, raw, digest)
}

// located returns the receipt of a transaction whose place a node has said.
func (c *Client) located(ctx context.Context, n *node, tx txAnswer, raw []byte, digest casework.Digest) (casework.Receipt, error) {
	var none casework.Receipt
	if tx.Height < 1 {
		return none, &Failure{Trouble: Garbled, Detail: "an entry in no block"}
	}
	path, err := tx.path()
	if err != nil {
		return none, err
	}
	c.summon(ctx, n, tx.Height)
	s, seen, err := c.at(ctx, n, tx.Height)
	if err != nil {
		return none, asFailure(err)
	}
	r, err := receiptOf(s, seen, path, raw, digest)
	if err != nil {
		return none, err
	}
	if err := c.judge(ctx, n, seen); err != nil {
		return none, err
	}
	return r, nil
}
