//go:build amd64 || arm64

package mediafoundation

import (
	"sync"
	"time"
	"unsafe"

	"counterfoil/devices/camera/capture"
)

// firstVideo is MF_SOURCE_READER_FIRST_VIDEO_STREAM: cameras that have another one
// beside it take photos or see heat with it.
const firstVideo = 0xFFFFFFFC

// Device is an open camera. Its methods may be called from different goroutines;
// one call runs at a time, and Close ends the one that waits.
type Device struct {
	name   string
	make   func(*library) (*object, error) // an IMFMediaSource
	lib    *library
	source *object
	reader *object
	calls  *callback

	use     sync.Mutex
	closing sync.Once
	closed  chan struct{}

	native  []format // by its index; what is not used here has no mode
	agreed  format
	layout  capture.Layout
	began   bool // the source was started
	streams bool
	asked   bool   // a request for a sample is under way
	since   uint64 // frames from before it are let go, in 100 ns of the performance counter
	old     int    // how many of them at most
}

// Over makes a Device of media sources whose far end is of our own making. source
// returns an IMFMediaSource, and an HRESULT when it has none.
func Over(name string, source func() (unsafe.Pointer, uintptr)) (*Device, error) {
	return open(name, func(*library) (*object, error) {
		s, r := source()
		return (*object)(s), failed(r)
	})
}

// open opens what source makes, now and again after every Stop.
func open(name string, source func(*library) (*object, error)) (*Device, error) {
	l, err := start()
	if err != nil {
		return nil, translate(err)
	}
	d := &Device{name: name, make: source, lib: l, closed: make(chan struct{})}
	if err := d.connect(); err != nil {
		d.Close()
		return nil, translate(err)
	}
	return d, nil
}

// connect makes the source and its reader, unless they are there.
func (d *Device) connect() error {
	if d.reader != nil {
		return nil
	}
	err := d.read()
	if err != nil {
		d.disconnect()
	}
	return err
}

func (d *Device) read() error {
	source, err := d.make(d.lib)
	if err != nil {
		return err
	}
	d.source, d.calls = source, newCallback()
	how, err := d.lib.attributes()
	if err != nil {
		return err
	}
	defer how.release()
	err = how.call(setUnknown, uintptr(unsafe.Pointer(&asyncCallback)), uintptr(unsafe.Pointer(d.calls)))
	if err == nil {
		err = how.setUint32(disableConverters, 1)
	}
	if err != nil {
		return err
	}
	r, _, _ := d.lib.overSource.Call(uintptr(unsafe.Pointer(source)), uintptr(unsafe.Pointer(how)), uintptr(unsafe.Pointer(&d.reader)))
	return failed(r)
}

// disconnect gives everything back but the libraries. The source is shut down
// before its last reference goes: one that is not goes on sending.
func (d *Device) disconnect() {
	if d.asked {
		d.flush()
	}
	d.reader.release()
	if d.source != nil {
		d.source.call(sourceShutdown)
		d.calls.clear()
		d.calls.release()
	}
	d.source.release()
	d.reader, d.source, d.calls, d.native = nil, nil, nil, nil
	d.began, d.streams, d.asked = false, false, false
}

// flushTime is how long the reader is given to let go of its requests. One of a
// camera that hangs is left behind.
const flushTime = 2 * time.Second

// flush ends the requests that are under way.
func (d *Device) flush() {
	if d.reader.call(flush, firstVideo) != nil {
		return
	}
	limit := time.NewTimer(flushTime)
	defer limit.Stop()
	select {
	case <-d.calls.flushed:
	case <-limit.C:
	}
}

// Name is what the camera calls itself.
func (d *Device) Name() string { return d.name }

// maxModes cuts off a driver that never ends its list: it has a line for each size
// with each rate.
const maxModes = 4096

