package ledger

import (
	"context"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// maxGap bounds the blocks that a follower fetches one after the other. When a
// node is further ahead than that, every waiter looks its own entry up.
const maxGap = 64

// follower watches the blocks of one node while somebody waits for an entry:
// one question for the height, and each new block once, serve all who wait.
type follower struct {
	wake chan struct{}

	mu      sync.Mutex
	waiting map[casework.Digest][]*waiter
	running bool
	height  int64     // up to which blocks were fetched; 0 before the first
	moved   time.Time // when a block was last handed out
}

// waiter waits for one entry at one node.
type waiter struct {
	done chan outcome  // receives at most one
	look chan struct{} // asks it to look the entry up
}

// outcome is how the waiting of an entry at a node ended.
type outcome struct {
	receipt casework.Receipt
	err     error
}

// await registers who waits for an entry, before it is sent. The follower
// begins at once. The function ends the waiting.
func (c *Client) await(n *node, digest casework.Digest) (*waiter, func()) {
	w := &waiter{make(chan outcome, 1), make(chan struct{}, 1)}
	f := &n.follower
	f.mu.Lock()
	defer f.mu.Unlock()
	first := len(f.waiting) == 0
	f.waiting[digest] = append(f.waiting[digest], w)
	if !f.running {
		f.running = true
		go c.run(n)
	} else if first { // it was about to end
		notify(f.wake)
	}
	return w, func() { f.leave(digest, w) }
}

func notify(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

func (f *follower) leave(digest casework.Digest, w *waiter) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var rest []*waiter
	for _, other := range f.waiting[digest] {
		if other != w {
			rest = append(rest, other)
		}
	}
	if f.waiting[digest] = rest; len(rest) == 0 {
		delete(f.waiting, digest)
	}
}

// run follows a node until nobody waits or the node fails. It ends with no
// caller's context, because it is everybody's; each call is bounded.
func (c *Client) run(n *node) {
	ctx := context.Background()
	tick := time.NewTicker(c.o.Poll)
	defer tick.Stop()
	for fresh := true; ; fresh = false {
		if err := c.step(ctx, n, fresh); err != nil {
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

// idle ends the following when nobody waits.
func (f *follower) idle() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running = len(f.waiting) > 0
	return !f.running
}

// fail tells everybody who waits, once, that the node is of no use.
func (f *follower) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, list := range f.waiting {
		for _, w := range list {
			w.tell(outcome{err: err})
		}
	}
	clear(f.waiting)
}

// tell ends a waiting; a second word is not heard.
func (w *waiter) tell(o outcome) {
	select {
	case w.done <- o:
	default:
	}
}

// step fetches what is new. A follower that begins takes the newest block, too:
// the entry may have been quicker than the question for the height.
func (c *Client) step(ctx context.Context, n *node, fresh bool) error {
	sure := c.settled()
	height, err := n.height(ctx)
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

// upTo returns the first height to fetch of those up to height, and whether some
// were left out.
func (f *follower) upTo(height int64, fresh bool) (from int64, jumped bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	from = f.height + 1
	if fresh || f.height == 0 {
		from = max(from, height)
	}
	if height-from >= maxGap {
		from, jumped = height, true
	}
	f.height = max(f.height, height)
	return max(from, 1), jumped
}

// lookUp asks everybody who waits to look the own entry up.
func (f *follower) lookUp() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, list := range f.waiting {
		for _, w := range list {
			notify(w.look)
		}
	}
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

// wanted returns which transactions somebody waits for, by their place.
func (f *follower) wanted(txs [][]byte) map[int]casework.Digest {
	f.mu.Lock()
	defer f.mu.Unlock()
	digests := map[int]casework.Digest{}
	for i, tx := range txs {
		if digest := protocol.DigestOf(tx); len(f.waiting[digest]) > 0 {
			digests[i] = digest
		}
	}
	return digests
}

// hand gives a receipt to everybody who waits for the entry.
func (f *follower) hand(digest casework.Digest, o outcome, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.waiting[digest] {
		w.tell(o)
	}
	delete(f.waiting, digest)
	f.moved = now
}

// lively reports whether the node handed out a block since then.
func (f *follower) lively(since time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.moved.After(since)
}
