// Package screenpad is a signature pad made of a second monitor (柜外清): the
// citizen's window is its display, and the pointer on it its pen.
//
// Where the display has a pen or a touch of its own that can be read (package
// tablet), that is the pen, and the pad is one like others.
//
// A window system tells a pointer's place and its button, and not whether a
// finger, a pen or the clerk's own mouse moved it, nor how hard. So the ink says
// of a pointer that it has no pressure, its transport is "screen", and it counts in practice
// alone: PadIdentity.Software holds for it, and the desk refuses it elsewhere.
// Taking it in production because a touch screen is attached was the alternative:
// refused, because the mouse beside it moves the same pointer.
package screenpad

import (
	"context"
	"image"
	"sync"
	"time"

	"counterfoil/app/casework"
)

// kept is how many samples wait for a slow reader: more than a minute's. Older
// ones are lost then, which the sequence shows.
const kept = 4096

// Screen is where the window and the pad meet. Its methods may be called from
// any goroutine. Make it with New.
type Screen struct {
	now     func() time.Time
	changed chan struct{}

	mu      sync.Mutex
	monitor string      // "": there is none
	lcd     *image.RGBA // of the monitor's size
	ink     image.Rectangle
	pen     pen
	pad     *Pad // opened; nil: nobody has
}

// New returns a screen without a monitor. now is its clock.
func New(now func() time.Time) *Screen {
	return &Screen{now: now, changed: make(chan struct{}, 1)}
}

// Attach tells that a window of a size in pixels covers a monitor. The same again
// changes nothing; another one is another pad, and the one before is lost.
func (s *Screen) Attach(monitor string, size image.Point) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if size.X <= 0 || size.Y <= 0 || s.monitor == monitor && s.lcd.Rect.Size() == size {
		return
	}
	s.lose()
	s.monitor, s.lcd, s.ink = monitor, image.NewRGBA(image.Rectangle{Max: size}), image.Rectangle{}
	white(s.lcd)
	s.tell()
}

// Detach tells that the monitor, or the window on it, is gone.
func (s *Screen) Detach() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lose()
	s.monitor, s.lcd = "", nil
}

// lose ends the pad that is open.
func (s *Screen) lose() {
	if s.pad != nil {
		close(s.pad.gone)
	}
	s.pad, s.pen = nil, pen{}
}

// Display returns a copy of what the window has to show, ink included; nil
// without a monitor.
func (s *Screen) Display() *image.RGBA {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lcd == nil {
		return nil
	}
	out := image.NewRGBA(s.lcd.Rect)
	copy(out.Pix, s.lcd.Pix)
	return out
}

// Changed receives after the display changed, at most one value waiting. It is
// made for one window.
func (s *Screen) Changed() <-chan struct{} { return s.changed }

func (s *Screen) tell() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Open returns the pad that the screen is now, or PadMissing without a monitor.
// A pad that was opened before is lost.
func (s *Screen) Open() (*Pad, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lcd == nil {
		return nil, casework.Refuse(casework.PadMissing, "there is no second monitor")
	}
	s.lose()
	size := s.lcd.Rect.Size()
	s.pad = &Pad{screen: s, began: s.now(), gone: make(chan struct{}), came: make(chan struct{}, 1), id: casework.PadIdentity{
		Model: s.monitor, Transport: "screen", Width: size.X, Height: size.Y, MaxX: size.X, MaxY: size.Y, MaxP: 1, Rate: 60, Colour: true}}
	return s.pad, nil
}

// Pad is a Screen from its opening to its end.
type Pad struct {
	screen    *Screen
	id        casework.PadIdentity
	began     time.Time
	gone      chan struct{}
	came      chan struct{} // receives after a sample came
	samples   []casework.PenSample
	seq       int
	digitizer *Digitizer // nil: the pointer is the pen
}

// Identity returns the monitor's name and size. A point of it is a pixel; MaxP 1
// says that there is no pressure.
func (p *Pad) Identity() casework.PadIdentity { return p.id }

// Show puts a picture on the window; the pointer draws within ink.
func (p *Pad) Show(ctx context.Context, img *image.RGBA, ink image.Rectangle) error {
	s := p.screen
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case s.pad != p:
		return casework.Refuse(casework.PadLost, "the second monitor is gone")
	case img.Rect.Size() != s.lcd.Rect.Size():
		return casework.Refuse(casework.PadGarbled, "a picture of another size than the monitor's")
	}
	for y := range s.lcd.Rect.Dy() {
		copy(s.lcd.Pix[y*s.lcd.Stride:(y+1)*s.lcd.Stride], img.Pix[y*img.Stride:])
	}
	s.ink, s.pen.inked = ink, false
	s.tell()
	return nil
}

// Read waits for the next sample; after the monitor is gone it is PadLost.
func (p *Pad) Read(ctx context.Context) (casework.PenSample, error) {
	if p.digitizer != nil {
		return p.readDigitizer(ctx)
	}
	for {
		if sample, ok := p.next(); ok {
			return sample, nil
		}
		select {
		case <-p.came:
		case <-p.gone:
			return casework.PenSample{}, casework.Refuse(casework.PadLost, "the second monitor is gone")
		case <-ctx.Done():
			return casework.PenSample{}, ctx.Err()
		}
	}
}

func (p *Pad) next() (sample casework.PenSample, ok bool) {
	p.screen.mu.Lock()
	defer p.screen.mu.Unlock()
	if len(p.samples) == 0 || p.screen.pad != p { // of a pad that is gone nothing is used
		return sample, false
	}
	sample, p.samples = p.samples[0], p.samples[1:]
	return sample, true
}

// Close gives the screen back.
func (p *Pad) Close() error {
	if p.digitizer != nil {
		p.digitizer.Close()
	}
	p.screen.mu.Lock()
	defer p.screen.mu.Unlock()
	if p.screen.pad == p {
		p.screen.lose()
	}
	return nil
}
