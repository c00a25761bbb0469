package ui

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

var noTime time.Time

// word is the question for somebody's word, over the case: the clerk's own once
// more, or a second person's.
type word struct {
	w      *Window
	asks   desk.Asks
	dialog *kit.Dialog
	number *kit.Entry // of the second person; nil: the clerk's own is known
	secret *kit.Entry
	told   *fyne.Container
	card   bool
}

func newWord(w *Window, asks desk.Asks) *word {
	o := &word{w: w, asks: asks, told: kit.Column(0)}
	o.told.Hide()
	title, lead := "ui.word.own.title", "ui.word.own.lead"
	if asks.Second {
		title, lead = "ui.word.second.title", "ui.word.second.lead"
	}
	o.secret = kit.NewSecret(w.t("ui.signin.password"))
	rows := []fyne.CanvasObject{kit.Body(w.t(lead, w.t("ui.word.what."+string(asks.What)))), o.told}
	if asks.Second {
		o.number = kit.NewEntry(w.t("ui.signin.number"))
		o.number.Enter, o.number.Tab = func() { w.win.Canvas().Focus(o.secret) }, func() { w.win.Canvas().Focus(o.secret) }
		rows = append(rows, labelled(w.t("ui.signin.number"), o.number))
	} else {
		rows = append(rows, kit.Note(w.t("ui.word.number", w.snap.Clerk), kit.Ink2))
	}
	rows = append(rows, labelled(w.t("ui.signin.password"), o.secret))
	yes := kit.NewButton(kit.PrimaryButton, w.t("ui.word.do"), "Enter", o.send)
	o.secret.Enter, o.secret.Tab = yes.Press, func() { w.win.Canvas().Focus(o.first()) }
	o.dialog = &kit.Dialog{Title: w.t(title), Body: kit.Column(12, rows...), Primary: yes, Entry: o.first(),
		Close: kit.NewButton(kit.SecondaryButton, w.t("ui.back"), "Esc", o.leave)}
	if w.opt.Card {
		rows = append(rows, kit.NewTap(kit.KeyHint("F8", w.t("ui.word.card")), o.byCard))
		o.dialog.Body, o.dialog.Other = kit.Column(12, rows...), o.byCard
	}
	return o
}

func labelled(label string, e *kit.Entry) fyne.CanvasObject {
	return kit.Column(4, kit.Small(label, kit.Ink2), kit.Field(e, nil))
}

func (o *word) first() *kit.Entry {
	if o.number != nil && o.number.Text == "" && !o.card {
		return o.number
	}
	return o.secret
}

// byCard takes the card in the reader for who it is, and what is typed for its PIN.
func (o *word) byCard() {
	o.card = true
	if o.number != nil {
		o.number.SetText("")
		o.number.Disable()
	}
	o.secret.SetText("")
	o.secret.SetPlaceHolder(o.w.t("ui.signin.pin"))
	o.w.win.Canvas().Focus(o.secret)
}

func (o *word) leave() {
	o.secret.SetText("")
	o.w.word = nil
	o.w.shut()
	o.w.enqueue(o.w.opt.Desk.Unask)
}

func (o *word) send() {
	p := casework.Presence{Number: o.w.snap.Clerk, Password: o.secret.Text}
	switch {
	case o.card:
		p = casework.Presence{Card: true, PIN: o.secret.Text}
	case o.number != nil:
		p.Number = strings.TrimSpace(o.number.Text)
	}
	if o.secret.Text == "" || !o.card && p.Number == "" {
		o.w.win.Canvas().Focus(o.first())
		return
	}
	o.secret.SetText("")
	o.dialog.Primary.Lock(true)
	o.w.load(func(ctx context.Context) func() {
		err := o.w.opt.Desk.Prove(ctx, p)
		return func() {
			o.dialog.Primary.Lock(false)
			o.said(err)
		}
	})
}

// said tells why the word was not taken; the act's own refusal stands on its
// screen, and what is still to be said is asked by the next snapshot.
func (o *word) said(err error) {
	kind := casework.KindOf(err)
	if o.w.word != o || kind == "" || kind == casework.NotNow || kind == casework.SecondNeeded {
		return
	}
	do := o.w.t("refusal." + string(kind) + ".do")
	if wait := casework.WaitOf(err); wait > 0 {
		do += o.w.t("ui.sentence.gap") + o.w.t("ui.problem.wait", minutesOf(wait))
	}
	o.told.Objects = []fyne.CanvasObject{kit.Notice(o.w.t("refusal."+string(kind)+".what"), do, "", nil)}
	o.told.Show()
	o.w.redialog()
	o.w.win.Canvas().Focus(o.first())
}

func minutesOf(d time.Duration) string { return noTime.Add(d.Round(time.Second)).Format("4:05") }
