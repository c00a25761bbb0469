// Package news tells those who wait that something is new, and not what: they look
// for themselves. It must not carry values (the desk's own watchers do).
package news

import (
	"context"
	"sync"
)

// News is told to everybody who watches. The zero value is ready; its methods may be
// called from any goroutine.
type News struct {
	mu  sync.Mutex
	all map[chan struct{}]struct{}
}

// Watch returns a channel that receives after every Tell. What nobody has taken yet
// counts as one: at most one value waits. It is closed when ctx ends.
func (n *News) Watch(ctx context.Context) <-chan struct{} {
	ch := make(chan struct{}, 1)
	n.mu.Lock()
	if n.all == nil {
		n.all = map[chan struct{}]struct{}{}
	}
	n.all[ch] = struct{}{}
	n.mu.Unlock()
	context.AfterFunc(ctx, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.all, ch)
		close(ch)
	})
	return ch
}

// Tell tells everybody, and waits for nobody.
func (n *News) Tell() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for ch := range n.all {
		select {
		case ch <- struct{}{}:
		default: // one is waiting already
		}
	}
}
