package citizen

import (
	"image"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// baseKey names an empty page.
type baseKey struct {
	size     image.Point
	practice bool
	lang     string
}

// maxBases bounds the empty pages that are kept: a counter has one pad, in two
// languages.
const maxBases = 8

// base returns a fresh copy of an empty page. In practice its watermark covers
// it: drawn first, so that it hides nothing, and everywhere, so that no part of
// a photo of the pad could pass for a real one.
func (d *Drawer) base(key baseKey) *image.RGBA {
	b, ok := d.bases[key]
	if !ok {
		l := lookFor(key.size)
		b = image.NewRGBA(image.Rectangle{Max: key.size})
		fill(b, b.Rect, l.surface)
		if key.practice && l.mono {
			hatch(b, l)
		} else if key.practice {
			d.watermark(b, l, d.text(key.lang, "practice"))
		}
		if len(d.bases) >= maxBases {
			clear(d.bases)
		}
		d.bases[key] = b
	}
	img := image.NewRGBA(b.Rect)
	copy(img.Pix, b.Pix)
	return img
}

// watermark writes the word in rows across the page, slanted.
func (d *Drawer) watermark(img *image.RGBA, l look, word string) {
	st := style{size: l.title * 5 / 2, bold: true}
	w, h := d.fonts.width(st, word), st.size*3/2
	flat := image.NewRGBA(image.Rect(0, 0, img.Rect.Dx()*3/2, img.Rect.Dx()*3/2))
	row := 0
	for y := 0; y < flat.Rect.Dy(); y += h {
		for x := -(row % 2) * (w + h) / 2; x < flat.Rect.Dx(); x += w + h {
			d.fonts.draw(flat, x, y+st.size, st, rgb(0xFFFFFF), word)
		}
		row++
	}
	const slant = -0.32 // radians; only the mask's threshold depends on it
	sin, cos := math.Sin(slant), math.Cos(slant)
	half := float64(flat.Rect.Dx()) / 2
	cx, cy := float64(img.Rect.Dx())/2, float64(img.Rect.Dy())/2
	turned := image.NewRGBA(img.Rect)
	at := f64.Aff3{cos, -sin, cx - cos*half + sin*half, sin, cos, cy - sin*half - cos*half}
	draw.NearestNeighbor.Transform(turned, at, flat, flat.Rect, draw.Src, nil)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			if turned.Pix[turned.PixOffset(x, y)] >= 0x80 {
				img.SetRGBA(x, y, l.watermark)
			}
		}
	}
}

// hatch frames the page where there is no pale colour for a watermark: anything
// behind text of twelve pixels would make it illegible.
func hatch(img *image.RGBA, l look) {
	inner := img.Rect.Inset(l.margin / 2)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			if !image.Pt(x, y).In(inner) && (x+y)%6 < 3 {
				img.SetRGBA(x, y, l.watermark)
			}
		}
	}
}
