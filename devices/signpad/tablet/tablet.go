// Package tablet reads the pen, or the finger, of a display that stands before
// the citizen (a HID digitizer, usage page 0x0D): where halls have no signature
// pad, that display is one. It gives the samples in the device's own units, with
// the kernel's time, as a pad's driver does.
//
// It must not draw and knows no display: who shows the citizen's screens there
// asks it for samples. The device is taken for this program alone, so that a
// signing hand moves nobody's pointer.
package tablet

import (
	"context"
	"errors"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/evdev"
)

// Opts are the options of a Dev. The zero value takes the first pen, and where
// there is none the first touch screen.
type Opts struct {
	Which string // names one, as evdev.Node's Is understands; "": any
}

// Ranges are what the device's units go to; each starts at 0.
type Ranges struct {
	MaxX, MaxY int
	MaxP       int // 1: it knows no pressure
}

// Dev is an attached digitizer.
type Dev struct {
	dev  device
	node evdev.Node
	minX int // what its units start at
	minY int
	minP int
	has  Ranges
	now  state
	seq  int
	zero time.Duration // of the kernel's clock at the first sample
	some bool          // there was one
}

// device is an open input node, or what a test puts in its place.
type device interface {
	Axis(code uint16) (evdev.Axis, error)
	Held(codes ...uint16) ([]bool, error)
	Read(ctx context.Context) (evdev.Frame, error)
	Close() error
}

// state is what is known between two frames.
type state struct {
	x, y, pressure  int
	pen, rub, touch bool
}

// Codes (linux/input-event-codes.h).
const (
	absX, absY, absPressure        = 0x00, 0x01, 0x18
	btnToolPen, btnToolRub  uint16 = 0x140, 0x141
	btnTouch                uint16 = 0x14a
)

// Open opens a digitizer and takes it for this program. Its refusals are those of
// a pad: PadMissing, PadDenied with the rule that is missing, PadBusy,
// PadUnsupported for a device without places.
func Open(_ context.Context, opts Opts) (*Dev, error) {
	found, err := evdev.Find()
	if err != nil {
		return nil, refusal(err)
	}
	n, ok := choose(found, opts.Which)
	if !ok {
		return nil, casework.Refuse(casework.PadMissing, "no pen or touch display is attached")
	}
	dev, err := evdev.Open(n)
	if err != nil {
		return nil, refusal(err)
	}
	if err := dev.Grab(); err != nil {
		dev.Close()
		return nil, refusal(err)
	}
	return over(dev, n)
}

func choose(found []evdev.Node, which string) (evdev.Node, bool) {
	for _, kind := range []evdev.Kind{evdev.Pen, evdev.Touch} {
		for _, n := range found {
			if n.Kind == kind && (which == "" || n.Is(which)) {
				return n, true
			}
		}
	}
	return evdev.Node{}, false
}

// over makes a Dev of an open device, which is closed when that fails.
func over(dev device, n evdev.Node) (*Dev, error) {
	d := &Dev{dev: dev, node: n, has: Ranges{MaxP: 1}}
	x, errX := dev.Axis(absX)
	y, errY := dev.Axis(absY)
	if err := errors.Join(errX, errY); err != nil || x.Max <= x.Min || y.Max <= y.Min || !sane(x) || !sane(y) {
		dev.Close()
		return nil, casework.Refuse(casework.PadUnsupported, "the device gives no places")
	}
	d.minX, d.minY, d.has.MaxX, d.has.MaxY = x.Min, y.Min, x.Max-x.Min, y.Max-y.Min
	if p, err := dev.Axis(absPressure); err == nil && p.Max > p.Min && sane(p) {
		d.minP, d.has.MaxP = p.Min, p.Max-p.Min
	}
	if err := d.look(); err != nil {
		dev.Close()
		return nil, refusal(err)
	}
	return d, nil
}

// sane bounds a range: the record of an ink has 16 bits.
func sane(a evdev.Axis) bool { return a.Max-a.Min <= 0xFFFF && a.Min >= -1<<20 && a.Max <= 1<<20 }

// Name is what the device calls itself.
func (d *Dev) Name() string { return d.node.Name }

// Ranges returns what the units of its samples go to.
func (d *Dev) Ranges() Ranges { return d.has }

// Close gives the device back.
func (d *Dev) Close() error { return d.dev.Close() }

func refusal(err error) error {
	switch {
	case errors.Is(err, evdev.ErrNoAccess):
		return casework.Refuse(casework.PadDenied, err.Error())
	case errors.Is(err, evdev.ErrBusy):
		return casework.Refuse(casework.PadBusy, "another program has the display's pen")
	case errors.Is(err, evdev.ErrUnplugged), errors.Is(err, evdev.ErrClosed):
		return casework.Refuse(casework.PadLost, "the display's pen is gone")
	case errors.Is(err, evdev.ErrUnsupported):
		return casework.Refuse(casework.PadUnsupported, "input nodes are not read on this system")
	}
	return err
}
