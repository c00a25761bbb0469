package ui

import (
	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/shift"
)

// openShift opens the page on which a counter is opened or closed.
func (w *Window) openShift() {
	if w.shift != nil {
		w.back()
		return
	}
	w.showShift(shift.Typed{})
}

// showShift opens the page with what had been entered before.
func (w *Window) showShift(typed shift.Typed) {
	w.closePage()
	w.shift = shift.New(shift.Bench{Desk: w.opt.Desk, T: w.t, ItemName: w.bench.ItemNameOf, Age: w.bench.Age, Light: w.status.device,
		Now: w.opt.Now, Run: w.run, Load: w.load, Focus: w.focusPage, Save: w.opt.SaveShift, Back: w.back}, w.snap, typed)
	w.openPage(w.shift.Object())
	w.win.Canvas().Unfocus()
}

// focusPage gives the focus to a line of a page, or to nothing.
func (w *Window) focusPage(f fyne.Focusable) {
	if f == nil {
		w.win.Canvas().Unfocus()
		return
	}
	w.win.Canvas().Focus(f)
}

// followShift brings the page to a snapshot. Whoever sits down at a closed counter
// sees it at once, unless the role opens none; one that was opened or closed shows what comes after that.
func (w *Window) followShift(before, s desk.Snapshot) {
	switch sat := s.Clerk != "" && (s.Clerk != before.Clerk || isOut(before.Stage)); {
	case w.shift != nil && isOut(s.Stage):
		w.back()
	case w.shift != nil && (before.Shift.Closed != s.Shift.Closed || s.Case != nil):
		w.back()
	case w.shift != nil:
		w.shift.Show(s)
	case isOut(s.Stage) || s.Staffed && !s.Who.Role.May(casework.Serve):
	case s.Shift.Closed && s.Case == nil && w.page.Hidden && (sat || !before.Shift.Closed && s.Shift.Last.Open):
		w.openShift()
	}
}
