//go:build !test

package ui

import (
	"context"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	_ "counterfoil/ui/early" // before Fyne reads the environment
)

// Run opens the window, and the windows of the practice pad and the citizen
// where the options ask for them, and returns when the clerk closes the window
// or ctx ends. It must be called on the main goroutine.
func Run(ctx context.Context, opt Options) error {
	a := app.NewWithID("counterfoil.desktop")
	if len(opt.Icon) > 0 {
		a.SetIcon(fyne.NewStaticResource("counterfoil.png", opt.Icon))
	}
	w := New(a, opt)
	w.win.SetMaster()
	var once sync.Once
	quit := func() { once.Do(w.quit) }
	w.win.SetCloseIntercept(quit)
	w.win.Show()
	typed := []fyne.Window{w.win} // into these
	if opt.Pad != nil {
		typed = append(typed, w.openPad(opt.Pad))
	}
	w.gated = func(win fyne.Window) { watchKeys(w, win) }
	for _, win := range typed {
		w.gated(win)
	}
	if opt.Citizen || opt.Screen != nil {
		w.openCitizen(monitors, cover)
	}
	w.home()
	stop := context.AfterFunc(ctx, func() {
		w.cancel() // at once: Fyne hears the same signal and may be closing already
		w.opt.Do(quit)
	})
	a.Run()
	stop()
	w.Close()
	return nil
}

// Tell shows why the program did not start, in a small window of its own, and
// returns when the person closed it or ctx ended. It must be called on the main
// goroutine, in place of Run and not after it.
func Tell(ctx context.Context, opt Telling, err error) {
	a := app.NewWithID("counterfoil.desktop")
	if len(opt.Icon) > 0 {
		a.SetIcon(fyne.NewStaticResource("counterfoil.png", opt.Icon))
	}
	t := newTelling(a, opt, err)
	t.win.SetMaster()
	t.win.Show()
	stop := context.AfterFunc(ctx, func() { fyne.Do(a.Quit) })
	a.Run()
	stop()
}

// Ask shows each question in a small window of its own, and returns when there are
// no more, the person closed it or ctx ended. It must be called on the main
// goroutine, in place of Run and not before it: a program that asks and then works
// asks in another process.
func Ask(ctx context.Context, opt Asking, questions <-chan Question) {
	a := app.NewWithID("counterfoil.desktop")
	if len(opt.Icon) > 0 {
		a.SetIcon(fyne.NewStaticResource("counterfoil.png", opt.Icon))
	}
	w := newAsking(a, opt)
	w.win.SetMaster()
	w.win.Show()
	go func() {
		for q := range questions {
			fyne.Do(func() { w.ask(q) })
		}
		fyne.Do(a.Quit)
	}()
	stop := context.AfterFunc(ctx, func() { fyne.Do(a.Quit) })
	a.Run()
	stop()
}

// quit closes everything. Whoever posts to the window is stopped first, beside
// it, because a window that quits while something posts can hang.
func (w *Window) quit() {
	w.closeScreen()
	w.cancel()
	go func() {
		w.beside.Wait()
		w.opt.Do(w.app.Quit)
	}()
}
