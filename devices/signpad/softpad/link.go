package softpad

import (
	"context"
	"sync"

	"counterfoil/devices/hid"
)

// link is one opening of the pad: a hid.Device in memory. Its fields are
// guarded by the pad's mutex.
type link struct {
	pad     *Pad
	queue   [][]byte
	arrived chan struct{} // at most one value: look at the queue
	ended   chan struct{} // closed once err is set
	once    sync.Once
	err     error
}

// end makes every call, waiting or to come, return err. The pad's mutex is held.
func (l *link) end(err error) {
	l.once.Do(func() {
		l.err = err
		close(l.ended)
		l.pad.room.Broadcast()
	})
}

// GetFeature implements hid.Device.
func (l *link) GetFeature(id byte, size int) ([]byte, error) {
	p := l.pad
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := l.ready(); err != nil {
		return nil, err
	}
	r := p.get(id)
	if r == nil {
		return nil, hid.ErrRefused
	}
	return r[:min(len(r), size)], nil
}

// SetFeature implements hid.Device.
func (l *link) SetFeature(report []byte) error {
	p := l.pad
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := l.ready(); err != nil {
		return err
	}
	if len(report) == 0 {
		return hid.ErrRefused
	}
	return p.set(report)
}

// bulkLink is the link of a pad that has a bulk endpoint.
type bulkLink struct{ *link }

// WriteBulk implements hid.BulkWriter. What arrives outside of a picture that
// was announced for it stalls.
func (l bulkLink) WriteBulk(ctx context.Context, data []byte) error {
	p := l.pad
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := l.ready(); err != nil {
		return err
	}
	if p.faults.jammed || p.status != statusImage || !p.upload.bulk {
		return hid.ErrRefused
	}
	p.carried += len(data)
	p.result = p.append(data)
	return nil
}

// ready applies the faults that hit feature reports.
func (l *link) ready() error {
	if l.err != nil {
		return l.err
	}
	if f := &l.pad.faults; f.unplugAfter > 0 {
		if f.unplugAfter--; f.unplugAfter == 0 {
			l.pad.unplug()
			return l.err
		}
	}
	return nil
}

// ReadInput implements hid.Device.
func (l *link) ReadInput(ctx context.Context) ([]byte, error) {
	for {
		r, err := l.take()
		if r != nil || err != nil {
			return r, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-l.arrived:
		case <-l.ended:
		}
	}
}

// take returns the oldest report, or what ended the link. Reports that were
// queued before an unplug are gone with it, as they are with a kernel node.
func (l *link) take() ([]byte, error) {
	p := l.pad
	p.mu.Lock()
	defer p.mu.Unlock()
	if l.err != nil {
		return nil, l.err
	}
	if len(l.queue) == 0 {
		return nil, nil
	}
	r := l.queue[0]
	l.queue = l.queue[1:]
	p.room.Broadcast()
	return r, nil
}

// put queues an input report; one that finds the ring full is lost, which is
// what hidraw does to the newest. The pad's mutex is held.
func (l *link) put(report []byte) {
	if l.err != nil || len(l.queue) >= l.pad.opts.Ring {
		return
	}
	l.queue = append(l.queue, report)
	select {
	case l.arrived <- struct{}{}:
	default:
	}
}

// Close implements hid.Device.
func (l *link) Close() error {
	l.pad.mu.Lock()
	defer l.pad.mu.Unlock()
	l.end(hid.ErrClosed)
	return nil
}
