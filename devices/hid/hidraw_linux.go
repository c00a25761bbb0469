package hid

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxReport bounds a report: the kernel's HID_MAX_BUFFER_SIZE is 16 KiB, the
// largest of a signature pad is 512 bytes.
const maxReport = 4096

// hidraw is a /dev/hidraw node. It uses poll and not the runtime's own poller:
// poll reports an unplug as POLLHUP without POLLIN, which is how the kernel
// says it here.
type hidraw struct {
	fd     int
	wake   int          // eventfd: ends a poll
	use    sync.RWMutex // held for reading by every call, for writing by Close
	reader sync.Mutex   // one reader at a time
	closed atomic.Bool
}

func newHidraw(fd int) (*hidraw, error) {
	wake, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return &hidraw{fd: fd, wake: wake}, nil
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
	n, err := again(func() (int, error) {
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
	const patience = 200 // milliseconds
	set := []unix.PollFd{{Fd: int32(d.fd)}, {Fd: int32(d.wake), Events: unix.POLLIN}}
	_, err := again(func() (int, error) { return unix.Poll(set, patience) })
	return err == nil && set[0].Revents&(unix.POLLHUP|unix.POLLERR) != 0
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
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { d.interrupt(); close(woken) })
	defer func() {
		if !stop() {
			<-woken // or it would write to a descriptor that Close has given back
			d.calm()
		}
	}()
	buf := make([]byte, maxReport)
	for {
		if d.closed.Load() {
			return nil, ErrClosed
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := again(func() (int, error) { return unix.Read(d.fd, buf) })
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
	set := []unix.PollFd{{Fd: int32(d.fd), Events: unix.POLLIN}, {Fd: int32(d.wake), Events: unix.POLLIN}}
	if _, err := again(func() (int, error) { return unix.Poll(set, -1) }); err != nil {
		return translate(err)
	}
	if set[1].Revents == 0 && set[0].Revents&unix.POLLIN == 0 && set[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0 {
		return ErrUnplugged
	}
	return nil
}

func (d *hidraw) interrupt() { unix.Write(d.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

// calm takes back an interrupt of a context that ended. A Close under way sets
// its flag before it interrupts, so nothing of it is lost here.
func (d *hidraw) calm() {
	var b [8]byte
	unix.Read(d.wake, b[:])
}

// Close implements Device.
func (d *hidraw) Close() error {
	if d.closed.Swap(true) {
		return nil
	}
	d.interrupt()
	d.use.Lock() // every call under way has returned
	defer d.use.Unlock()
	unix.Close(d.wake)
	return unix.Close(d.fd)
}

// again repeats a call that a signal interrupted: the runtime's preemption
// signal does so all the time.
func again(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
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
