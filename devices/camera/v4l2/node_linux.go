//go:build amd64 || arm64 || loong64 || riscv64

package v4l2

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"counterfoil/devices/bell"
	"counterfoil/devices/camera/capture"
)

// Device is an open camera. Its methods may be called from different
// goroutines; one call runs at a time, and Close ends the one that waits.
type Device struct {
	fd    int
	calls Calls
	bell  *bell.Bell // rung when it closes
	card  card

	use    sync.Mutex
	closed atomic.Bool
	layout capture.Layout
	mapped [][]byte // the driver's buffers; nil: not streaming
	raw    [bufferLen]byte
}

// Calls are the two requests that only a video node answers. Poll, hang-up and
// interrupts are the kernel's, whatever the descriptor is.
type Calls struct {
	Ioctl func(fd int, request uintptr, b []byte) error // errors are unix.Errno
	Mmap  func(fd int, offset int64, length int) ([]byte, error)
}

func kernel() Calls {
	return Calls{Ioctl: func(fd int, request uintptr, b []byte) error {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(&b[0])))
		if errno != 0 {
			return errno
		}
		return nil
	}, Mmap: func(fd int, offset int64, length int) ([]byte, error) {
		return unix.Mmap(fd, offset, length, unix.PROT_READ, unix.MAP_SHARED)
	}}
}

// Open opens a node and refuses with ErrNoCamera one that takes no pictures.
func Open(path string) (*Device, error) {
	fd, err := bell.Again(func() (int, error) { return unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0) })
	switch {
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return nil, capture.ErrNoAccess
	case errors.Is(err, unix.EBUSY):
		return nil, capture.ErrBusy
	case err != nil:
		return nil, capture.ErrUnplugged
	}
	return Over(fd, kernel())
}

// Over makes a Device of a descriptor whose far end answers as a video node
// does. It owns fd, also when it fails.
func Over(fd int, c Calls) (*Device, error) {
	ring, err := bell.New()
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	d := &Device{fd: fd, calls: c, bell: ring}
	b := make([]byte, capabilityLen)
	err = d.ask(queryCap, b)
	if err == nil {
		if d.card = parseCapability(b); !d.card.takesPictures() {
			err = capture.ErrNoCamera
		}
	} else if errors.Is(err, unix.ENOTTY) || errors.Is(err, capture.ErrRefused) {
		err = capture.ErrNoCamera
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// Name is what the camera calls itself.
func (d *Device) Name() string { return d.card.name }

// Bus is where the camera is plugged in, the same after a replug.
func (d *Device) Bus() string { return d.card.bus }

// Requests: direction<<30 | length<<16 | 'V'<<8 | number (linux/videodev2.h).
const (
	write     = 1 << 30
	read      = 2 << 30
	video     = 'V' << 8
	queryCap  = read | capabilityLen<<16 | video
	enumFmt   = read | write | fmtdescLen<<16 | video | 2
	getFmt    = read | write | formatLen<<16 | video | 4
	setFmt    = read | write | formatLen<<16 | video | 5
	reqBufs   = read | write | requestLen<<16 | video | 8
	queryBuf  = read | write | bufferLen<<16 | video | 9
	queueBuf  = read | write | bufferLen<<16 | video | 15
	takeBuf   = read | write | bufferLen<<16 | video | 17
	streamOn  = write | 4<<16 | video | 18
	streamOff = write | 4<<16 | video | 19
	getParm   = read | write | parmLen<<16 | video | 21
	setParm   = read | write | parmLen<<16 | video | 22
	getCtrl   = read | write | controlLen<<16 | video | 27
	setCtrl   = read | write | controlLen<<16 | video | 28
	queryCtrl = read | write | queryctrlLen<<16 | video | 36
	enumSizes = read | write | frmsizeLen<<16 | video | 74
	enumRates = read | write | frmivalLen<<16 | video | 75
	takeEvent = read | eventLen<<16 | video | 89
	subscribe = write | subscribeLen<<16 | video | 90
)

func (d *Device) ask(request uintptr, b []byte) error {
	_, err := bell.Again(func() (struct{}, error) { return struct{}{}, d.calls.Ioctl(d.fd, request, b) })
	return translate(err)
}

// translate keeps what the callers tell apart themselves (EAGAIN, ENOTTY).
func translate(err error) error {
	switch {
	case errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO), errors.Is(err, unix.EBADF):
		return capture.ErrUnplugged
	case errors.Is(err, unix.EBUSY):
		return capture.ErrBusy
	case errors.Is(err, unix.ENOSPC):
		return capture.ErrNoRoom
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return capture.ErrNoAccess
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ERANGE):
		return capture.ErrRefused
	}
	return err
}

// begin takes the device for one call; the caller unlocks use.
func (d *Device) begin() error {
	d.use.Lock()
	if d.closed.Load() {
		d.use.Unlock()
		return capture.ErrClosed
	}
	return nil
}

// await waits until the node has something, ctx ends, or silence has passed.
func (d *Device) await(ctx context.Context, until time.Time) (events int16, err error) {
	got, rung, err := d.bell.Wait(d.fd, unix.POLLIN|unix.POLLPRI, max(0, time.Until(until)))
	switch {
	case err != nil:
		return 0, translate(err)
	case d.closed.Load():
		return 0, capture.ErrClosed
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case got == 0 && !rung:
		return 0, capture.ErrSilent
	}
	return got, nil
}

// Close gives the camera back. It may be called more than once.
func (d *Device) Close() error {
	if d.closed.Swap(true) {
		return nil
	}
	d.bell.Ring()
	d.use.Lock() // the call under way has returned
	defer d.use.Unlock()
	d.stop()
	d.bell.Close()
	return unix.Close(d.fd)
}
