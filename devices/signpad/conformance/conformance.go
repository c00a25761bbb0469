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
	"image/draw"

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

	// Limits says of the pad that was opened whether it draws ink on all of its
	// display (300, 500) and whether its reports have no sequence, so that a gap
	// can't be seen (300, 500). nil: neither.
	Limits func(Pad) (everywhere, unnumbered bool)

	Begin  func(check string)                            // before each check; may be nil
	Decide func(ctx context.Context, failed Result) Next // after one that failed; nil: Stop
}

// Next is what follows a check that failed.
type Next int

// Stop ends the suite. Repeat makes the check once more, from where its own
// beginning can be had again. GoOn leaves it failed and makes the next one.
const (
	Stop Next = iota
	Repeat
	GoOn
)

// Result is what came of one check; Err is nil when the pad passed.
type Result struct {
	Key  string // one of Keys
	Name string // in English
	Err  error
}

// bench is the pad under test and what was learnt of it.
type bench struct {
	Way
	pad        Pad
	img        *image.RGBA
	in, out    image.Rectangle
	unnumbered bool
}

// check is one of the suite.
type check struct {
	key, name string
	from      int // the check that a repetition begins with
	run       func(context.Context) error
}

func (b *bench) checks() []check {
	return []check{
		{"identity", "it is opened and says who it is", 0, b.identity},
		{"picture", "a picture is shown to the last pixel", 1, b.picture},
		{"ink", "ink appears where it may, and reports are whole and in order", 2, b.ink},
		{"cleared", "the same picture again takes the ink away", 2, b.cleared},
		{"given-up", "a reading that is given up loses no report", 4, b.givenUp},
		{"reopened", "closing ends a reading, and it is opened again as the same", 5, b.reopened},
		{"unplugged", "an unplug is an unplug to whoever reads or shows", 6, b.unplugged},
		{"replugged", "plugged in again it is the same pad", 6, b.replugged},
	}
}

// Keys returns the checks in their order.
func Keys() []string {
	var keys []string
	for _, c := range (&bench{}).checks() {
		keys = append(keys, c.key)
	}
	return keys
}

// Run opens the pad, makes all checks in order, leaves it blank and closes it.
// Each check begins where the one before ended, so Run stops at the first that
// fails, unless Decide says otherwise. ctx bounds how long a pad may keep silent.
func Run(ctx context.Context, w Way) []Result {
	b := &bench{Way: w}
	defer b.leave(context.WithoutCancel(ctx))
	var all []Result
	checks, afresh := b.checks(), false
	for i := 0; i < len(checks); {
		c := checks[i]
		if b.Begin != nil {
			b.Begin(c.key)
		}
		r := Result{c.key, c.name, b.make(ctx, c, afresh)}
		all, afresh, i = append(all, r), false, i+1
		if r.Err == nil {
			continue
		}
		next := Stop
		if b.Decide != nil && ctx.Err() == nil {
			next = b.Decide(ctx, r)
		}
		switch {
		case next == Repeat:
			i, afresh = c.from, c.from > 0
			all = all[:i]
		case next == GoOn && b.pad != nil:
			afresh = casework.KindOf(r.Err) != ""
		default:
			return all
		}
	}
	return all
}

// make makes one check, afresh with the pad opened anew.
func (b *bench) make(ctx context.Context, c check, afresh bool) error {
	if afresh && c.key != "replugged" {
		if err := b.anew(ctx); err != nil {
			return err
		}
	}
	return c.run(ctx)
}

// anew closes the pad and opens it again.
func (b *bench) anew(ctx context.Context) error {
	b.pad.Close()
	pad, err := b.Open(ctx)
	if err == nil {
		b.pad = pad
	}
	return err
}

// leave takes the test's picture and ink away and gives the pad back, however
// the suite ended.
func (b *bench) leave(ctx context.Context) {
	if b.pad == nil {
		return
	}
	if b.img != nil {
		blank := image.NewRGBA(b.img.Rect)
		draw.Draw(blank, blank.Rect, image.White, image.Point{}, draw.Src)
		b.pad.Show(ctx, blank, image.Rectangle{}) // one that is gone shows nothing
	}
	b.pad.Close()
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
