package staff

import (
	"context"
	"sync"

	"counterfoil/app/casework"
)

// watchers are the channels that want to know of a new roster.
type watchers struct {
	mu   sync.Mutex
	list map[chan struct{}]struct{}
}

// Renewed returns a channel that receives after every roster that was taken; those
// that nobody has taken note of yet count as one. It is closed when ctx ends.
func (s *Staff) Renewed(ctx context.Context) <-chan struct{} {
	ch, w := make(chan struct{}, 1), &s.watchers
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.list == nil {
		w.list = map[chan struct{}]struct{}{}
	}
	w.list[ch] = struct{}{}
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

// Person returns whom the roster in force has under a number; see desk.Staff.
func (s *Staff) Person(number string) (casework.Clerk, error) {
	r, err := s.current()
	if err != nil {
		return casework.Clerk{}, err
	}
	c, known := find(r, number)
	if !known || c.Suspended {
		return casework.Clerk{}, casework.Refuse(casework.ClerkSuspended, "the hall lets nobody work under the number")
	}
	return s.clerk(c), nil
}
