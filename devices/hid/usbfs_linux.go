package hid

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"counterfoil/devices/bell"
)

// usbfs is an open node below /dev/bus/usb. Every transfer is asynchronous, the
// short ones too: a synchronous control request that a signal interrupts is
// killed by the kernel with its fate unknown, and a block of a picture must be
// sent once. One goroutine reaps, from openUSB to close.
type usbfs struct {
	fd      int
	bell    *bell.Bell    // ends the reaper
	stopped chan struct{} // closed when the reaper has returned
	ended   chan struct{} // closed once why is set
	input   func(report []byte)
	mute    atomic.Bool // it left a transfer unanswered

	mu      sync.Mutex
	why     error // what ended it: ErrUnplugged or ErrClosed
	closed  bool
	under   map[uintptr]*urb
	claimed []uint32
	faults  int // of input transfers, in a row
}

// openUSB opens a node, and hands what arrives on input transfers to input.
func openUSB(path string, input func([]byte)) (*usbfs, error) {
	fd, err := bell.Again(func() (int, error) { return unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil, openError(path, "usb", err)
	}
	ring, err := bell.New()
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	u := &usbfs{fd: fd, bell: ring, input: input, under: map[uintptr]*urb{}, stopped: make(chan struct{}), ended: make(chan struct{})}
	go u.reap()
	return u, nil
}

// descriptors reads what the kernel keeps of the device's descriptors.
func (u *usbfs) descriptors() ([]byte, error) {
	buf := make([]byte, 4096)
	n, err := bell.Again(func() (int, error) { return unix.Pread(u.fd, buf, 0) })
	return buf[:max(n, 0)], err
}

// claim takes an interface until close.
func (u *usbfs) claim(number uint32) error {
	if err := claim(u.fd, number); err != nil {
		if errors.Is(err, unix.EBUSY) {
			return ErrBusy
		}
		return translate(err)
	}
	u.claimed = append(u.claimed, number)
	return nil
}

// submit starts a transfer.
func (u *usbfs) submit(t *urb) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.why != nil {
		t.pin.Unpin()
		return u.why
	}
	if err := submitURB(u.fd, t); err != nil {
		t.pin.Unpin()
		return translate(err)
	}
	u.under[t.key()] = t
	return nil
}

// do carries a transfer out and returns the bytes that were moved. One that
// takes longer than patience is called off, as is one whose context ends.
func (u *usbfs) do(ctx context.Context, t *urb, patience time.Duration) (int, error) {
	t.done = make(chan struct{})
	if err := u.submit(t); err != nil {
		return 0, err
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-t.done:
		return int(t.raw.actual), lost(t.err())
	case <-u.ended:
		return 0, u.why
	case <-ctx.Done():
	case <-timer.C:
	}
	u.discard(t)
	select {
	case <-t.done:
	case <-u.ended:
		return 0, u.why
	}
	if err := t.err(); !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.ECONNRESET) {
		return int(t.raw.actual), lost(err) // it had ended before it was called off
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	u.mute.Store(true)
	return 0, ErrRefused
}

// lost translates how a transfer ended. One that the kernel killed, or that
// nobody on the bus answered, is how an unplug begins, before it is noticed.
func lost(err error) error {
	for _, sign := range []unix.Errno{unix.ENOENT, unix.EPROTO, unix.EILSEQ, unix.ETIME} {
		if errors.Is(err, sign) {
			return ErrUnplugged
		}
	}
	return translate(err)
}

func (u *usbfs) discard(t *urb) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.why == nil {
		discardURB(u.fd, t)
	}
}

// end makes every transfer, under way or to come, return why.
func (u *usbfs) end(why error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.why == nil {
		u.why = why
		close(u.ended)
	}
}

// closePatience is how long close waits for the kernel's driver to look at a
// device that was given back: with one that answers nothing it takes minutes.
const closePatience = 2 * time.Second

// close ends everything, gives the interfaces back to the kernel's drivers and
// closes the node; where that takes long, behind the caller's back. A device
// that left a transfer unanswered is not given back: no driver could use it. A
// program that dies without close leaves it without a kernel driver as well,
// until it is plugged in again.
func (u *usbfs) close() error {
	u.end(ErrClosed)
	u.mu.Lock()
	first := !u.closed
	u.closed = true
	u.mu.Unlock()
	if !first {
		<-u.stopped
		return nil
	}
	u.bell.Ring()
	<-u.stopped
	done := make(chan error, 1)
	go func() { done <- u.letGo() }()
	patience := time.NewTimer(closePatience)
	defer patience.Stop()
	select {
	case err := <-done:
		return err
	case <-patience.C:
		return nil
	}
}

func (u *usbfs) letGo() error {
	for _, number := range u.claimed {
		release(u.fd, number)
		if !u.mute.Load() {
			giveBack(u.fd, number)
		}
	}
	err := unix.Close(u.fd) // the kernel forgets what was under way
	u.bell.Close()
	for _, t := range u.under {
		t.pin.Unpin()
	}
	return err
}
