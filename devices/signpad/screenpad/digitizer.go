package screenpad

import (
	"context"

	"counterfoil/app/casework"
	"counterfoil/devices/signpad"
	"counterfoil/devices/signpad/tablet"
)

// Digitizer is the pen, or the finger, of the very display that the window covers:
// a tablet.Dev, or what a test puts in its place.
type Digitizer struct {
	Name   string
	Ranges tablet.Ranges
	Read   func(ctx context.Context) (casework.PenSample, error)
	Close  func() error
}

// OpenWith returns the pad that the screen is together with a digitizer: its
// samples, with pressure and the kernel's time, and not the pointer's. Nothing but
// that device writes on such a pad, so its ink counts in production too. Without a
// monitor the digitizer is closed again.
func (s *Screen) OpenWith(d Digitizer) (*Pad, error) {
	p, err := s.Open()
	if err != nil {
		d.Close()
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p.digitizer = &d
	p.id.Transport, p.id.Serial = "digitizer", d.Name
	p.id.MaxX, p.id.MaxY, p.id.MaxP, p.id.Rate = d.Ranges.MaxX, d.Ranges.MaxY, d.Ranges.MaxP, 0
	return p, nil
}

// readDigitizer waits for its next sample, or for the end of the window.
func (p *Pad) readDigitizer(ctx context.Context) (casework.PenSample, error) {
	bounded, cancel := context.WithCancel(ctx)
	defer cancel()
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-p.gone:
			cancel()
		case <-over:
		}
	}()
	sample, err := p.digitizer.Read(bounded)
	if err != nil {
		select {
		case <-p.gone:
			err = casework.Refuse(casework.PadLost, "the second monitor is gone")
		default:
		}
		return casework.PenSample{}, err
	}
	at := signpad.Pixel(p.id, sample)
	p.screen.mu.Lock()
	defer p.screen.mu.Unlock()
	if p.screen.pad == p {
		p.screen.draw(float64(at.X), float64(at.Y), sample.Down)
	}
	return sample, nil
}
