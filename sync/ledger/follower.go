package ledger

import (
	"context"
	"sync"
	"time"

	"counterfoil/sync/ledger/receipt"
)

// run follows a node until nobody waits or the node fails. It ends with no
// caller's context, because it is everybody's; each call is bounded.
func (c *Client) run(n *node) {
	ctx := context.Background()
	tick := time.NewTicker(c.o.Poll)
	defer tick.Stop()
	for fresh := true; ; fresh = false {
		if err := c.step(ctx, n, fresh); err != nil {
			c.fail(n, err) // whoever waited may have its receipt from another node by now
			n.follower.fail(err)
		}
		if n.follower.idle() {
			return
		}
		select {
		case <-tick.C:
		case <-n.follower.wake:
		}
	}
}

// step fetches what is new, once the node's application has taken it: the next
// entry of a case must not be refused by the node that proved the last one. A
// follower that begins takes the newest block, too: the entry may have been
// quicker than the question for the height.
func (c *Client) step(ctx context.Context, n *node, fresh bool) error {
	sure := c.settled()
	if fresh {
		if _, err := n.height(ctx); err != nil {
			return err
		}
	}
	height, err := n.applied(ctx)
	if err != nil {
		return err
	}
	if height < sure {
		return &Failure{Trouble: Behind, Detail: "the node's newest block is older than one that is verified", Height: height}
	}
	from, jumped := n.follower.upTo(height, fresh)
	if jumped {
		n.follower.lookUp()
	}
	for h := from; h <= height; h++ {
		if err := c.fetch(ctx, n, h); err != nil {
			return err
		}
	}
	return nil
}

// fetch gets a block with its commit and hands out the receipts in it. What the
// witness says of the block is waited for beside the next block.
func (c *Client) fetch(ctx context.Context, n *node, height int64) error {
	c.summon(ctx, n, height)
	var txs [][]byte
	var missing error
	var both sync.WaitGroup
	both.Go(func() { txs, missing = n.block(ctx, height) })
	s, seen, err := c.at(ctx, n, height)
	both.Wait()
	if err = asFailure(err); err == nil {
		err = missing
	}
	if err != nil {
		return err
	}
	paths := receipt.PathsOf(txs)
	if err := whole(s, txs, paths); err != nil {
		return err
	}
	digests := n.follower.wanted(txs)
	if len(digests) == 0 {
		return nil
	}
	go func() {
		if err := c.judge(ctx, n, seen); err != nil {
			c.fail(n, err)
			n.follower.fail(err)
			return
		}
		for i, digest := range digests {
			r, err := receiptOf(s, seen, paths[i], txs[i], digest)
			n.follower.hand(digest, outcome{r, err}, c.o.Now())
		}
	}()
	return nil
}
