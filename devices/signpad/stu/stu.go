// Package stu drives signature pads of the Wacom STU family (300, 430, 500,
// 520A, 530, 540) over HID feature and input reports. The byte tables were gathered from the
// maker's published documentation and from projects that were checked on
// hardware; what no source proved is marked in capitals where it is used, and
// listed in devices/README.md.
//
// The driver writes only reports of an allow list and nothing non-volatile. It
// must not interpret ink, repair gaps, or know whether the far end is hardware.
package stu

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"image"
	"io"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
)

// Vendor is Wacom's USB vendor id.
const Vendor = 0x056A

// Products returns the USB product ids that the driver takes: 500, 300, 520A,
// 430, 530, 430V, 540. The 541 speaks TLS in a packet protocol of its own.
func Products() []uint16 { return []uint16{0x00A1, 0x00A2, 0x00A3, 0x00A4, 0x00A5, 0x00A6, 0x00A8} }

// Opts are the options of a Dev. Start from DefaultOpts.
type Opts struct {
	Transport string           // as the opener knows it: "hidraw", "usbfs" …; a software pad's is "emulator" whatever this says
	Poll      time.Duration    // between two looks at the status
	Patience  time.Duration    // how long a pad may take for one picture or to start
	Thickness byte             // of device-drawn ink: 0 1 px, 1 3 px, 2 5 px, 3 7 px
	Now       func() time.Time // the host's clock
	Encrypt   bool             // pen data come encrypted while ink is drawn, where the pad can do it
	Turn      time.Duration    // how long a pad is left alone after a capture starts or ends; one lasts four times that
	Random    io.Reader        // for sessions and keys
	Host      *rsa.PrivateKey  // of 2048 bits, for pads that encrypt their key for us; nil: a fresh one an opening
}

// DefaultOpts are right for every model. Encryption is off: no pad was tried with
// it, and nothing that could make a working one fail is on by itself.
func DefaultOpts() Opts {
	return Opts{Transport: "hidraw", Poll: 10 * time.Millisecond, Patience: 10 * time.Second, Thickness: 1, Now: time.Now,
		Turn: turnTime, Random: rand.Reader}
}

// Dev is an attached pad. Show and Read may be used from two goroutines.
type Dev struct {
	dev   hid.Device
	opts  Opts
	id    casework.PadIdentity
	model model
	codec codec
	bulk  hid.BulkWriter // nil: pictures go by reports; guarded by showing

	showing sync.Mutex
	shown   *image.RGBA     // what the display holds; nil: unknown
	ink     image.Rectangle // where the device draws ink; empty: nowhere

	plain     bool      // its encryption was tried and does not work
	capturing bool      // a capture was started, or a key agreed on for it; guarded by showing, as is:
	began     time.Time // when
	way       way

	reading sync.Mutex
	counter counters
	waiting []penReport // of a block whose first one was returned

	marks marks
}

// New identifies the pad behind dev and prepares it: no ink, pen reports with
// time and sequence, encryption tried where it is wanted. One that answers and does not become ready is reset, once.
// dev belongs to the Dev from then on; when New fails it is closed.
func New(ctx context.Context, dev hid.Device, opts Opts) (*Dev, error) {
	d := &Dev{dev: dev, opts: opts}
	d.bulk, _ = dev.(hid.BulkWriter)
	err := d.prepare(ctx)
	if errors.As(err, &stuck{}) {
		err = d.revive(ctx)
	}
	if err != nil {
		dev.Close()
		return nil, err
	}
	return d, nil
}

func (d *Dev) prepare(ctx context.Context) error {
	for _, step := range []func() error{
		func() error { return d.settle(ctx) },
		d.identify,
		func() error { _, err := d.await(ctx, statusReady); return err },
		func() error { return d.set(idInking, 0) },
		d.setPen,
		d.setOptions,
		func() error { return d.secure(ctx) },
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// setPen makes the device's own ink black. The order of the colour bytes is
// UNVERIFIED on hardware, and black has none.
func (d *Dev) setPen() error {
	switch d.model.pen {
	case idPen24:
		return d.set(idPen24, 0, 0, 0, d.opts.Thickness)
	case idPen16:
		return d.set(idPen16, 0, 0, d.opts.Thickness)
	}
	return nil
}

// PenDataOptionMode: what pen reports carry beside the pen.
const (
	optionSequence     = 2 // reports 0x30
	optionTimeSequence = 3 // reports 0x34
)

// setOptions asks for the most that the model's pen reports can carry. An old
// pad whose firmware has no such mode reports the pen alone: its samples have
// the host's time, and a gap cannot be seen.
func (d *Dev) setOptions() error {
	if d.model.old {
		if _, err := d.get(idOptions, 2); casework.KindOf(err) == casework.PadGarbled {
			return nil
		}
	}
	if err := d.set(idOptions, d.model.option); err != nil {
		return err
	}
	r, err := d.get(idOptions, 2)
	if err != nil {
		return err
	}
	if r[1] != d.model.option {
		return casework.Refuse(casework.PadUnsupported, "the pad has no pen reports with a sequence")
	}
	d.counter.mode = d.model.option
	return nil
}

// Limits says what the pad cannot do: keep its own ink within a part of the
// display, and number its reports.
func (d *Dev) Limits() (everywhere, unnumbered bool) {
	return !d.model.inkBox, d.counter.mode == 0
}

// Identity implements desk.Pad.
func (d *Dev) Identity() casework.PadIdentity { return d.id }

// String returns model, serial and how it is reached, for the log.
func (d *Dev) String() string {
	way := d.id.Transport
	if d.id.Encryption != "" {
		way += ", " + d.id.Encryption
	}
	return d.id.Model + " " + d.id.Serial + " (" + way + ")"
}

// Close ends every call under way and gives the device back. The display keeps
// what it shows: an empty screen would need the pad to answer.
func (d *Dev) Close() error { return d.dev.Close() }
