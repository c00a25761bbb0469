package hid

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/windows"
)

// collection is an open HID collection.
type collection struct {
	h      windows.Handle
	shape  shape
	wake   windows.Handle // event: ends a wait
	use    sync.RWMutex   // held for reading by every call, for writing by Close
	reader sync.Mutex     // one reader at a time
	closed atomic.Bool
}

func over(h windows.Handle, s shape) (*collection, error) {
	wake, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		windows.CloseHandle(h)
		return nil, err
	}
	if s.input < 1 || s.input > maxReport {
		s.input = maxReport
	}
	return &collection{h: h, shape: s, wake: wake}, nil
}

// maxReport bounds a report; the largest of a signature pad is 512 bytes.
const maxReport = 4096

// Requests of hidclass.h: IOCTL_HID_GET_FEATURE and IOCTL_HID_SET_FEATURE.
const (
	getFeature = 0x000B0192
	setFeature = 0x000B0191
)

// GetFeature implements Device.
func (c *collection) GetFeature(id byte, size int) ([]byte, error) {
	if size < 1 || size > maxReport {
		return nil, ErrRefused
	}
	buf := make([]byte, max(size, min(c.shape.feature, maxReport))) // the system takes none that is shorter than the longest
	buf[0] = id
	n, err := c.do(context.Background(), func(o *windows.Overlapped) error {
		return windows.DeviceIoControl(c.h, getFeature, &buf[0], uint32(len(buf)), &buf[0], uint32(len(buf)), nil, o)
	})
	return buf[:min(n, size)], featureError(err)
}

// SetFeature implements Device.
func (c *collection) SetFeature(report []byte) error {
	if len(report) < 1 || len(report) > maxReport {
		return ErrRefused
	}
	buf := make([]byte, max(len(report), min(c.shape.feature, maxReport)))
	copy(buf, report)
	_, err := c.do(context.Background(), func(o *windows.Overlapped) error {
		return windows.DeviceIoControl(c.h, setFeature, &buf[0], uint32(len(buf)), nil, 0, nil, o)
	})
	return featureError(err)
}

// ReadInput implements Device. Every report comes as a record of the longest one's
// length, padded with zeros: only the driver knows its own.
func (c *collection) ReadInput(ctx context.Context) ([]byte, error) {
	c.reader.Lock()
	defer c.reader.Unlock()
	buf := make([]byte, c.shape.input)
	n, err := c.do(ctx, func(o *windows.Overlapped) error { return windows.ReadFile(c.h, buf, nil, o) })
	if err != nil {
		return nil, err
	}
	return buf[:n:n], nil
}

// do starts a request and waits for its end, for ctx's, or for Close. A request
// that was cancelled has ended when it returns, so that nothing writes into its
// buffer any more; one that was answered meanwhile counts.
func (c *collection) do(ctx context.Context, start func(*windows.Overlapped) error) (int, error) {
	c.use.RLock()
	defer c.use.RUnlock()
	if c.closed.Load() {
		return 0, ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	done, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		return 0, err
	}
	defer windows.CloseHandle(done)
	stop, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		return 0, err
	}
	defer windows.CloseHandle(stop)
	rung := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() { windows.SetEvent(stop); close(rung) })
	defer func() {
		if !cancel() {
			<-rung // or it would set an event that was given back
		}
	}()
	o := &windows.Overlapped{HEvent: done}
	if err := start(o); err != nil && !errors.Is(err, windows.ERROR_IO_PENDING) {
		return 0, translate(err)
	}
	which, err := windows.WaitForMultipleObjects([]windows.Handle{done, c.wake, stop}, false, windows.INFINITE)
	if err != nil || which != windows.WAIT_OBJECT_0 {
		windows.CancelIoEx(c.h, o)
	}
	var n uint32
	err = windows.GetOverlappedResult(c.h, o, &n, true)
	switch {
	case err == nil:
		return int(n), nil
	case !errors.Is(err, windows.ERROR_OPERATION_ABORTED):
		return 0, translate(err)
	case c.closed.Load():
		return 0, ErrClosed
	case ctx.Err() != nil:
		return 0, ctx.Err()
	}
	return 0, ErrUnplugged // the system ends requests of a device that goes
}

// Close implements Device.
func (c *collection) Close() error {
	if c.closed.Swap(true) {
		return nil
	}
	windows.SetEvent(c.wake)
	c.use.Lock() // every call under way has returned
	defer c.use.Unlock()
	windows.CloseHandle(c.wake)
	return windows.CloseHandle(c.h)
}

// featureError tells a refused report from a device that is gone.
func featureError(err error) error {
	switch {
	case errors.Is(err, windows.ERROR_GEN_FAILURE), errors.Is(err, windows.ERROR_INVALID_FUNCTION), errors.Is(err, windows.ERROR_INVALID_PARAMETER),
		errors.Is(err, windows.ERROR_CRC), errors.Is(err, windows.ERROR_SEM_TIMEOUT), errors.Is(err, windows.ERROR_NOT_SUPPORTED):
		return ErrRefused
	}
	return err
}

func translate(err error) error {
	switch {
	case errors.Is(err, windows.ERROR_DEVICE_NOT_CONNECTED), errors.Is(err, windows.ERROR_BAD_COMMAND), errors.Is(err, windows.ERROR_NO_SUCH_DEVICE),
		errors.Is(err, windows.ERROR_DEVICE_REMOVED), errors.Is(err, windows.ERROR_BROKEN_PIPE), errors.Is(err, windows.ERROR_INVALID_HANDLE):
		return ErrUnplugged
	}
	return err
}
