package signpad

import (
	"image"
	"image/color"
	"math"
)

// Trace darkens a segment with round ends on a display, within an area of it, its
// edge smoothed by the distance to the segment: what a pad's own display does with
// the pen. Places and the width are pixels.
func Trace(lcd *image.RGBA, within image.Rectangle, x0, y0, x1, y1, width float64) {
	box := image.Rect(int(min(x0, x1)-width)-1, int(min(y0, y1)-width)-1, int(max(x0, x1)+width)+2, int(max(y0, y1)+width)+2).Intersect(within)
	dx, dy := x1-x0, y1-y0
	length := dx*dx + dy*dy
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			px, py, t := float64(x)-x0, float64(y)-y0, 0.0
			if length > 0 {
				t = min(max((px*dx+py*dy)/length, 0), 1)
			}
			cover := min(max(width/2+0.5-math.Hypot(px-t*dx, py-t*dy), 0), 1)
			if v := uint8(255 * (1 - cover)); cover > 0 && v < lcd.RGBAAt(x, y).R {
				lcd.SetRGBA(x, y, color.RGBA{v, v, v, 0xFF})
			}
		}
	}
}
