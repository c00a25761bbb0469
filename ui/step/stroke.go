package step

import (
	"image"
	"image/color"
	"math"
)

// stroke draws a line with round ends and soft edges, dark on whatever is there.
func stroke(img *image.RGBA, x0, y0, x1, y1, radius float64) {
	minX, maxX := int(math.Min(x0, x1)-radius-1), int(math.Max(x0, x1)+radius+2)
	minY, maxY := int(math.Min(y0, y1)-radius-1), int(math.Max(y0, y1)+radius+2)
	box := image.Rect(minX, minY, maxX, maxY).Intersect(img.Bounds())
	dx, dy := x1-x0, y1-y0
	length := dx*dx + dy*dy
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			px, py := float64(x)+0.5, float64(y)+0.5
			t := 0.0
			if length > 0 {
				t = math.Max(0, math.Min(1, ((px-x0)*dx+(py-y0)*dy)/length))
			}
			d := math.Hypot(px-x0-t*dx, py-y0-t*dy)
			if cover := math.Max(0, math.Min(1, radius+0.5-d)); cover > 0 {
				blend(img, x, y, cover)
			}
		}
	}
}

func blend(img *image.RGBA, x, y int, cover float64) {
	old := img.RGBAAt(x, y)
	mix := func(c, ink uint8) uint8 { return uint8(float64(c)*(1-cover) + float64(ink)*cover) }
	img.SetRGBA(x, y, color.RGBA{R: mix(old.R, 0x10), G: mix(old.G, 0x1c), B: mix(old.B, 0x3c), A: 0xff})
}
