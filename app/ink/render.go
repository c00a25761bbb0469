package ink

import (
	"image"
	"image/color"
	"image/draw"

	"counterfoil/app/casework"
)

// Trace draws samples over img as they lie on the pad's display, scaled to img.
func Trace(img *image.RGBA, pad casework.PadIdentity, samples []casework.PenSample, c color.RGBA) {
	d := OnPad(pad, img.Rect.Size())
	d.Add(samples...)
	d.End()
	d.Over(img, img, d.mask.Rect, c)
}

// Render draws an ink alone, black on white, as large as fits the size: for a
// record, a print, a list. An ink without a touch is an empty picture.
func Render(k casework.Ink, size image.Point) *image.RGBA {
	size = image.Pt(min(max(size.X, 1), maxSide), min(max(size.Y, 1), maxSide))
	img := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	box, any := bounds(k.Samples)
	if !any || size.X < 8 || size.Y < 8 {
		return img
	}
	d := start(k.Pad, size, fit(k.Pad, box, size))
	d.Add(k.Samples...)
	d.End()
	d.Over(img, img, d.mask.Rect, color.RGBA{A: 0xFF})
	return img
}

// fit places a box of the pen's units in the middle of size. Both directions
// have one scale: a signature is not to be stretched.
func fit(pad casework.PadIdentity, box image.Rectangle, size image.Point) func(casework.PenSample) spot {
	margin := max(min(size.X, size.Y)/12, 2)
	roomX, roomY := int64(size.X-2*margin), int64(size.Y-2*margin)
	w, h := int64(max(box.Dx(), 1)), int64(max(box.Dy(), 1))
	num, den := roomX, w
	if h*roomX > w*roomY {
		num, den = roomY, h
	}
	offX := (int64(size.X)*sub - int64(box.Dx())*sub*num/den) / 2
	offY := (int64(size.Y)*sub - int64(box.Dy())*sub*num/den) / 2
	return func(s casework.PenSample) spot {
		r := int64(size.Y) * sub * (2 + width(s, pad)) / 1200
		x, y := clamp(s.X, edge), clamp(s.Y, edge)
		return spot{offX + int64(x-box.Min.X)*sub*num/den, offY + int64(y-box.Min.Y)*sub*num/den, max(r, sub/2)}
	}
}

// edge bounds what a sample may say: reports have 16 bits.
const edge = 0xFFFF

// bounds returns the box of the touching samples, in the pen's units.
func bounds(samples []casework.PenSample) (image.Rectangle, bool) {
	var box image.Rectangle
	any := false
	for _, s := range samples {
		if !s.Down {
			continue
		}
		x, y := clamp(s.X, edge), clamp(s.Y, edge)
		if !any {
			box = image.Rectangle{Min: image.Pt(x, y), Max: image.Pt(x, y)}
		}
		box.Min = image.Pt(min(box.Min.X, x), min(box.Min.Y, y))
		box.Max = image.Pt(max(box.Max.X, x), max(box.Max.Y, y))
		any = true
	}
	return box, any
}
