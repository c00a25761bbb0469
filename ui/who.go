package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
	"counterfoil/ui/records"
)

// listenWho takes the shortcuts of whoever sits there, which work wherever the
// focus is.
func (w *Window) listenWho() {
	for key, do := range w.withControl() {
		w.win.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierControl}, func(fyne.Shortcut) {
			w.opt.Desk.Touched()
			do()
		})
	}
}

// withControl is what keys do together with Ctrl.
func (w *Window) withControl() map[fyne.KeyName]func() {
	return map[fyne.KeyName]func(){fyne.KeyL: w.lock, fyne.KeyF12: w.whoMenu}
}

// out reports whether nobody works at the counter: it is locked, or nobody is
// signed in.
func (w *Window) out() bool { return isOut(w.snap.Stage) }

func isOut(s desk.Stage) bool { return s == desk.StageSignIn || s == desk.StageLocked }

// lock blanks the window at once and then has the desk lock the counter. What the
// desk showed before that is not shown again meanwhile.
func (w *Window) lock() {
	if !w.snap.Staffed || w.out() || w.veiled {
		return
	}
	w.shut()
	w.back()
	s := w.snap
	s.Stage, s.Case, s.Unfinished, s.Ink, s.Trial, s.Asks, s.Problem, s.Picture = desk.StageLocked, nil, nil, nil, nil, nil, nil, nil
	s.Screen, s.Exported, s.Clears = casework.Picture{}, "", noTime
	w.later, w.veiled = w.snap, true
	w.draw(s)
	w.load(func(context.Context) func() {
		err := w.opt.Desk.Lock(true)
		return func() {
			if err != nil {
				w.veiled = false
				w.show(w.later)
				w.refused(err)
			}
		}
	})
}

// whoMenu offers what whoever sits there may do about it.
func (w *Window) whoMenu() {
	if !w.snap.Staffed || w.out() || w.dialog != nil {
		return
	}
	type entry struct {
		key string
		do  func()
	}
	list := []entry{{"ui.who.lock", w.lock}, {"ui.who.switch", w.lock}, {"ui.who.out", w.signOut}, {"ui.who.password", w.ownPassword}}
	if w.snap.Who.Role.May(casework.ReadOperators) {
		list = append(list, entry{"ui.who.log", w.openOperators})
	}
	var labels []string
	for _, e := range list {
		labels = append(labels, w.t(e.key))
	}
	offer := kit.NewChoices(labels, 0, func(i int) {
		w.shut()
		list[i].do()
	})
	w.ask(&kit.Dialog{Title: w.t("ui.who.title", w.snap.Clerk), Body: kit.Body(w.t("ui.who.role", w.t("role."+string(w.snap.Who.Role)))), Choices: offer,
		Close: kit.NewButton(kit.SecondaryButton, w.t("ui.back"), "Esc", w.shut)})
}

func (w *Window) signOut() { w.run(nil, w.opt.Desk.SignOut) }

// openOperators shows the operator log.
func (w *Window) openOperators() {
	w.closePage()
	find := func(key string) (string, bool) { return w.opt.Texts.Find(w.opt.Language, key) }
	w.operators = records.NewOperators(records.OperatorsBench{Read: w.opt.Desk.Operators, T: w.t, Find: find, Now: w.opt.Now, Load: w.load, Back: w.back})
	w.openPage(w.operators.Object())
	w.win.Canvas().Unfocus()
}

// askWord opens and shuts the question for a word, as the desk asks.
func (w *Window) askWord(asks *desk.Asks) {
	switch {
	case asks == nil && w.word != nil:
		w.word = nil
		w.shut()
	case asks != nil && (w.word == nil || w.word.asks != *asks):
		w.word = newWord(w, *asks)
		w.ask(w.word.dialog)
	}
}
