// Package ink is what a pen wrote, made visible and handed on: the one drawing
// of samples for pad, screen and print, and the exchange record of ISO/IEC
// 19794-7.
//
// The record of a case is the samples themselves (protocol.EncodeInk); both
// things here are made from them and can be made again. The package must not
// repair a capture: what was not measured is neither drawn nor written.
package ink

import (
	"image"
	"image/color"

	"counterfoil/app/casework"
)

// sub is the units of a pixel in which ink is computed. All arithmetic is in
// integers, so that the same samples give the same bytes on every machine:
// compilers may fuse multiplications of floating-point numbers, and then the
// last bit differs between processors.
const sub = 32

// maxSide bounds a drawing; the largest use is a print at 600 dots an inch.
const maxSide = 8192

// spot is a place of the pen and the radius of its trace there, in 1/sub pixels.
type spot struct{ x, y, r int64 }

// between returns the point k/n of the way from a to b.
func between(a, b spot, k, n int64) spot {
	return spot{a.x + (b.x-a.x)*k/n, a.y + (b.y-a.y)*k/n, a.r + (b.r-a.r)*k/n}
}

// Drawing is the coverage of strokes on an area of pixels. Samples may be added
// in any portions: the same samples give the same drawing.
type Drawing struct {
	mask  *image.Alpha
	place func(casework.PenSample) spot
	dirty image.Rectangle

	points   int  // of the stroke under way
	from     spot // where its trace ends so far
	last     spot // its latest sample
	sequence int
}

// OnPad returns an empty drawing in which samples lie as they do on the pad's
// display, scaled to size: a trace is 1/670 of the width where the pen hardly
// presses and three times that where it presses hardest. A pad without ranges
// gives a drawing that stays empty, and so does a size that is not within
// 1…8192.
func OnPad(pad casework.PadIdentity, size image.Point) *Drawing {
	w, h := int64(size.X), int64(size.Y)
	return start(pad, size, func(s casework.PenSample) spot {
		r := max(w, 200) * sub * width(s, pad) / 8000
		return spot{int64(clamp(s.X, pad.MaxX)) * w * sub / int64(pad.MaxX), int64(clamp(s.Y, pad.MaxY)) * h * sub / int64(pad.MaxY), max(r, sub/2)}
	})
}

func start(pad casework.PadIdentity, size image.Point, place func(casework.PenSample) spot) *Drawing {
	if pad.MaxX < 1 || pad.MaxY < 1 || pad.MaxP < 1 || size.X < 1 || size.Y < 1 || size.X > maxSide || size.Y > maxSide {
		return &Drawing{mask: image.NewAlpha(image.Rectangle{})}
	}
	return &Drawing{mask: image.NewAlpha(image.Rectangle{Max: size}), place: place}
}

// width returns 6 to 18 by the sample's pressure.
func width(s casework.PenSample, pad casework.PadIdentity) int64 {
	return 6 + 12*int64(clamp(s.Pressure, pad.MaxP))/int64(pad.MaxP)
}

func clamp(v, limit int) int { return min(max(v, 0), limit) }

// Add draws further samples. Touching samples that follow each other are a
// stroke; a report that is missing breaks it. The trace of a stroke ends half
// way to its latest sample until the next one says where it goes.
func (d *Drawing) Add(samples ...casework.PenSample) {
	if d.place == nil {
		return
	}
	for _, s := range samples {
		if !s.Down || d.points > 0 && s.Seq >= 0 && s.Seq > d.sequence+1 {
			d.End()
		}
		if s.Down {
			d.touch(d.place(s))
			d.sequence = s.Seq
		}
	}
}

// End finishes the stroke under way, for samples that nothing will follow.
func (d *Drawing) End() {
	switch {
	case d.points == 1:
		d.segment(d.last, d.last)
	case d.points > 1:
		d.curve(d.from, between(d.from, d.last, 1, 2), d.last)
	}
	d.points = 0
}

// touch takes the next sample of a stroke. The trace runs through the middles
// between samples, bent towards the samples (a quadratic B-spline): no corner
// where the pen made none, and no place that depends on later samples.
func (d *Drawing) touch(at spot) {
	d.points++
	if d.points == 1 {
		d.from, d.last = at, at
		return
	}
	middle := between(d.last, at, 1, 2)
	d.curve(d.from, d.last, middle)
	d.from, d.last = middle, at
}

// longest is the length of the straight pieces of a curve.
const longest = 3 * sub

func (d *Drawing) curve(a, control, b spot) {
	span := max(far(a, control), far(control, b))
	n := span/longest + 1
	last := a
	for k := int64(1); k <= n; k++ {
		at := between(between(a, control, k, n), between(control, b, k, n), k, n)
		d.segment(last, at)
		last = at
	}
}

func far(a, b spot) int64 {
	return max(a.x-b.x, b.x-a.x) + max(a.y-b.y, b.y-a.y)
}

// Dirty returns the part of the drawing that changed since the last call.
func (d *Drawing) Dirty() image.Rectangle {
	r := d.dirty
	d.dirty = image.Rectangle{}
	return r
}

// Over lays the drawing in a colour over base and puts the part r of that into
// dst. Both have their first pixel where the drawing has its own; dst may be
// base itself when it is done once only.
func (d *Drawing) Over(dst, base *image.RGBA, r image.Rectangle, c color.RGBA) {
	size := image.Rectangle{Max: dst.Rect.Size()}.Intersect(image.Rectangle{Max: base.Rect.Size()})
	r = r.Intersect(size).Intersect(d.mask.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			a := uint32(d.mask.Pix[d.mask.PixOffset(x, y)])
			from := base.RGBAAt(base.Rect.Min.X+x, base.Rect.Min.Y+y)
			mix := func(under, over uint8) uint8 { return uint8((uint32(under)*(255-a) + uint32(over)*a + 127) / 255) }
			dst.SetRGBA(dst.Rect.Min.X+x, dst.Rect.Min.Y+y, color.RGBA{mix(from.R, c.R), mix(from.G, c.G), mix(from.B, c.B), mix(from.A, c.A)})
		}
	}
}
