//go:build amd64 || arm64 || loong64 || riscv64

package evdev

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"counterfoil/devices/bell"
)

// Find returns the attached input devices, in the order of their nodes. A
// machine without any has none: that is no error.
func Find() ([]Node, error) { return find(os.DirFS("/sys")) }

// Device is an open input device. Close ends the call under way.
type Device struct {
	fd     int
	calls  Calls
	bell   *bell.Bell
	use    sync.RWMutex // held for reading by every call, for writing by Close
	reader sync.Mutex   // one reader at a time
	closed atomic.Bool
	frames frames
}

// Calls are the requests that only an input node answers; their errors are
// unix.Errno. Reads, poll and hang-up are the kernel's, whatever the descriptor is.
type Calls struct {
	Ioctl func(fd int, request uintptr, b []byte) error // with where the argument stands
	Set   func(fd int, request uintptr, v int) error    // with the argument itself
}

func kernel() Calls {
	return Calls{Ioctl: func(fd int, request uintptr, b []byte) error {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(unsafe.SliceData(b))))
		if errno != 0 {
			return errno
		}
		return nil
	}, Set: func(fd int, request uintptr, v int) error { return unix.IoctlSetInt(fd, uint(request), v) }}
}

// Open opens a node that Find returned. ErrUnplugged: it is no longer there;
// AccessError: this user may not.
func Open(n Node) (*Device, error) {
	fd, err := bell.Again(func() (int, error) { return unix.Open(n.Path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0) })
	switch {
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return nil, &AccessError{Path: n.Path, Rule: rule(n)}
	case err != nil:
		return nil, ErrUnplugged
	}
	return Over(fd, kernel())
}

// rule returns the line that would give a device to whoever sits at the machine.
// Pens and touch screens are given by kind; a keyboard's node tells what is typed
// on it, passwords too, so that only the one scanner is given.
func rule(n Node) string {
	switch n.Kind {
	case Pen:
		return `SUBSYSTEM=="input", KERNEL=="event*", ENV{ID_INPUT_TABLET}=="1", TAG+="uaccess"`
	case Touch:
		return `SUBSYSTEM=="input", KERNEL=="event*", ENV{ID_INPUT_TOUCHSCREEN}=="1", TAG+="uaccess"`
	}
	return fmt.Sprintf(`SUBSYSTEM=="input", KERNEL=="event*", ATTRS{id/vendor}=="%04x", ATTRS{id/product}=="%04x", TAG+="uaccess"`, n.Vendor, n.Product)
}

// Over makes a Device of a descriptor whose far end answers as an input node
// does. It owns fd, also when it fails.
func Over(fd int, c Calls) (*Device, error) {
	b, err := bell.New()
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	d := &Device{fd: fd, calls: c, bell: b}
	clock := make([]byte, 4)
	binary.NativeEndian.PutUint32(clock, unix.CLOCK_MONOTONIC)
	if err := d.ask(setClock, clock); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// Requests: direction<<30 | length<<16 | 'E'<<8 | number (linux/input.h).
const (
	write    = 1 << 30
	read     = 2 << 30
	input    = 'E' << 8
	getKeys  = read | input | 0x18 // and a length
	getAbs   = read | absLen<<16 | input | 0x40
	grab     = write | 4<<16 | input | 0x90
	setClock = write | 4<<16 | input | 0xa0

	absLen  = 24      // struct input_absinfo: value, minimum, maximum, fuzz, flat, resolution
	keysLen = 768 / 8 // KEY_MAX+1 bits
)

func (d *Device) ask(request uintptr, b []byte) error {
	d.use.RLock()
	defer d.use.RUnlock()
	if d.closed.Load() {
		return ErrClosed
	}
	_, err := bell.Again(func() (struct{}, error) { return struct{}{}, d.calls.Ioctl(d.fd, request, b) })
	return translate(err)
}

func translate(err error) error {
	switch {
	case errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO):
		return ErrUnplugged
	case errors.Is(err, unix.EBUSY):
		return ErrBusy
	}
	return err
}

// Grab takes the device for itself until Close: nobody else, the desktop among
// them, gets its events. ErrBusy: another program did so.
func (d *Device) Grab() error {
	d.use.RLock()
	defer d.use.RUnlock()
	if d.closed.Load() {
		return ErrClosed
	}
	return translate(d.calls.Set(d.fd, grab, 1))
}

// Axis asks for one, by its code.
func (d *Device) Axis(code uint16) (Axis, error) {
	b := make([]byte, absLen)
	if err := d.ask(getAbs+uintptr(code), b); err != nil {
		return Axis{}, err
	}
	at := func(i int) int { return int(int32(binary.NativeEndian.Uint32(b[4*i:]))) }
	return Axis{Value: at(0), Min: at(1), Max: at(2), Resolution: at(5)}, nil
}

// Held reports which of the codes are held down.
func (d *Device) Held(codes ...uint16) ([]bool, error) {
	b := make([]byte, keysLen)
	if err := d.ask(getKeys|keysLen<<16, b); err != nil {
		return nil, err
	}
	held := make([]bool, len(codes))
	for i, c := range codes {
		held[i] = int(c)/8 < len(b) && b[c/8]&(1<<(c%8)) != 0
	}
	return held, nil
}

// Read waits for the next frame. It returns ctx's error when that ends first;
// nothing is lost by that.
func (d *Device) Read(ctx context.Context) (Frame, error) {
	d.reader.Lock()
	defer d.reader.Unlock()
	d.use.RLock()
	defer d.use.RUnlock()
	defer d.bell.During(ctx)()
	buf := make([]byte, 64*eventLen)
	for {
		if d.closed.Load() {
			return Frame{}, ErrClosed
		}
		if f, ok := d.frames.next(); ok {
			return f, nil
		}
		if err := ctx.Err(); err != nil {
			return Frame{}, err
		}
		n, err := bell.Again(func() (int, error) { return unix.Read(d.fd, buf) })
		switch {
		case err == nil && n > 0:
			d.frames.take(buf[:n])
			continue
		case err == nil:
			return Frame{}, ErrUnplugged
		case !errors.Is(err, unix.EAGAIN):
			return Frame{}, translate(err)
		}
		got, rung, err := d.bell.Wait(d.fd, unix.POLLIN, bell.Forever)
		if err != nil {
			return Frame{}, err
		}
		if !rung && bell.Gone(got) {
			return Frame{}, ErrUnplugged
		}
	}
}

// Close gives the device back. It may be called more than once.
func (d *Device) Close() error {
	if d.closed.Swap(true) {
		return nil
	}
	d.bell.Ring()
	d.use.Lock() // every call under way has returned
	defer d.use.Unlock()
	d.bell.Close()
	return unix.Close(d.fd)
}
