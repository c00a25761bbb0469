package ui

import (
	"fyne.io/fyne/v2"

	"counterfoil/app/desk"
	"counterfoil/ui/step"
)

// show draws a snapshot: the one place where what the clerk sees changes.
func (w *Window) show(s desk.Snapshot) {
	if s.Problem != nil || s.Stage != w.snap.Stage {
		w.error = nil
	}
	w.snap = s
	if s.Problem == nil {
		s.Problem = w.error
	}
	fresh := w.change(s)
	w.header.show(s, w.t)
	w.status.show(w, s)
	w.put(w.left, step.Left(w.bench, s))
	w.screen.Show(s)
	w.showRight(s)
	if w.records != nil {
		w.records.Reload()
	}
	if fresh && w.dialog == nil && w.page.Hidden {
		w.home()
	}
	if !w.drawn && s.Revision > 0 && w.opt.FirstDraw != nil {
		w.drawn = true
		w.opt.FirstDraw()
	}
}

// change puts the screen of another stage or case into the middle.
func (w *Window) change(s desk.Snapshot) bool {
	name := string(s.Stage)
	if s.Case != nil {
		name += string(s.Case.ID)
	}
	if w.screen != nil && name == w.shown {
		return false
	}
	if w.screen != nil {
		w.shut() // a question about what was before
	}
	w.closeScreen()
	w.shown = name
	w.screen = step.For(s.Stage, w.bench)
	w.idle, _ = w.screen.(*step.Idle)
	if w.idle != nil {
		w.header.entry.SetText("")
		w.idle.OnMark(w.markedItem)
	}
	w.put(w.middle, w.screen.Object())
	return true
}

func (w *Window) showRight(s desk.Snapshot) {
	if s.Case != nil {
		w.put(w.right, step.Right(w.bench, s))
	}
}

func (w *Window) put(into *fyne.Container, o fyne.CanvasObject) {
	into.Objects = []fyne.CanvasObject{o}
	into.Refresh()
}

// home puts the focus where the keys of the stage go: the search line while
// idle, nowhere during a case.
func (w *Window) home() {
	if w.idle != nil {
		w.win.Canvas().Focus(w.header.entry)
		return
	}
	w.win.Canvas().Unfocus()
}
