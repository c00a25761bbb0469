package desk

import (
	"context"
	"sync"
)

// watchers hands values to those who watch: each sees the latest, none slows
// the desk down.
type watchers[T any] struct {
	mu   sync.Mutex
	all  map[chan T]bool
	last T
	has  bool
}

// watch returns a channel that holds the latest value, at once if there is one;
// it is closed when ctx ends.
func (w *watchers[T]) watch(ctx context.Context) <-chan T {
	c := make(chan T, 1)
	w.mu.Lock()
	if w.all == nil {
		w.all = map[chan T]bool{}
	}
	w.all[c] = true
	if w.has {
		c <- w.last
	}
	w.mu.Unlock()
	context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.all, c)
		close(c)
	})
	return c
}

// send replaces what the watchers have not yet taken.
func (w *watchers[T]) send(v T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last, w.has = v, true
	for c := range w.all {
		select {
		case <-c:
		default:
		}
		c <- v
	}
}

// forget drops the latest value, so that a new watcher does not see it.
func (w *watchers[T]) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	var zero T
	w.last, w.has = zero, false
	for c := range w.all {
		select {
		case <-c:
		default:
		}
	}
}

// Watch returns a channel of snapshots: the latest at once, then after every
// change; a slow reader misses those in between. It is closed when ctx ends.
func (d *Desk) Watch(ctx context.Context) <-chan Snapshot { return d.views.watch(ctx) }

// Preview returns the camera's pictures (JPEG) while the photo is being taken;
// a slow reader misses some. It is closed when ctx ends.
func (d *Desk) Preview(ctx context.Context) <-chan []byte { return d.frames.watch(ctx) }
