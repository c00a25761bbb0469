package ui

import (
	"context"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/ui/kit"
)

// password asks for a password in place of the one before: of whoever sits there,
// or of who came with a one-time password.
type password struct {
	w      *Window
	number string
	known  string // the one before, where it was just typed
	before *kit.Entry
	fresh  *kit.Entry
	again  *kit.Entry
	told   *fyne.Container
	dialog *kit.Dialog
}

func (w *Window) ownPassword() { w.askPassword(w.snap.Clerk, "") }

// askPassword opens the question; known is "" where the password before is to be
// typed too.
func (w *Window) askPassword(number, known string) {
	o := &password{w: w, number: number, known: known, told: kit.Column(0)}
	o.told.Hide()
	title, lead := w.t("ui.password.title"), w.t("ui.password.lead")
	rows := []fyne.CanvasObject{kit.Body(lead), o.told}
	if known != "" {
		title = w.t("ui.password.first.title")
		rows[0] = kit.Body(w.t("ui.password.first.lead"))
	} else {
		o.before = kit.NewSecret(w.t("ui.password.before"))
		rows = append(rows, labelled(w.t("ui.password.before"), o.before))
	}
	o.fresh, o.again = kit.NewSecret(w.t("ui.password.fresh")), kit.NewSecret(w.t("ui.password.again"))
	rows = append(rows, labelled(w.t("ui.password.fresh"), o.fresh), labelled(w.t("ui.password.again"), o.again))
	yes := kit.NewButton(kit.PrimaryButton, w.t("ui.password.do"), "Enter", o.send)
	lines := []*kit.Entry{o.fresh, o.again}
	if o.before != nil {
		lines = append([]*kit.Entry{o.before}, lines...)
	}
	for i, e := range lines {
		next := lines[(i+1)%len(lines)]
		e.Tab = func() { w.win.Canvas().Focus(next) }
		e.Enter = e.Tab
	}
	o.again.Enter = yes.Press
	o.dialog = &kit.Dialog{Title: title, Body: kit.Column(12, rows...), Primary: yes, Entry: lines[0],
		Close: kit.NewButton(kit.SecondaryButton, w.t("ui.back"), "Esc", func() { o.empty(); w.shut() })}
	w.ask(o.dialog)
}

// empty lets go of everything that was typed.
func (o *password) empty() {
	o.known = ""
	for _, e := range []*kit.Entry{o.before, o.fresh, o.again} {
		if e != nil {
			e.SetText("")
		}
	}
}

func (o *password) send() {
	w, before, fresh := o.w, o.known, o.fresh.Text
	if o.before != nil {
		before = o.before.Text
	}
	switch {
	case before == "" || fresh == "":
		return
	case fresh != o.again.Text:
		o.fresh.SetText("")
		o.again.SetText("")
		o.tell(w.t("ui.password.differ"), "")
		return
	}
	first := o.before == nil
	o.dialog.Primary.Lock(true)
	w.load(func(ctx context.Context) func() {
		err := w.opt.Desk.ChangePassword(ctx, o.number, before, fresh)
		if err == nil && first { // and on to work, with the new one
			err = w.opt.Desk.SignIn(ctx, casework.Presence{Number: o.number, Password: fresh})
		}
		return func() { o.done(err) }
	})
}

func (o *password) done(err error) {
	o.dialog.Primary.Lock(false)
	if o.w.dialog != o.dialog {
		return
	}
	kind := casework.KindOf(err)
	if kind == "" {
		o.empty()
		o.w.shut()
		return
	}
	o.fresh.SetText("")
	o.again.SetText("")
	o.tell(o.w.t("refusal."+string(kind)+".what"), o.w.t("refusal."+string(kind)+".do"))
}

func (o *password) tell(what, do string) {
	o.told.Objects = []fyne.CanvasObject{kit.Notice(what, do, "", nil)}
	o.told.Show()
	o.w.redialog()
	o.w.win.Canvas().Focus(o.dialog.Entry)
}
