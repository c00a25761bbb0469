package conformance

import (
	"context"
	"image"
	"time"

	"counterfoil/app/casework"
)

// listened is a pad whose reports are counted for its person, and let go outside
// of a step of writing.
type listened struct {
	Pad
	person *Person
}

// Read implements Pad.
func (l listened) Read(ctx context.Context) (casework.PenSample, error) {
	for {
		s, err := l.Pad.Read(ctx)
		if err != nil || l.person.counted(s) {
			return s, err
		}
	}
}

// counted reports whether a sample belongs to the writing that was asked for.
func (p *Person) counted(s casework.PenSample) bool {
	select {
	case p.beat <- struct{}{}:
	default:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.near = s.Near; p.counts {
		p.heard++
	}
	return p.counts || p.Hand != nil // a hand has left before its last report is read
}

// write implements Way.Write: the person ends it with Enter, once the pad has
// reported something and the pen is away.
func (p *Person) write(ctx context.Context, in, out image.Rectangle) error {
	if p.Hand == nil {
		if err := p.still(ctx); err != nil {
			return err
		}
	}
	p.listen(true)
	defer p.listen(false)
	words := "check.write"
	if p.crossed = !out.Empty(); p.crossed {
		words = "check.write-both"
	}
	p.say(words)
	if p.Hand != nil {
		err := p.Hand.Write(ctx, in, out)
		p.saw(p.t("check.by-itself"))
		return err
	}
	for {
		if _, err := p.line(ctx); err != nil {
			return err
		}
		heard, near := p.state()
		switch {
		case heard == 0:
			p.say("check.nothing")
		case near:
			p.say("check.near")
		default:
			p.saw(p.t("check.reports", heard))
			return nil
		}
	}
}

// still waits until no report has come for a while.
func (p *Person) still(ctx context.Context) error {
	told := false
	for {
		select {
		case <-p.beat:
			if !told {
				p.say("check.still")
				told = true
			}
		case <-time.After(p.Quiet):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *Person) listen(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts, p.heard = on, 0
}

func (p *Person) state() (heard int, near bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard, p.near
}
