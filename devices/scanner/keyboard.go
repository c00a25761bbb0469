package scanner

import (
	"context"
	"errors"
	"sync"
	"time"

	"counterfoil/devices/evdev"
)

// Keyboard is a scanner that types like a keyboard, read from its own node, so
// that nothing of it reaches a window. Whatever it types is a scan: how fast, does
// not matter here.
type Keyboard struct {
	dev     source
	reading sync.Mutex
	keys    strokes
	began   time.Time
}

// source is what is read: an input device, or a recording of one.
type source interface {
	Read(ctx context.Context) (evdev.Frame, error)
	Close() error
}

// OpenKeyboard opens the scanner that which names (its name, where it is plugged
// in, its node, or VENDOR:PRODUCT) and takes it for this program alone, until
// Close. ErrUnplugged where there is none; ErrNoAccess, as an
// evdev.AccessError that names the missing rule; ErrBusy; ErrUnsupported.
func OpenKeyboard(which string) (*Keyboard, error) {
	found, err := evdev.Find()
	if err != nil {
		return nil, of(err)
	}
	for _, n := range found {
		if n.Kind != evdev.Keyboard || !n.Is(which) {
			continue
		}
		dev, err := evdev.Open(n)
		if err != nil {
			return nil, of(err)
		}
		if err := dev.Grab(); err != nil {
			dev.Close()
			return nil, of(err)
		}
		return read(dev), nil
	}
	return nil, ErrUnplugged
}

func read(dev source) *Keyboard { return &Keyboard{dev: dev, began: time.Now()} }

// of puts an input device's error into this package's. What is missing for access
// stays in its text.
func of(err error) error {
	switch {
	case errors.Is(err, evdev.ErrNoAccess):
		return errors.Join(ErrNoAccess, err)
	case errors.Is(err, evdev.ErrBusy):
		return ErrBusy
	case errors.Is(err, evdev.ErrUnsupported):
		return ErrUnsupported
	case errors.Is(err, evdev.ErrUnplugged), errors.Is(err, evdev.ErrClosed):
		return ErrUnplugged
	}
	return err
}

// Read waits for the next scan, as that of a Serial does.
func (k *Keyboard) Read(ctx context.Context) (string, error) {
	k.reading.Lock()
	defer k.reading.Unlock()
	for {
		if text, ok, err := k.keys.lines.next(); ok {
			return text, err
		}
		f, err := k.frame(ctx)
		switch {
		case err == nil:
			k.keys.frame(f, time.Since(k.began))
		case ctx.Err() != nil:
			return "", ctx.Err()
		case errors.Is(err, context.DeadlineExceeded): // silence: half a scan is none
			k.keys.lines.pass(time.Since(k.began))
		default:
			return "", of(err)
		}
	}
}

// frame reads one, no longer than until the silence that ends half a scan.
func (k *Keyboard) frame(ctx context.Context) (evdev.Frame, error) {
	if len(k.keys.lines.held) == 0 {
		return k.dev.Read(ctx)
	}
	bounded, cancel := context.WithTimeout(ctx, silence+time.Millisecond)
	defer cancel()
	return k.dev.Read(bounded)
}

// Close ends a Read under way and gives the keyboard back.
func (k *Keyboard) Close() error { return k.dev.Close() }

// strokes makes lines of key events. The zero value is ready.
type strokes struct {
	lines       lines
	shift, ctrl bool
}

// frame takes what was pressed at a time.
func (s *strokes) frame(f evdev.Frame, at time.Duration) {
	if f.Lost { // among the lost ones may be a key of the scan, its end, and a shift that came up
		s.shift, s.ctrl = false, false
		s.lines.lose(at)
	}
	for _, e := range f.Events {
		if e.Type != evdev.TypeKey {
			continue
		}
		switch e.Code {
		case keyLeftShift, keyRightShift:
			s.shift = e.Value != 0
			continue
		case keyLeftCtrl, keyRightCtrl:
			s.ctrl = e.Value != 0
			continue
		}
		if c := typed(e.Code, s.shift, s.ctrl); c != 0 && e.Value == 1 { // a key that is held down repeats itself: no scanner means that
			s.lines.take([]byte{c}, at)
		}
	}
}
