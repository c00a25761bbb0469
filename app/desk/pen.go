package desk

import (
	"image"

	"counterfoil/app/casework"
)

// pen is what the pen is doing on the screen that is shown.
type pen struct {
	down    bool               // the tip touches
	at      image.Point        // where it last touched, in pixels
	pressed casework.TouchName // the area in which it went down
	inside  bool               // it went down in the ink area
}

// penMoved takes a sample: as ink, or as a touch, which counts when the tip
// goes down and leaves inside the same area of the screen that is on the
// display. Where it left is where it last touched: pads report nothing useful
// of a pen that is gone.
func (d *Desk) penMoved(sample casework.PenSample) {
	p := &d.pad
	if !p.attached() {
		return
	}
	was := p.pen.down
	p.pen.down = sample.Down
	if !p.ready() {
		p.pen = pen{down: sample.Down}
		return
	}
	if sample.Down {
		p.pen.at = pixel(p.identity, sample)
	}
	if sample.Down && !was {
		p.pen.inside = p.pen.at.In(p.picture.Ink)
		p.pen.pressed = ""
		if !p.pen.inside {
			p.pen.pressed = p.picture.At(p.pen.at)
		}
	}
	if d.at != nil && d.at.stage == StageSign {
		d.at.ink.feed(sample, p.pen.inside, d.opt.Now())
	}
	if pressed := p.pen.pressed; was && !sample.Down && pressed != "" {
		p.pen.pressed = ""
		if p.picture.At(p.pen.at) == pressed {
			d.touched(pressed)
		}
	}
}

// pixel maps a sample from the pen's units to the display's pixels.
func pixel(id casework.PadIdentity, p casework.PenSample) image.Point {
	if id.MaxX <= 0 || id.MaxY <= 0 {
		return image.Pt(-1, -1)
	}
	return image.Pt(min(p.X*id.Width/id.MaxX, id.Width-1), min(p.Y*id.Height/id.MaxY, id.Height-1))
}
