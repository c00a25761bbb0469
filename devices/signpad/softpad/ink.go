package softpad

import (
	"image"
	"image/color"
	"math"
)

// draw lets the display show the pen's trace, as the device's own inking does:
// within the handwriting area, the harder the wider.
func (p *Pad) draw() {
	at := image.Pt(int(math.Round(p.pen.x)), int(math.Round(p.pen.y)))
	if !p.inking || !p.pen.down || !at.In(p.ink) {
		p.pen.inked = false
		return
	}
	x0, y0 := p.pen.x, p.pen.y
	if p.pen.inked {
		x0, y0 = p.pen.inkX, p.pen.inkY
	}
	width := 1.2 + 2.6*p.pen.pressure
	p.line(x0, y0, p.pen.x, p.pen.y, width)
	p.pen.inked = true
	p.pen.inkX, p.pen.inkY = p.pen.x, p.pen.y
	p.show()
}

// line draws a segment with round ends, darkening only, its edge smoothed by
// the distance to the segment.
func (p *Pad) line(x0, y0, x1, y1, width float64) {
	half := width / 2
	box := image.Rect(int(min(x0, x1)-width)-1, int(min(y0, y1)-width)-1, int(max(x0, x1)+width)+2, int(max(y0, y1)+width)+2).Intersect(p.ink)
	dx, dy := x1-x0, y1-y0
	length := dx*dx + dy*dy
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			px, py := float64(x)-x0, float64(y)-y0
			t := 0.0
			if length > 0 {
				t = min(max((px*dx+py*dy)/length, 0), 1)
			}
			cover := min(max(half+0.5-math.Hypot(px-t*dx, py-t*dy), 0), 1)
			if v := uint8(255 * (1 - cover)); cover > 0 && v < p.lcd.RGBAAt(x, y).R {
				p.lcd.SetRGBA(x, y, color.RGBA{v, v, v, 0xFF})
			}
		}
	}
}
