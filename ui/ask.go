package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"counterfoil/app/casework"
	"counterfoil/ui/kit"
)

// Question asks for the passphrase of the counter's key, or for the PIN of the token
// that the key is on.
type Question struct {
	PIN     bool
	Fresh   bool                 // a new one, to be typed twice
	Problem casework.RefusalKind // why the one before was not taken; "": there was none
}

// Asking is what Ask needs: besides Telling, whom to give each passphrase to.
type Asking struct {
	Telling
	Given func(passphrase []byte) // called on the window's goroutine
	Shown func(Question)          // a question can be answered from now on; may be nil
}

// asking is the window that asks for a passphrase or a PIN before the counter starts. What
// was typed is gone from it when it was given.
type asking struct {
	*telling
	opt    Asking
	q      Question
	differ bool // the two are not the same
	busy   bool // the last one is being tried
	first  *kit.Entry
	again  *kit.Entry // nil unless the passphrase is a new one
}

func newAsking(app fyne.App, opt Asking) *asking {
	a := &asking{opt: opt, telling: bareTelling(app, opt.Telling), busy: true}
	a.redraw = a.drawQuestion
	a.win.Canvas().SetOnTypedKey(a.typed)
	a.draw()
	return a
}

// ask shows a question.
func (a *asking) ask(q Question) {
	a.q, a.busy, a.differ = q, false, false
	a.empty()
	a.draw()
	if a.opt.Shown != nil {
		a.opt.Shown(q)
	}
}

func (a *asking) drawQuestion() {
	key, busy := "passphrase", "passphrase.busy"
	switch {
	case a.q.PIN:
		key, busy = "pin", "pin.busy"
	case a.q.Fresh:
		key = "passphrase.fresh"
	}
	rows := a.problem()
	if a.busy {
		rows = []fyne.CanvasObject{kit.Body(a.t("ui." + busy))}
	} else {
		a.fields()
		rows = append(rows, kit.Body(a.t("ui."+key+".lead")), labelled(a.t("ui."+key+".label"), a.first))
		if a.again != nil {
			rows = append(rows, labelled(a.t("ui.passphrase.again"), a.again))
		}
		rows = append(rows, kit.Note(a.t("ui."+key+".lost"), kit.Ink2))
	}
	a.scroll = kit.Scroll(kit.Inset(4, 4, 8, 4, kit.Column(16, rows...)))
	keys := []fyne.CanvasObject{kit.NewTap(kit.KeyHint("F6", a.t("ui.key.F6")), a.nextLanguage), kit.Space(),
		kit.NewButton(kit.SecondaryButton, a.t("ui.passphrase.leave"), "Esc", a.win.Close)}
	if !a.busy {
		keys = append(keys, kit.NewButton(kit.PrimaryButton, a.t("ui."+key+".do"), "Enter", a.send).Wide(200))
	}
	a.win.SetContent(container.NewStack(kit.Fill(kit.Ground), container.New(tellLayout{}, kit.Title(a.t("ui."+key+".title")), a.scroll, kit.Row(10, keys...))))
	if !a.busy {
		a.win.Canvas().Focus(a.line())
	}
}

// problem says why the one before was not taken.
func (a *asking) problem() []fyne.CanvasObject {
	switch {
	case a.differ:
		return []fyne.CanvasObject{kit.Notice(a.t("key.passphrase.differ"), "", "", nil)}
	case a.q.Problem != "":
		key := "refusal." + string(a.q.Problem)
		return []fyne.CanvasObject{kit.Notice(a.t(key+".what"), a.t(key+".do"), "", nil)}
	}
	return nil
}

// fields makes the lines anew, with what was typed into them: another language or
// appearance draws everything again.
func (a *asking) fields() {
	line := func(before *kit.Entry) *kit.Entry {
		e := kit.NewSecret("")
		if before != nil {
			e.End(before.Text)
		}
		return e
	}
	a.first = line(a.first)
	a.first.Enter = a.send
	if !a.q.Fresh {
		a.again = nil
		return
	}
	a.again = line(a.again)
	other := func(e *kit.Entry) func() { return func() { a.win.Canvas().Focus(e) } }
	a.first.Enter, a.first.Tab = other(a.again), other(a.again)
	a.again.Enter, a.again.Tab = a.send, other(a.first)
}

// line is the one to be filled next.
func (a *asking) line() *kit.Entry {
	if a.again != nil && a.first.Text != "" {
		return a.again
	}
	return a.first
}

func (a *asking) send() {
	switch {
	case a.busy:
		return
	case a.first.Text == "":
		a.win.Canvas().Focus(a.first)
		return
	case a.again != nil && a.again.Text != a.first.Text:
		a.differ = true
		a.empty()
		a.draw()
		return
	}
	given := []byte(a.first.Text)
	a.empty()
	a.busy = true
	a.draw()
	a.opt.Given(given)
}

func (a *asking) empty() {
	for _, e := range []*kit.Entry{a.first, a.again} {
		if e != nil {
			e.SetText("")
		}
	}
}

func (a *asking) typed(event *fyne.KeyEvent) {
	if kit.IsEnter(event.Name) { // not in a line: a button has the focus, or none
		a.send()
		return
	}
	a.key(event)
}
