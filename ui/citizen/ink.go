package citizen

import (
	"image"
	"image/color"

	"counterfoil/app/casework"
)

// Trace draws the samples of a pen over img as they lie on the pad's display,
// scaled to img: the harder, the wider. It is what a mirror of the pad shows
// while somebody signs. The same samples give the same bytes on every machine:
// all arithmetic is in integers.
func Trace(img *image.RGBA, pad casework.PadIdentity, samples []casework.PenSample, ink color.RGBA) {
	if pad.MaxX < 1 || pad.MaxY < 1 || pad.MaxP < 1 {
		return
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	t := tracer{mask: image.NewAlpha(image.Rect(0, 0, w, h))}
	unit := max(w, 200)
	t.run(samples, func(s casework.PenSample) spot {
		// 1/800 of the width at the least, 3.6 at the most, in 1/32 pixels
		r := unit * sub * (6 + 12*min(max(s.Pressure, 0), pad.MaxP)/pad.MaxP) / 8000
		return spot{x: s.X * w * sub / pad.MaxX, y: s.Y * h * sub / pad.MaxY, r: max(r, sub/2)}
	})
	blend(img, img.Rect.Min, t.mask, ink)
}

// Render draws an ink alone, black on white, as large as fits the size: for a
// record, a print, a list.
func Render(k casework.Ink, size image.Point) *image.RGBA {
	img := image.NewRGBA(image.Rectangle{Max: size})
	fill(img, img.Rect, rgb(0xFFFFFF))
	box, any := bounds(k.Samples)
	if !any || k.Pad.MaxP < 1 || size.X < 8 || size.Y < 8 {
		return img
	}
	margin := max(min(size.X, size.Y)/12, 2)
	// one scale for both directions: a signature is not to be stretched
	room := image.Pt(size.X-2*margin, size.Y-2*margin)
	num, den := room.X, max(box.Dx(), 1)
	if box.Dy()*room.X > max(box.Dx(), 1)*room.Y {
		num, den = room.Y, box.Dy()
	}
	offX := (size.X*sub - box.Dx()*sub*num/den) / 2
	offY := (size.Y*sub - box.Dy()*sub*num/den) / 2
	t := tracer{mask: image.NewAlpha(img.Rect)}
	t.run(k.Samples, func(s casework.PenSample) spot {
		r := size.Y * sub * (8 + 12*min(max(s.Pressure, 0), k.Pad.MaxP)/k.Pad.MaxP) / 1200
		return spot{x: offX + (s.X-box.Min.X)*sub*num/den, y: offY + (s.Y-box.Min.Y)*sub*num/den, r: max(r, sub/2)}
	})
	blend(img, image.Point{}, t.mask, rgb(0x000000))
	return img
}

// bounds returns the box of the touching samples, in the pen's units.
func bounds(samples []casework.PenSample) (image.Rectangle, bool) {
	var box image.Rectangle
	any := false
	for _, s := range samples {
		if !s.Down {
			continue
		}
		if !any {
			box = image.Rect(s.X, s.Y, s.X, s.Y)
		}
		box.Min = image.Pt(min(box.Min.X, s.X), min(box.Min.Y, s.Y))
		box.Max = image.Pt(max(box.Max.X, s.X), max(box.Max.Y, s.Y))
		any = true
	}
	return box, any
}

// sub is the units of a pixel in which ink is computed.
const sub = 32

// spot is a place of the pen and the radius of its trace there.
type spot struct{ x, y, r int }

// tracer collects the coverage of strokes.
type tracer struct{ mask *image.Alpha }

// run draws every stroke: touching samples that follow each other. A report
// that is missing breaks the line: what was not measured is not drawn.
func (t tracer) run(samples []casework.PenSample, place func(casework.PenSample) spot) {
	last, lastSeq, drawing := spot{}, 0, false
	for _, s := range samples {
		if !s.Down {
			drawing = false
			continue
		}
		at := place(s)
		if !drawing || s.Seq >= 0 && s.Seq > lastSeq+1 {
			last = at
		}
		t.segment(last, at)
		last, lastSeq, drawing = at, s.Seq, true
	}
}

// segment covers what lies within the mean radius of the line from a to b.
func (t tracer) segment(a, b spot) {
	r := (a.r + b.r) / 2
	box := image.Rect((min(a.x, b.x)-r)/sub-1, (min(a.y, b.y)-r)/sub-1, (max(a.x, b.x)+r)/sub+2, (max(a.y, b.y)+r)/sub+2).Intersect(t.mask.Rect)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			i := t.mask.PixOffset(x, y)
			if t.mask.Pix[i] == 0xFF {
				continue
			}
			n := 0
			for k := range 16 { // 4×4 points of the pixel
				if near(a, b, r, x*sub+sub/8+k%4*sub/4, y*sub+sub/8+k/4*sub/4) {
					n++
				}
			}
			t.mask.Pix[i] = max(t.mask.Pix[i], uint8(n*255/16))
		}
	}
}

// near reports whether a point lies within r of the line from a to b.
func near(a, b spot, r, x, y int) bool {
	dx, dy := int64(b.x-a.x), int64(b.y-a.y)
	px, py := int64(x-a.x), int64(y-a.y)
	dot, length, rr := px*dx+py*dy, dx*dx+dy*dy, int64(r)*int64(r)
	switch {
	case dot <= 0:
		return px*px+py*py <= rr
	case dot >= length:
		qx, qy := int64(x-b.x), int64(y-b.y)
		return qx*qx+qy*qy <= rr
	}
	cross := px*dy - py*dx
	return cross*cross <= rr*length
}
