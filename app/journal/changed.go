package journal

import (
	"context"
	"sync"
)

// watchers are the channels that want to know of changes.
type watchers struct {
	mu   sync.Mutex
	list map[chan struct{}]struct{}
}

// Changed returns a channel that receives after every change. Changes that
// nobody has taken yet count as one: at most one value waits. It is closed when
// ctx ends.
func (j *Journal) Changed(ctx context.Context) <-chan struct{} {
	ch := make(chan struct{}, 1)
	w := &j.watcher
	w.mu.Lock()
	if w.list == nil {
		w.list = map[chan struct{}]struct{}{}
	}
	w.list[ch] = struct{}{}
	w.mu.Unlock()
	context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.list, ch)
		close(ch)
	})
	return ch
}

func (w *watchers) tell() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ch := range w.list {
		select {
		case ch <- struct{}{}:
		default: // one is waiting already
		}
	}
}