// Modes returns the formats and sizes that the camera says it has, of those that
// are used here, each with its best rate, in the camera's order. An empty list is
// no error.
func (d *Device) Modes() ([]capture.Mode, error) {
	if err := d.begin(); err != nil {
		return nil, err
	}
	defer d.use.Unlock()
	err := d.connect()
	if err == nil {
		err = d.learn()
	}
	if err != nil {
		return nil, translate(err)
	}
	var list []capture.Mode
	known := make(map[capture.Mode]int)
	for _, f := range d.native {
		m, ok := f.mode()
		if !ok {
			continue
		}
		size := capture.Mode{Pixel: m.Pixel, Width: m.Width, Height: m.Height}
		i, has := known[size]
		switch {
		case !has:
			known[size] = len(list)
			list = append(list, m)
		case m.Rate > list[i].Rate:
			list[i] = m
		}
	}
	return list, nil
}

// learn asks for the native types.
func (d *Device) learn() error {
	d.native = nil
	for i := range uintptr(maxModes) {
		var one *object
		err := d.reader.call(nativeType, firstVideo, i, uintptr(unsafe.Pointer(&one)))
		if err == result(noMoreTypes) {
			return nil
		}
		if err != nil {
			return err
		}
		d.native = append(d.native, formatOf(one))
		one.release()
	}
	return nil
}

func formatOf(media *object) format {
	var f format
	if id, err := media.guid(subtype); err == nil {
		f.subtype = *(*[16]byte)(unsafe.Pointer(&id))
	}
	f.size, _ = media.uint64(frameSize) // what a type does not say is 0
	f.rate, _ = media.uint64(frameRate)
	f.nominalRange, _ = media.uint32(nominalRange)
	stride, _ := media.uint32(defaultStride)
	f.stride = int32(stride)
	return f
}

// Agree tells the driver to send one of its modes, and returns what it will send.
// ErrRefused: it has no such mode, or does not take it.
func (d *Device) Agree(m capture.Mode) (capture.Layout, error) {
	if err := d.begin(); err != nil {
		return capture.Layout{}, err
	}
	defer d.use.Unlock()
	if d.began { // a source that has begun keeps its type
		d.disconnect()
	}
	err := d.connect()
	if err == nil && d.native == nil {
		err = d.learn()
	}
	if err != nil {
		return capture.Layout{}, translate(err)
	}
	for i, f := range d.native {
		if has, ok := f.mode(); ok && has == m {
			return d.set(uintptr(i))
		}
	}
	return capture.Layout{}, capture.ErrRefused
}

// set chooses a native type and reads what the reader makes of it.
func (d *Device) set(index uintptr) (capture.Layout, error) {
	var one *object
	if err := d.reader.call(nativeType, firstVideo, index, uintptr(unsafe.Pointer(&one))); err != nil {
		return capture.Layout{}, translate(err)
	}
	defer one.release()
	if err := d.reader.call(setCurrentType, firstVideo, 0, uintptr(unsafe.Pointer(one))); err != nil {
		return capture.Layout{}, translate(err)
	}
	f, err := d.current()
	if err != nil {
		return capture.Layout{}, translate(err)
	}
	l, ok := f.layout()
	if !ok {
		return capture.Layout{}, capture.ErrRefused
	}
	d.agreed, d.layout = f, l
	return l, nil
}

// current is the type that the reader hands out now.
func (d *Device) current() (format, error) {
	var now *object
	if err := d.reader.call(currentType, firstVideo, uintptr(unsafe.Pointer(&now))); err != nil {
		return format{}, err
	}
	defer now.release()
	return formatOf(now), nil
}

// begin takes the device for one call; the caller unlocks use.
func (d *Device) begin() error {
	d.use.Lock()
	select {
	case <-d.closed:
		d.use.Unlock()
		return capture.ErrClosed
	default:
	}
	return nil
}

// Close gives the camera back. It may be called more than once.
func (d *Device) Close() error {
	d.closing.Do(func() {
		close(d.closed)
		d.use.Lock() // the call under way has returned
		defer d.use.Unlock()
		d.disconnect()
		d.lib.end()
	})
	return nil
}

// Controls says that there are none: a camera's focus and exposure stay as it sets
// them itself.
func (d *Device) Controls() ([]capture.Control, error) { return nil, nil }

// Set refuses: see Controls.
func (d *Device) Set(capture.ControlID, int32) error { return capture.ErrRefused }
