package stu

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
)

// plan is how a picture gets onto the display: cleared first or not, and the
// parts to send. Over a full-speed bus a whole colour screen takes seconds and
// the digits of a countdown a few milliseconds, so only what differs is sent.
type plan struct {
	clear bool
	parts []image.Rectangle
	cost  int // bytes, with what the reports around them cost
}

// Costs beside the picture's own bytes, in bytes of picture data.
const (
	partCost  = 4 * 253  // start, end and a few looks at the status
	clearCost = 40 * 253 // clearing takes up to some hundred milliseconds
)

// planFor returns the cheaper of sending what differs from the display, and of
// clearing the display and sending what is not white. now is what the display
// holds, nil when that is unknown. A pad without parts gets all or nothing.
func (c codec) planFor(now, img *image.RGBA) plan {
	var p plan
	if c.whole {
		if now == nil || len(c.difference(now, img).parts) > 0 {
			p.parts = []image.Rectangle{img.Rect}
		}
		return p
	}
	if now != nil {
		if p = c.difference(now, img); p.cost <= clearCost {
			return p // nothing can be cheaper
		}
	}
	white := image.NewRGBA(img.Bounds())
	draw.Draw(white, white.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	fresh := c.difference(white, img)
	fresh.clear = true
	fresh.cost += clearCost
	if now == nil || fresh.cost < p.cost {
		return fresh
	}
	return p
}

func (c codec) difference(a, b *image.RGBA) plan {
	var p plan
	for _, band := range runs(b.Bounds().Min.Y, b.Bounds().Max.Y, 12, func(y int) bool { return rowDiffers(a, b, y) }) {
		columns := func(x int) bool { return columnDiffers(a, b, x, band[0], band[1]) }
		for _, run := range runs(b.Bounds().Min.X, b.Bounds().Max.X, 24, columns) {
			r := tight(a, b, image.Rect(run[0], band[0], run[1], band[1]))
			p.parts = append(p.parts, r)
			p.cost += partCost + c.cost(b, r)
		}
	}
	return p
}

// runs returns the runs [from, to) of true, joined over gaps shorter than gap.
func runs(from, to, gap int, on func(int) bool) [][2]int {
	var out [][2]int
	for i := from; i < to; i++ {
		switch {
		case !on(i):
		case len(out) > 0 && i-out[len(out)-1][1] < gap:
			out[len(out)-1][1] = i + 1
		default:
			out = append(out, [2]int{i, i + 1})
		}
	}
	return out
}

// tight takes away the rows of a part in which nothing differs.
func tight(a, b *image.RGBA, r image.Rectangle) image.Rectangle {
	for r.Dy() > 1 && !spanDiffers(a, b, r.Min.X, r.Max.X, r.Min.Y) {
		r.Min.Y++
	}
	for r.Dy() > 1 && !spanDiffers(a, b, r.Min.X, r.Max.X, r.Max.Y-1) {
		r.Max.Y--
	}
	return r
}

func rowDiffers(a, b *image.RGBA, y int) bool {
	return spanDiffers(a, b, b.Rect.Min.X, b.Rect.Max.X, y)
}

func spanDiffers(a, b *image.RGBA, x0, x1, y int) bool {
	return !bytes.Equal(a.Pix[a.PixOffset(x0, y):a.PixOffset(x1, y)], b.Pix[b.PixOffset(x0, y):b.PixOffset(x1, y)])
}

func columnDiffers(a, b *image.RGBA, x, y0, y1 int) bool {
	for y := y0; y < y1; y++ {
		i, j := a.PixOffset(x, y), b.PixOffset(x, y)
		if [4]byte(a.Pix[i:i+4]) != [4]byte(b.Pix[j:j+4]) {
			return true
		}
	}
	return false
}
