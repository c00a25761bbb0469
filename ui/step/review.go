package step

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Review is where the clerk checks what was called up, fills what is left, and
// sends it to the pad.
type Review struct {
	*frame
	last   desk.Snapshot
	built  string
	cursor casework.FieldID // the clerk's field that takes the digits; "" for none
	offer  *kit.Choices
	entry  *kit.Entry
	at     fyne.CanvasObject // the row with the cursor
}

func newReview(b *Bench) *Review {
	r := &Review{}
	push := kit.NewButton(kit.PrimaryButton, b.T("ui.review.push"), "Enter", nil)
	push.Means(b.T("ui.review.push"), "Enter", func() { b.Run(push, b.Desk.Push) })
	r.frame = newFrame(b, "review", startOver(b), nil, push)
	return r
}

// Show draws the licences and the clerk's fields, when any of it changed.
func (r *Review) Show(s desk.Snapshot) {
	r.last = s
	r.refuse(s.Problem)
	if s.Case == nil {
		return
	}
	r.primary.Allow(len(s.Case.Missing) == 0 && s.Busy == "")
	key := string(s.Case.ID)
	for _, v := range s.Case.Form {
		key += "\x00" + v.Value
	}
	if key == r.built {
		return
	}
	first := r.built == ""
	r.built = key
	if first || formValue(s.Case.Form, r.cursor).Value != "" {
		r.cursor = ""
		if len(s.Case.Missing) > 0 {
			r.cursor = s.Case.Missing[0]
		}
	}
	r.draw()
}

// Line returns the line that is being written, nil for none.
func (r *Review) Line() *kit.Entry { return r.entry }

func (r *Review) draw() {
	r.offer, r.entry = nil, nil
	r.at = nil
	var cards []fyne.CanvasObject
	if own := r.own(); len(own) > 0 {
		cards = append(cards, r.ownCard(own))
	}
	for _, l := range r.last.Case.Licences {
		cards = append(cards, r.b.licenceCard(l))
	}
	hint := kit.NewTap(kit.KeyHint("F1", r.b.T("ui.rule.key")), func() { r.b.Rule() })
	rule := "ui.review.rule"
	if r.last.Case.Typed != nil {
		rule = "ui.paper.form"
	}
	cards = append(cards, kit.Hint(r.b.T(rule), r.b.T(rule+".source"), hint))
	r.fill(cards...)
	if r.at != nil && r.last.Case.Typed != nil {
		r.reveal(r.at)
	}
	if r.entry != nil {
		r.b.Focus(r.entry)
	} else {
		r.b.Focus(nil)
	}
}

// own returns the lines of the form that are the clerk's.
func (r *Review) own() []casework.FormField {
	return slices.DeleteFunc(slices.Clone(r.last.Case.Item.Form), func(f casework.FormField) bool {
		return f.Kind != "" && r.last.Case.Typed == nil // by paper, what a licence would fill is the clerk's too
	})
}

func (r *Review) ownCard(fields []casework.FormField) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for i, f := range fields {
		if i > 0 {
			rows = append(rows, kit.Rule())
		}
		row := r.ownRow(f)
		if f.Field == r.cursor {
			r.at = row
		}
		rows = append(rows, row)
	}
	var state fyne.CanvasObject = kit.Badge(r.b.T("ui.own.done"), kit.Done, kit.DoneSoft)
	if n := len(r.last.Case.Missing); n > 0 {
		state = kit.Badge(r.b.T("ui.own.missing", n), kit.Wait, kit.WaitSoft)
	}
	return kit.Card(r.b.T("ui.own.title"), kit.Row(8, state, kit.KeyHint("F8", r.b.T("ui.own.next"))), rows...)
}

func (r *Review) ownRow(f casework.FormField) fyne.CanvasObject {
	label := kit.Sized(kit.Em(132), 0, kit.NewText(r.b.choose(f.Label, f.LabelEN), kit.TextStyle{Size: 15, Color: kit.Ink, Bold: true, Wrap: true}))
	v := formValue(r.last.Case.Form, f.Field)
	if f.Field != r.cursor {
		return kit.NewTap(kit.Inset(4, 0, 4, 0, kit.RowTop(16, label, kit.Flex(r.b.formText(r.last, f, v)))), func() {
			r.cursor = f.Field
			r.draw()
		})
	}
	if len(f.Choices) > 0 {
		var labels []string
		mark := -1
		for i, c := range f.Choices {
			labels = append(labels, r.b.choose(c.Value, c.EN))
			if c.Value == v.Value {
				mark = i
			}
		}
		r.offer = kit.NewChoices(labels, mark, func(i int) { r.set(f.Field, f.Choices[i].Value) })
		return kit.RowTop(16, label, kit.Flex(r.offer.Object))
	}
	if as, paper := r.last.Case.Typed[f.Field]; paper {
		return r.paperRow(f, v, as, label)
	}
	r.entry = kit.NewEntry(r.b.T("ui.own.write"))
	r.entry.SetText(v.Value)
	r.entry.Enter = func() { r.leave(f) }
	return kit.Row(16, label, kit.Flex(kit.Field(r.entry, kit.KeyCap("Enter"))))
}

// leave keeps what was written and goes on to the next line that is missing, or
// gives the keys back: Enter in a text never sends the form, since an input method
// uses it while composing.
func (r *Review) leave(f casework.FormField) {
	text := strings.TrimSpace(r.entry.Text)
	if _, paper := r.last.Case.Typed[f.Field]; paper && text == "" {
		text = casework.AsShown
	}
	if text == "" { // nothing is missing less than before
		r.cursor = ""
	}
	r.set(f.Field, text)
}

func (r *Review) set(field casework.FieldID, value string) {
	if value == formValue(r.last.Case.Form, field).Value {
		r.cursor = ""
		r.draw()
		return
	}
	r.b.Run(nil, func(ctx context.Context) error { return r.b.Desk.Fill(ctx, field, value) })
}

// next goes to the clerk's next field, and after the last one to none.
func (r *Review) next() {
	fields := r.own()
	i := slices.IndexFunc(fields, func(f casework.FormField) bool { return f.Field == r.cursor })
	r.cursor = ""
	if i+1 < len(fields) {
		r.cursor = fields[i+1].Field
	}
	r.draw()
}

// Key moves among the clerk's fields and their choices before it is the
// frame's.
func (r *Review) Key(name fyne.KeyName) bool {
	switch {
	case name == fyne.KeyF8:
		r.next()
		return true
	case r.offer != nil && r.offer.Key(name):
		return true
	}
	return r.frame.Key(name)
}

// Rune takes a choice by its number; + goes to the next field.
func (r *Review) Rune(c rune) bool {
	if c == '+' {
		r.next()
		return true
	}
	return r.offer != nil && r.offer.Digit(c)
}
