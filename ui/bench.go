package ui

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
	"counterfoil/ui/step"
)

func (w *Window) newBench() *step.Bench {
	return &step.Bench{Desk: w.opt.Desk, Catalogue: w.opt.Catalogue, T: w.t, Now: w.opt.Now,
		Run: w.run, Type: w.enqueue, Load: w.load, Follow: w.follow, Ask: w.ask, Shut: w.shut, Focus: w.focus,
		Rule: w.rule, Shift: w.openShift, Over: func() { step.AskOver(w.bench) }, Aside: func() { step.AskAside(w.bench) },
		Card: w.opt.Card, Password: w.askPassword}
}

// run does an intent beside the window, with its button locked meanwhile.
func (w *Window) run(button *kit.Button, intent func(ctx context.Context) error) {
	if button != nil {
		button.Lock(true)
	}
	w.error = nil
	w.beside.Go(func() {
		err := intent(w.ctx)
		w.post(func() {
			if button != nil {
				button.Lock(false)
			}
			w.refused(err)
		})
	})
}

// refused shows a refusal that came back from an intent, for those that the
// desk doesn't put into its snapshot. An intent that came too late, because the
// moment has passed, needs no words: the screen has moved on.
func (w *Window) refused(err error) {
	kind := casework.KindOf(err)
	if kind == "" || kind == casework.NotNow || kind == casework.PresenceNeeded || kind == casework.SecondNeeded || kind == casework.PasswordFirst || errors.Is(err, context.Canceled) || w.snap.Problem != nil {
		return
	}
	w.error = &desk.Problem{Kind: kind, At: w.opt.Now()}
	w.show(w.snap)
}

// enqueue hands on what is typed, in order.
func (w *Window) enqueue(intent func()) {
	select {
	case w.typed <- intent:
	default: // the desk is stuck; a key more would not help
	}
}

func (w *Window) type_() {
	for {
		select {
		case f := <-w.typed:
			f()
		case <-w.ctx.Done():
			return
		}
	}
}

func (w *Window) load(read func(ctx context.Context) (show func())) {
	w.beside.Go(func() {
		if show := read(w.ctx); show != nil {
			w.post(show)
		}
	})
}

// post runs f in the window's turn and returns when it has run, or when the
// window closes: whoever produces is never ahead by more than one frame.
func (w *Window) post(f func()) bool {
	if w.ctx.Err() != nil {
		return false
	}
	done := make(chan struct{})
	w.opt.Do(func() {
		defer close(done)
		if w.ctx.Err() == nil {
			f()
		}
	})
	select {
	case <-done:
		return true
	case <-w.ctx.Done():
		return false
	}
}

// watch is the one subscription: a snapshot, one turn of the window.
func (w *Window) watch() {
	for s := range w.opt.Desk.Watch(w.ctx) {
		w.post(func() { w.show(s) })
	}
}

// ticks moves the clock and what counts down.
func (w *Window) ticks() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			w.post(w.tick)
		case <-w.ctx.Done():
			return
		}
	}
}

func (w *Window) tick() {
	w.status.tick(w)
	w.screen.Tick()
	if w.citizen != nil {
		w.citizen.look()
	}
	if w.snap.Queue.Waiting > 0 { // ages in words grow
		w.status.show(w, w.snap)
		w.put(w.left, step.Left(w.bench, w.snap))
	}
}

// follow hands the frames of a channel to each, the newest only.
func (w *Window) follow(open func(ctx context.Context) <-chan []byte, each func([]byte)) func() {
	ctx, end := context.WithCancel(w.ctx)
	w.beside.Go(func() {
		for frame := range open(ctx) {
			w.post(func() {
				if ctx.Err() == nil {
					each(frame)
				}
			})
		}
	})
	return end
}

func (w *Window) focus(f fyne.Focusable) {
	if w.dialog != nil || !w.page.Hidden {
		return
	}
	if f == nil {
		w.win.Canvas().Unfocus()
		return
	}
	w.win.Canvas().Focus(f)
}
