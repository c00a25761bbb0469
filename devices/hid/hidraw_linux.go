package hid

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"counterfoil/devices/bell"
)

// maxReport bounds a report: the kernel's HID_MAX_BUFFER_SIZE is 16 KiB, the
// largest of a signature pad is 512 bytes.
const maxReport = 4096

// hidraw is a /dev/hidraw node.
type hidraw struct {
	fd     int
	bell   *bell.Bell   // rung when it closes
	use    sync.RWMutex // held for reading by every call, for writing by Close
	reader sync.Mutex   // one reader at a time
	closed atomic.Bool
}

func newHidraw(fd int) (*hidraw, error) {
	b, err := bell.New()
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return &hidraw{fd: fd, bell: b}, nil
}

// Feature requests: _IOC(_IOC_READ|_IOC_WRITE, 'H', nr, length), linux/hidraw.h.
const (
	setFeatureNr = 0x06
	getFeatureNr = 0x07
)

func (d *hidraw) feature(nr uintptr, buf []byte) (int, error) {
	d.use.RLock()
	defer d.use.RUnlock()
	if d.closed.Load() {
		return 0, ErrClosed
	}
	request := 3<<30 | uintptr(len(buf))<<16 | 'H'<<8 | nr
	n, err := bell.Again(func() (int, error) {
		n, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(d.fd), request, uintptr(unsafe.Pointer(&buf[0])))
		if errno != 0 {
			return 0, errno
		}
		return int(n), nil
	})
	if (errors.Is(err, unix.EIO) || errors.Is(err, unix.EPROTO)) && d.goes() {
		return 0, ErrUnplugged
	}
	return n, translate(err)
}

// goes reports whether the device is gone or about to be: a request that an
// unplug ends fails as a refused one does, before the kernel takes the node
// away. A device that refuses and stays costs the patience.
func (d *hidraw) goes() bool {
	const patience = 200 * time.Millisecond
	got, _, err := d.bell.Wait(d.fd, 0, patience)
	return err == nil && bell.Gone(got)
}

// GetFeature implements Device.
func (d *hidraw) GetFeature(id byte, size int) ([]byte, error) {
	if size < 1 || size > maxReport {
		return nil, ErrRefused
	}
	buf := make([]byte, size)
	buf[0] = id
	n, err := d.feature(getFeatureNr, buf)
	if err != nil {
		return nil, err
	}
	return buf[:min(n, size)], nil
}

// SetFeature implements Device.
func (d *hidraw) SetFeature(report []byte) error {
	if len(report) < 1 || len(report) > maxReport {
		return ErrRefused
	}
	_, err := d.feature(setFeatureNr, report)
	return err
}

// ReadInput implements Device.
func (d *hidraw) ReadInput(ctx context.Context) ([]byte, error) {
	d.reader.Lock()
	defer d.reader.Unlock()
	d.use.RLock()
	defer d.use.RUnlock()
	defer d.bell.During(ctx)()
	buf := make([]byte, maxReport)
	for {
		if d.closed.Load() {
			return nil, ErrClosed
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := bell.Again(func() (int, error) { return unix.Read(d.fd, buf) })
		switch {
		case err == nil && n > 0:
			return buf[:n:n], nil
		case err == nil:
			return nil, ErrUnplugged
		case errors.Is(err, unix.EIO): // hidraw's word for a device that was there
			return nil, ErrUnplugged
		case !errors.Is(err, unix.EAGAIN):
			return nil, translate(err)
		}
		if err := d.wait(); err != nil {
			return nil, err
		}
	}
}

// wait returns when there is something to read, to look at, or to stop for.
func (d *hidraw) wait() error {
	got, rung, err := d.bell.Wait(d.fd, unix.POLLIN, bell.Forever)
	if err != nil {
		return translate(err)
	}
	if !rung && bell.Gone(got) {
		return ErrUnplugged
	}
	return nil
}

// Close implements Device.
func (d *hidraw) Close() error {
	if d.closed.Swap(true) {
		return nil
	}
	d.bell.Ring()
	d.use.Lock() // every call under way has returned
	defer d.use.Unlock()
	d.bell.Close()
	return unix.Close(d.fd)
}

func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO), errors.Is(err, unix.ESHUTDOWN), errors.Is(err, unix.ECONNRESET):
		return ErrUnplugged
	case errors.Is(err, unix.EPIPE), errors.Is(err, unix.EIO), errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOTTY), errors.Is(err, unix.ETIMEDOUT), errors.Is(err, unix.EPROTO):
		return ErrRefused
	}
	return err
}
