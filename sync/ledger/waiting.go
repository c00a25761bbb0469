package ledger

import (
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
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
