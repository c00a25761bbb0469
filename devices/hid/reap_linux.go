package hid

import (
	"errors"

	"golang.org/x/sys/unix"

	"counterfoil/devices/bell"
)

// reap takes transfers that ended until the device or this end is gone. usbfs
// says so by POLLOUT, and an unplug by POLLHUP.
func (u *usbfs) reap() {
	defer close(u.stopped)
	for {
		key, err := reapURB(u.fd)
		switch {
		case err == nil:
			u.ready(key)
			continue
		case !errors.Is(err, unix.EAGAIN):
			u.end(ErrUnplugged)
			return
		}
		_, rung, err := u.bell.Wait(u.fd, unix.POLLOUT, bell.Forever)
		if err != nil {
			u.end(ErrUnplugged)
			return
		}
		if rung {
			return
		}
	}
}

// ready is called with the key of a reaped transfer.
func (u *usbfs) ready(key uintptr) {
	u.mu.Lock()
	t := u.under[key]
	delete(u.under, key)
	u.mu.Unlock()
	switch {
	case t == nil:
	case t.done != nil:
		t.pin.Unpin()
		close(t.done)
	default:
		u.again(t)
	}
}

// maxFaults is how many input transfers may fail in a row: an unplug begins
// with some before the kernel notices it.
const maxFaults = 16

// again hands an input report on and starts its transfer anew.
func (u *usbfs) again(t *urb) {
	switch err := t.err(); {
	case err == nil:
		u.faults = 0
		if t.raw.actual > 0 {
			u.input(append([]byte(nil), t.buf[:t.raw.actual]...))
		}
	case errors.Is(err, unix.EPIPE):
		u.faults++
		clearHalt(u.fd, t.raw.endpoint)
	default:
		u.faults++
	}
	if u.faults > maxFaults {
		t.pin.Unpin()
		u.end(ErrUnplugged)
		return
	}
	t.raw.status, t.raw.actual = 0, 0
	if err := u.submit(t); err != nil {
		u.end(ErrUnplugged)
	}
}
