package ui

import (
	"testing"

	"fyne.io/fyne/v2/driver/software"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/step"
)

// BenchmarkKeyToPaintedCell measures a digit's whole way: the key, the desk, its
// snapshot, the window's turn, and the eight cells painted by the software
// renderer (a real window paints them with OpenGL at the next frame).
func BenchmarkKeyToPaintedCell(b *testing.B) {
	w := newBench(b, nil)
	s := sampleCase(desk.StageAuthorize, w.items["company"], 1)
	w.show(s)
	digits, revision := "", w.w.snap.Revision
	w.desk.typed = func(r rune) {
		if digits += string(r); len(digits) == 8 {
			digits = string(r)
		}
		revision++
		view := *s.Case
		view.Digits = digits
		next := s
		next.Case, next.Revision = &view, revision
		w.desk.shows <- next
	}
	cells := w.w.screen.(*step.Authorize).Cells()
	paper := software.NewCanvas()
	paper.SetContent(cells)
	for b.Loop() {
		before := w.w.snap.Revision
		w.types("5")
		w.until(func() bool { return w.w.snap.Revision > before })
		paper.Capture()
	}
	if cells.Shown() == "" {
		b.Fatal("no cell was filled")
	}
}

// BenchmarkTheLockKeyUntilTheWindowIsBlank is the time from the key to a window that
// shows nothing of the case, drawn by the software renderer.
func BenchmarkTheLockKeyUntilTheWindowIsBlank(b *testing.B) {
	w := newBench(b, nil)
	open := staffedAs(sampleCase(desk.StageReview, w.items["company"], 3), casework.RoleClerk)
	filled(&open, w.items["company"], w.w.opt.Catalogue)
	for b.Loop() {
		b.StopTimer()
		w.show(open)
		b.StartTimer()
		w.w.lock()
		software.RenderCanvas(w.w.win.Canvas(), w.w.app.Settings().Theme())
		b.StopTimer()
		w.show(staffedAs(sampleBase(desk.StageLocked), casework.RoleClerk))
		b.StartTimer()
	}
}
