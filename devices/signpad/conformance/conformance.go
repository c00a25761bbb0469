// Package conformance is what every signature pad must do, by whatever way it is
// reached: one suite for the software pad in memory, the software pad behind a
// kernel node, and hardware.
//
// It drives a pad as the desk does and knows no report. It must not skip what a
// pad cannot do: what differs between models is a field of Way.
package conformance

import (
	"context"
	"errors"
	"image"

	"counterfoil/app/casework"
)

// Pad is an opened pad, as app/desk declares it.
type Pad interface {
	Identity() casework.PadIdentity
	Show(ctx context.Context, img *image.RGBA, ink image.Rectangle) error
	Read(ctx context.Context) (casework.PenSample, error)
	Close() error
}

// Way is one way to one pad, with whoever writes on it, looks at it, and pulls
// its plug.
type Way struct {
	Open func(ctx context.Context) (Pad, error)
	// Write writes within in and, where out is not empty, a line within out too.
	// It returns when the pen has left.
	Write func(ctx context.Context, in, out image.Rectangle) error
	// Look returns why the display does not hold want. Within ink there is a
	// trace of the pen beside it; empty: there is none anywhere.
	Look   func(want *image.RGBA, ink image.Rectangle) error
	Unplug func()
	Plug   func()

	Everywhere bool // the model draws ink on all of its display (300, 500)
	Unnumbered bool // its reports have no sequence: a gap can't be seen (300, 500)
}

// Result is what came of one check; Err is nil when the pad passed.
type Result struct {
	Name string
	Err  error
}

// bench is the pad under test and what was learnt of it.
type bench struct {
	Way
	pad     Pad
	img     *image.RGBA
	in, out image.Rectangle
}

// Run opens the pad, makes all checks in order, and closes it. Each check begins
// where the one before ended, so Run stops at the first that fails. ctx bounds
// how long a pad may keep silent.
func Run(ctx context.Context, w Way) []Result {
	b := &bench{Way: w}
	defer func() {
		if b.pad != nil {
			b.pad.Close()
		}
	}()
	var all []Result
	for _, check := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"it is opened and says who it is", b.identity},
		{"a picture is shown to the last pixel", b.picture},
		{"ink appears where it may, and reports are whole and in order", b.ink},
		{"the same picture again takes the ink away", b.cleared},
		{"a reading that is given up loses no report", b.givenUp},
		{"closing ends a reading, and it is opened again as the same", b.reopened},
		{"an unplug is an unplug to whoever reads or shows", b.unplugged},
		{"plugged in again it is the same pad", b.replugged},
	} {
		err := check.run(ctx)
		all = append(all, Result{check.name, err})
		if err != nil {
			break
		}
	}
	return all
}

// Err joins what failed.
func Err(results []Result) error {
	var all []error
	for _, r := range results {
		if r.Err != nil {
			all = append(all, errors.Join(errors.New(r.Name), r.Err))
		}
	}
	return errors.Join(all...)
}
