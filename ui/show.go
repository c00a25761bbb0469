package ui

import (
	"slices"

	"fyne.io/fyne/v2"

	"counterfoil/app/desk"
	"counterfoil/ui/kit"
	"counterfoil/ui/step"
)

// show draws a snapshot: the one place where what the clerk sees changes.
func (w *Window) show(s desk.Snapshot) {
	if w.veiled && !isOut(s.Stage) {
		w.later = s
		return
	}
	w.veiled = false
	w.draw(s)
}

func (w *Window) draw(s desk.Snapshot) {
	if s.Problem != nil || s.Stage != w.snap.Stage {
		w.error = nil
	}
	before := w.snap
	w.snap = s
	if s.Problem == nil {
		s.Problem = w.error
	}
	fresh := w.change(s)
	w.header.show(s, w.t)
	w.status.show(w, s)
	if w.citizen != nil {
		w.citizen.show(s.Screen.Image)
	}
	if fresh || !sameRail(before, s) {
		w.put(w.left, step.Left(w.bench, s))
	}
	w.screen.Show(s)
	if s.Case != nil && (fresh || !sameForm(before, s)) {
		w.put(w.right, step.Right(w.bench, s))
	}
	if w.idle != nil && (before.Pad.State != s.Pad.State || before.Camera.State != s.Camera.State) {
		w.markedItem(w.item) // what this counter lacks for it
	}
	if w.records != nil {
		w.records.Reload()
		if s.Exported != before.Exported && s.Exported != "" {
			w.records.Said(s.Exported)
		}
	}
	if fresh && isOut(s.Stage) {
		w.put(w.right, step.RightSignIn(w.bench, s))
	}
	w.askWord(s.Asks)
	if w.devices != nil {
		w.devices.Show(s)
	}
	w.followShift(before, s)
	if fresh && w.dialog == nil && w.page.Hidden {
		w.home()
	}
	if w.opt.Shown != nil {
		w.opt.Shown(s)
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
	if isOut(s.Stage) { // and everything else
		w.back()
		w.item = nil
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

// sameRail reports whether the left column of two snapshots is the same, so
// that a digit or a stretch of ink costs what it changes and no more.
func sameRail(a, b desk.Snapshot) bool {
	if a.Staffed != b.Staffed {
		return false
	}
	if a.Case == nil || b.Case == nil {
		return a.Case == nil && b.Case == nil && a.Today == b.Today && len(a.Unfinished) == len(b.Unfinished) && a.Queue.Waiting == b.Queue.Waiting
	}
	return a.Stage == b.Stage && a.Case.Number == b.Case.Number && a.Case.Method == b.Case.Method && (a.Case.Acting == nil) == (b.Case.Acting == nil) && slices.Equal(a.Case.Rail, b.Case.Rail)
}

// sameForm reports the same of the right column.
func sameForm(a, b desk.Snapshot) bool {
	return a.Case != nil && b.Case != nil && a.Stage == b.Stage && a.Case.ID == b.Case.ID && a.Case.Revoked == b.Case.Revoked &&
		len(a.Case.Licences) == len(b.Case.Licences) && slices.Equal(a.Case.Form, b.Case.Form) && slices.Equal(a.Case.Missing, b.Case.Missing)
}

func (w *Window) put(into *fyne.Container, o fyne.CanvasObject) {
	into.Objects = []fyne.CanvasObject{o}
	into.Refresh()
}

// writing is a screen on which a line may be being written.
type writing interface{ Line() *kit.Entry }

// home puts the focus where the keys of the stage go: the search line while
// idle; during a case the line that is being written, or nowhere.
func (w *Window) home() {
	if w.idle != nil {
		w.win.Canvas().Focus(w.header.entry)
		return
	}
	if s, ok := w.screen.(writing); ok && s.Line() != nil {
		w.write(s.Line())
		return
	}
	w.win.Canvas().Unfocus()
}

// write gives a line the focus, and not the character of the digit that led there.
func (w *Window) write(e *kit.Entry) {
	w.win.Canvas().Focus(e)
	if w.pressed != 0 {
		e.Follows(w.pressed)
	}
}
