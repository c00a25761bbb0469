package screenpad

import (
	"image"
	"image/draw"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/signpad"
)

// pen is the pointer as the window last told.
type pen struct {
	x, y  float64 // pixels
	inked bool    // (x, y) is the end of a trace
}

// trace is how wide ink is, in pixels of a display 480 high.
const trace = 2.6

// Pen tells where the pointer is, in pixels of the display, and whether its
// button is down. A window system knows no pressure: it is not looked at.
func (s *Screen) Pen(x, y, _ float64, down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pad == nil || s.pad.digitizer != nil {
		return
	}
	size := s.lcd.Rect.Size()
	x, y = min(max(x, 0), float64(size.X-1)), min(max(y, 0), float64(size.Y-1))
	sample := casework.PenSample{X: int(x), Y: int(y), Near: true, Down: down}
	if down {
		sample.Pressure = 1
	}
	s.take(sample)
	s.draw(x, y, down)
}

// Leave tells that the pointer left the window.
func (s *Screen) Leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pad == nil || s.pad.digitizer != nil {
		return
	}
	s.take(casework.PenSample{X: int(s.pen.x), Y: int(s.pen.y)})
	s.pen.inked = false
}

// take hands a sample to the reader. What a reader is too slow for is lost from
// its oldest end on, and the sequence shows it.
func (s *Screen) take(sample casework.PenSample) {
	p := s.pad
	sample.Time, sample.Seq = s.now().Sub(p.began).Truncate(time.Millisecond), p.seq // an ink is kept in whole ones
	p.seq++
	if len(p.samples) >= kept {
		p.samples = p.samples[1:]
	}
	p.samples = append(p.samples, sample)
	select {
	case p.came <- struct{}{}:
	default:
	}
}

// draw shows the pointer's trace, as a pad's own display does.
func (s *Screen) draw(x, y float64, down bool) {
	at := image.Pt(int(x), int(y))
	x0, y0, inked := s.pen.x, s.pen.y, s.pen.inked
	s.pen = pen{x, y, down && at.In(s.ink)}
	if !s.pen.inked {
		return
	}
	if !inked {
		x0, y0 = x, y
	}
	signpad.Trace(s.lcd, s.ink, x0, y0, x, y, trace*float64(s.lcd.Rect.Dy())/480)
	s.tell()
}

func white(img *image.RGBA) { draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src) }
