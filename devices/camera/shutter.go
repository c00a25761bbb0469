package camera

import (
	"context"
	"sync"
	"time"
)

// shutter is what a camera of practice waits with: for its next picture, or for its
// end.
type shutter struct {
	closed chan struct{}
	once   *sync.Once
}

func newShutter() shutter { return shutter{closed: make(chan struct{}), once: new(sync.Once)} }

// wait returns after a time; before it with ctx's error, or when the camera was
// closed.
func (s shutter) wait(ctx context.Context, d time.Duration) error {
	select {
	case <-s.closed:
		return gone()
	default:
	}
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closed:
		return gone()
	case <-t.C:
		return nil
	}
}

// Close implements desk.Camera. It may be called more than once.
func (s shutter) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}
