package desk

import (
	"image"
	"time"

	"counterfoil/app/casework"
)

// pen is what the pen is doing on the screen that is shown.
type pen struct {
	down    bool               // the tip touches
	at      image.Point        // where it last touched, in pixels
	pressed casework.TouchName // the area in which it went down
	inside  bool               // it went down in the ink area
	last    int                // sequence of the latest report
	counted bool               // last is set
	heard   time.Time          // when that report came
}

// silence is how long a touching pen may say nothing: pads report it some 200
// times a second, also while it rests.
const silence = 5 * time.Second

// away returns the pen as it is for another screen: what it touched before was
// not meant for that.
func (p pen) away(down bool) pen {
	return pen{down: down, last: p.last, counted: p.counted, heard: p.heard}
}

// hear notes a report. After lost ones nobody knows whether the pen was lifted
// in between: it counts as lifted, so that the next touch is one, also when the
// pad fell silent in the middle of a stroke.
func (p *pen) hear(sample casework.PenSample, now time.Time) {
	p.heard = now
	if sample.Seq < 0 {
		return
	}
	if p.counted && sample.Seq > p.last+1 {
		*p = p.away(false)
	}
	p.last, p.counted = sample.Seq, true
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
	p.pen.hear(sample, d.opt.Now())
	was := p.pen.down
	p.pen.down = sample.Down
	if !p.ready() {
		p.pen = p.pen.away(sample.Down)
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
	if d.at != nil && d.at.stage == StageSign && d.closed() == nil {
		d.at.ink.feed(sample, p.pen.inside, d.opt.Now())
	}
	if d.at == nil && d.trial != nil && d.trial.Of == TryPad {
		d.trial.wrote(sample, p.pen.inside)
	}
	if pressed := p.pen.pressed; was && !sample.Down && pressed != "" {
		p.pen.pressed = ""
		if p.picture.At(p.pen.at) == pressed {
			d.touched(pressed)
		}
	}
}

// noticeSilence asks for the signature once more when the pad stopped in the
// middle of a stroke: what it missed is unknown, and the clerk would wait for a
// citizen who has long finished.
func (d *Desk) noticeSilence(s *sitting, now time.Time) {
	p := &d.pad.pen
	if s.stage != StageSign || !s.ink.stroke || !p.down || now.Sub(p.heard) < silence {
		return
	}
	*p = p.away(false)
	d.inkAgain(s, casework.InkIncomplete)
	d.later(s, casework.Signed)(casework.Refuse(casework.InkIncomplete, "the pad fell silent in a stroke"))
}

// pixel maps a sample from the pen's units to the display's pixels.
func pixel(id casework.PadIdentity, p casework.PenSample) image.Point {
	if id.MaxX <= 0 || id.MaxY <= 0 {
		return image.Pt(-1, -1)
	}
	return image.Pt(min(p.X*id.Width/id.MaxX, id.Width-1), min(p.Y*id.Height/id.MaxY, id.Height-1))
}
