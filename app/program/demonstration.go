package program

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/counter"
	"counterfoil/app/rehearse"
)

// demonstrate plays a rehearsal in the open window, so that people who learn see
// a case serve itself. The log says what memory the first and the last case left
// behind. A demonstration that fails closes the window.
func (p *program) demonstrate(ctx context.Context, c *counter.Counter, s config.Settings, o counter.Options, page string) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	drawn, played := make(chan struct{}), make(chan error, 1)
	go func() {
		err := p.play(ctx, c, o, page, drawn)
		if err != nil || p.closing {
			end()
		}
		played <- err
	}()
	err := p.show(ctx, c, s, o, func() { close(drawn) })
	end() // the clerk may have closed it in the middle of a case
	if playing := <-played; !errors.Is(playing, context.Canceled) {
		err = errors.Join(err, playing)
	}
	return err
}

// play serves the cases once the window is there.
func (p *program) play(ctx context.Context, c *counter.Counter, o counter.Options, page string, drawn <-chan struct{}) error {
	select {
	case <-drawn:
	case <-ctx.Done():
		return ctx.Err()
	}
	served := 0
	return p.rehearse(ctx, c, o, page, rehearse.Options{Pace: p.pace, After: func(context.Context, casework.CaseID) error {
		if served++; served == 1 || served%50 == 0 || served == p.cases {
			p.log.Info("memory", "cases", served, "bytes", counter.Memory())
		}
		return nil
	}})
}

// twoFrames is how long after a window has its first content that content is
// certainly on the screen: its loop paints sixty times a second.
const twoFrames = 34 * time.Millisecond

// painted calls drawn when the window, which has just been given its first
// content, has painted it and takes its next turn.
func (p *program) painted(drawn func()) {
	time.AfterFunc(twoFrames, func() {
		fyne.Do(func() {
			p.sinceStart("first frame")
			drawn()
		})
	})
}
