//go:build amd64 || arm64

package mediafoundation

import (
	"context"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"counterfoil/devices/camera/capture"
)

// What the reader says beside a sample (MF_SOURCE_READER_FLAG).
const (
	flagError   = 0x1
	flagEnd     = 0x2
	flagNative  = 0x10 // the source's type is another one
	flagCurrent = 0x20 // what the reader hands out is
)

// startTime is how long Start waits for the first answer, with which a camera says
// that it cannot begin. One that says nothing for so long has begun or is silent,
// which Next tells.
const startTime = 2 * time.Second

// Start has the camera begin with what Agree agreed to; how many buffers there are
// is the system's affair. ErrBusy: another program has it; ErrNoRoom: the bus
// cannot carry it. What failed is thrown away: the next Agree makes it anew.
func (d *Device) Start(int) error {
	if err := d.begin(); err != nil {
		return err
	}
	defer d.use.Unlock()
	if d.reader == nil {
		return capture.ErrRefused
	}
	d.began, d.streams, d.since = true, true, 0
	err := d.reader.call(selectStream, firstVideo, 1)
	if err == nil {
		err = d.request()
	}
	if err == nil {
		err = d.first()
	}
	if err != nil {
		d.disconnect()
	}
	return translate(err)
}

// first waits for the first answer, and puts it back when it is no failure.
func (d *Device) first() error {
	limit := time.NewTimer(startTime)
	defer limit.Stop()
	select {
	case <-d.closed:
		return capture.ErrClosed
	case <-limit.C:
		return nil
	case <-d.calls.came:
	}
	d.calls.mu.Lock()
	defer d.calls.mu.Unlock()
	if d.calls.last == nil {
		return nil
	}
	d.calls.came <- struct{}{}
	return failed(d.calls.last.status)
}

// Stop ends the stream. Media Foundation has no halt that all drivers keep to, so
// the camera is let go of, and opened again by the next Agree.
func (d *Device) Stop() error {
	if err := d.begin(); err != nil {
		return err
	}
	defer d.use.Unlock()
	if d.began {
		d.disconnect()
	}
	return nil
}

// maxOld is how many frames the system may have kept for us: more than any driver
// queues, and few enough that a camera with another clock is not silent for long.
const maxOld = 8

// Skip has the next frame show what is in front of the camera now: those that the
// driver took before are let go, by the time that it put on them (UNVERIFIED on
// hardware: of a driver that puts none on them the next one may be older).
func (d *Device) Skip() error {
	if err := d.begin(); err != nil {
		return err
	}
	defer d.use.Unlock()
	if !d.streams {
		return capture.ErrRefused
	}
	d.calls.clear()
	d.since, d.old = now(), maxOld
	return nil
}

// now is the performance counter in units of 100 ns, as the time of a frame is said.
func now() uint64 {
	var ticks, each int64
	kernel := windows.NewLazySystemDLL("kernel32.dll")
	kernel.NewProc("QueryPerformanceCounter").Call(uintptr(unsafe.Pointer(&ticks)))
	kernel.NewProc("QueryPerformanceFrequency").Call(uintptr(unsafe.Pointer(&each)))
	const second = 10_000_000
	each = max(each, 1)
	return uint64(ticks/each*second + ticks%each*second/each)
}

// Next waits for the next frame and copies it over into, which is grown when it is
// too short. ErrSilent: none came within silence. ErrBroken leaves the stream
// running; ErrChanged does not.
func (d *Device) Next(ctx context.Context, silence time.Duration, into []byte) (capture.Frame, error) {
	if err := d.begin(); err != nil {
		return capture.Frame{}, err
	}
	defer d.use.Unlock()
	limit := time.NewTimer(silence)
	defer limit.Stop()
	for {
		if err := d.request(); err != nil {
			return capture.Frame{}, translate(err)
		}
		select {
		case <-d.closed:
			return capture.Frame{}, capture.ErrClosed
		case <-ctx.Done(): // the answer is the next call's
			return capture.Frame{}, ctx.Err()
		case <-limit.C:
			return capture.Frame{}, capture.ErrSilent
		case <-d.calls.came:
		}
		a := d.calls.take()
		if a == nil {
			continue
		}
		d.asked = false
		data, err := d.frame(a, into)
		a.sample.release()
		if data != nil || err != nil {
			return capture.Frame{Data: data}, translate(err)
		}
	}
}

// request asks the reader for a sample, unless it was asked already.
func (d *Device) request() error {
	if !d.streams {
		return capture.ErrRefused
	}
	if d.asked {
		return nil
	}
	err := d.reader.call(readSample, firstVideo, 0, 0, 0, 0, 0)
	d.asked = err == nil
	return err
}

// frame copies the picture out of an answer; nil when there is none in it.
func (d *Device) frame(a *answer, into []byte) ([]byte, error) {
	switch {
	case failed(a.status) != nil:
		d.streams = false
		return nil, failed(a.status)
	case a.flags&(flagError|flagEnd) != 0:
		d.streams = false
		return nil, capture.ErrUnplugged
	case a.flags&(flagNative|flagCurrent) != 0 && d.changed():
		d.streams = false
		return nil, capture.ErrChanged
	case a.sample == nil || d.isOld(a.sample):
		return nil, nil
	}
	var buffer *object
	if err := a.sample.call(contiguousBuffer, uintptr(unsafe.Pointer(&buffer))); err != nil {
		return nil, capture.ErrBroken
	}
	defer buffer.release()
	var start *byte
	var used uint32
	if err := buffer.call(lock, uintptr(unsafe.Pointer(&start)), 0, uintptr(unsafe.Pointer(&used))); err != nil {
		return nil, capture.ErrBroken
	}
	defer buffer.call(unlock)
	if used == 0 || used > capture.MaxFrame || int(used) < d.layout.Bytes() { // half a frame
		return nil, capture.ErrBroken
	}
	data := append(into[:0], unsafe.Slice(start, used)...)
	if d.agreed.stride < 0 && !d.layout.Pixel.Compressed() {
		d.downward(data)
	}
	return data, nil
}

// changed says whether frames have another type than was agreed: a reader tells of
// the type that we set as well.
func (d *Device) changed() bool {
	f, err := d.current()
	if err != nil {
		return true
	}
	l, ok := f.layout()
	return !ok || l != d.layout || f.stride < 0 != (d.agreed.stride < 0)
}

// isOld says whether a frame was taken before Skip.
func (d *Device) isOld(sample *object) bool {
	if d.since == 0 || d.old == 0 {
		return false
	}
	at, err := sample.uint64(deviceTimestamp)
	if err != nil || at >= d.since {
		d.since = 0
		return false
	}
	d.old--
	return true
}

// downward brings a frame's lines from top to bottom.
func (d *Device) downward(data []byte) {
	bright := d.layout.Stride * d.layout.Height
	turned(data[:bright], d.layout.Stride)
	if d.layout.Pixel == capture.NV12 {
		turned(data[bright:d.layout.Bytes()], d.layout.Stride)
	}
}
