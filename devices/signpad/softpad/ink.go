package softpad

import (
	"image"
	"math"

	"counterfoil/devices/signpad"
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
	signpad.Trace(p.lcd, p.ink, x0, y0, p.pen.x, p.pen.y, width)
	p.pen.inked = true
	p.pen.inkX, p.pen.inkY = p.pen.x, p.pen.y
	p.show()
}
