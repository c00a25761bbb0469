// Package evdev is the seam to input devices on a Linux kernel node
// (/dev/input/event*): which there are, what axes and keys they have, their
// events in frames, and their end. It speaks to the kernel alone, without C.
//
// It must not give a key or an axis a meaning, and it opens nothing that nobody
// named: a keyboard's node tells everything that is typed on it.
package evdev

import (
	"encoding/binary"
	"errors"
	"time"
)

// Errors of an input device. Others are the system's own, for the log.
var (
	// ErrUnplugged: the device is gone. Nothing but Close is of use any more.
	ErrUnplugged = errors.New("evdev: the device is gone")
	// ErrClosed: this end closed the device.
	ErrClosed = errors.New("evdev: the device is closed")
	// ErrNoAccess: the device is there and this user may not open it.
	ErrNoAccess = errors.New("evdev: no permission to open the device")
	// ErrBusy: another program has the device for itself.
	ErrBusy = errors.New("evdev: another program has the device")
	// ErrUnsupported: this system has no way to input devices.
	ErrUnsupported = errors.New("evdev: not supported on this system")
)

// AccessError says which node this user may not open, and the udev rule that
// would allow it to whoever sits at the machine. It is an ErrNoAccess.
type AccessError struct {
	Path string // of the node
	Rule string // a line for packaging/60-counterfoil.rules
}

// Error implements error.
func (e *AccessError) Error() string {
	return "evdev: no permission to open " + e.Path + "; a udev rule is missing: " + e.Rule
}

// Unwrap makes it an ErrNoAccess.
func (e *AccessError) Unwrap() error { return ErrNoAccess }

// Event is one change (linux/input.h, struct input_event).
type Event struct {
	Type, Code uint16
	Value      int32
}

// Types of events, and the codes of SYN (linux/input-event-codes.h).
const (
	TypeSync uint16 = 0x00
	TypeKey  uint16 = 0x01 // values: 0 up, 1 down, 2 repeated
	TypeAbs  uint16 = 0x03

	syncReport  uint16 = 0
	syncDropped uint16 = 3
)

// Frame is what changed at one moment.
type Frame struct {
	Events []Event
	At     time.Duration // of the kernel's clock that only goes forward
	Lost   bool          // the kernel dropped events before this frame: what is held down, and where the axes are, is to be asked anew
}

// Axis is an absolute axis: where it is, and its range in the device's units.
type Axis struct {
	Value, Min, Max int
	Resolution      int // units a millimetre; 0: the device does not say
}

// eventLen is sizeof(struct input_event) where long has 64 bits: seconds and
// microseconds of 8 bytes each, type, code, value.
const eventLen = 24

// maxFrame bounds a frame; the largest of a touch screen has some 60 events.
const maxFrame = 1024

// frames makes frames of the bytes of a node. The zero value is ready. What came
// between a SYN_DROPPED and the next SYN_REPORT is a part of something and let
// go, as the kernel's documentation (input/event-codes.rst) asks.
type frames struct {
	under   Frame
	lost    bool // since the last frame
	skips   bool // until the next report
	partial []byte
	ready   []Frame
}

// take adds bytes as they were read.
func (f *frames) take(b []byte) {
	f.partial = append(f.partial, b...)
	for len(f.partial) >= eventLen {
		f.event(f.partial[:eventLen])
		f.partial = f.partial[eventLen:]
	}
	if len(f.partial) == 0 {
		f.partial = nil
	}
}

func (f *frames) event(b []byte) {
	ne := binary.NativeEndian
	e := Event{Type: ne.Uint16(b[16:]), Code: ne.Uint16(b[18:]), Value: int32(ne.Uint32(b[20:]))}
	switch {
	case e.Type == TypeSync && e.Code == syncDropped:
		f.under, f.lost, f.skips = Frame{}, true, true
	case e.Type == TypeSync && e.Code == syncReport:
		f.skips = false
		f.under.At = time.Duration(ne.Uint64(b))*time.Second + time.Duration(ne.Uint64(b[8:]))*time.Microsecond
		f.under.Lost, f.lost = f.lost, false
		f.ready, f.under = append(f.ready, f.under), Frame{}
	case f.skips, e.Type == TypeSync:
	case len(f.under.Events) >= maxFrame: // no device does that
		f.under, f.lost, f.skips = Frame{}, true, true
	default:
		f.under.Events = append(f.under.Events, e)
	}
}

func (f *frames) next() (Frame, bool) {
	if len(f.ready) == 0 {
		return Frame{}, false
	}
	first := f.ready[0]
	f.ready = f.ready[1:]
	return first, true
}
