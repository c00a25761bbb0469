package conformance

import (
	"image"
	"image/color"
	"image/draw"

	"counterfoil/app/casework"
)

// Picture has what can come out wrongly: its outermost pixels, an odd part, and
// on a colour pad red (left) beside blue. Its lower half is free for the pen.
func Picture(id casework.PadIdentity) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, id.Width, id.Height))
	fill := func(r image.Rectangle, c color.Color) {
		draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(img.Rect, color.Black)
	fill(img.Rect.Inset(1), color.White)
	fill(image.Rect(11, 11, 44, 32), color.Black)
	if id.Colour {
		fill(image.Rect(61, 11, 84, 32), color.RGBA{R: 0xFF, A: 0xFF})
		fill(image.Rect(85, 11, 108, 32), color.RGBA{B: 0xFF, A: 0xFF})
	}
	return img
}
