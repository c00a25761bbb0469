package step

import (
	"slices"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Right returns the right column: the item's form, each value with the licence
// that it came from; before that, the lines that will be filled.
func Right(b *Bench, s desk.Snapshot) fyne.CanvasObject {
	c := s.Case
	rows := []fyne.CanvasObject{kit.RowTop(12,
		kit.Flex(kit.NewText(b.choose(c.Item.FormName, c.Item.FormEN), kit.TextStyle{Size: 17, Color: kit.Ink, Bold: true, Wrap: true})), b.filled(s)), kit.Column(0)}
	if c.Acting != nil && !secret(s) {
		rows = append(rows, b.actingRow(*c.Acting))
	}
	for i, f := range c.Item.Form {
		rows = append(rows, b.formRow(s, i, f))
	}
	return kit.Scroll(kit.Inset(24, 24, 24, 24, kit.Column(12, rows...)))
}

// actingRow says who acts in which role, and below it for whom.
func (b *Bench) actingRow(a casework.Acting) fyne.CanvasObject {
	return kit.Column(10, kit.Column(3, kit.NewText(b.T("ui.acting", b.read(a.Name), b.T("acting.role."+string(a.Role))), kit.TextStyle{Size: 13, Color: kit.Ink2, Wrap: true}),
		kit.NewText(b.read(a.For), kit.TextStyle{Size: 15, Color: kit.Ink, Bold: true, Wrap: true})), kit.Rule())
}

// secret reports whether nothing of the person may be shown: before the
// licences are here, and after the case ended without result.
func secret(s desk.Snapshot) bool {
	return len(s.Case.Licences) == 0 && s.Case.Typed == nil || s.Stage == desk.StageEnded || s.Case.Revoked
}

func (b *Bench) filled(s desk.Snapshot) *kit.Text {
	n := 0
	for _, v := range s.Case.Form {
		if v.Value != "" {
			n++
		}
	}
	switch {
	case s.Stage == desk.StageEnded || s.Case.Revoked:
		return kit.NewText(b.T("ui.form.cleared"), kit.TextStyle{Size: 15, Color: kit.Ink2})
	case secret(s):
		return kit.NewText(b.T("ui.form.later"), kit.TextStyle{Size: 15, Color: kit.Ink2})
	case len(s.Case.Missing) > 0:
		return kit.NewText(b.T("ui.form.filled", n, len(s.Case.Item.Form)), kit.TextStyle{Size: 15, Color: kit.Wait, Bold: true})
	}
	return kit.NewText(b.T("ui.form.filled", n, len(s.Case.Item.Form)), kit.TextStyle{Size: 15, Color: kit.Done, Bold: true})
}

func (b *Bench) formRow(s desk.Snapshot, i int, f casework.FormField) fyne.CanvasObject {
	head := []fyne.CanvasObject{kit.Flex(kit.Note(b.choose(f.Label, f.LabelEN), kit.Ink2))}
	var value fyne.CanvasObject
	if secret(s) {
		shares := []float32{0.75, 0.5, 0.68, 0.44, 0.4, 0.56, 0.46}
		value = kit.Skeleton(shares[i%len(shares)])
		if s.Stage == desk.StageEnded || s.Case.Revoked {
			value = kit.NewText("—", kit.TextStyle{Size: 15, Color: kit.Ink3})
		}
	} else {
		v := formValue(s.Case.Form, f.Field)
		if v.Source != "" {
			head = append(head, kit.Badge(b.kindName(v.Source), kit.Done, kit.DoneSoft))
		}
		if v.Paper {
			head = append(head, kit.Badge(b.T("ui.form.paper"), kit.Ink2, kit.Bar))
		}
		value = b.formText(s, f, v)
	}
	return kit.Column(10, kit.Column(3, kit.RowTop(8, head...), value), kit.Rule())
}

func (b *Bench) formText(s desk.Snapshot, f casework.FormField, v casework.FormValue) fyne.CanvasObject {
	switch {
	case v.Value != "":
		return kit.NewText(b.valueText(f, v.Value), kit.TextStyle{Size: 15, Color: kit.Ink, Wrap: true})
	case slices.Contains(s.Case.Missing, f.Field):
		return kit.NewText(b.T("ui.form.missing"), kit.TextStyle{Size: 15, Color: kit.Wait, Bold: true})
	case f.Kind != "":
		return kit.NewText(b.T("ui.form.blank"), kit.TextStyle{Size: 15, Color: kit.Ink2})
	}
	return kit.NewText(b.T("ui.form.optional"), kit.TextStyle{Size: 15, Color: kit.Ink3})
}

// valueText shows a chosen value in the language of the screen and a picture as
// a word: its pixels stay with the case.
func (b *Bench) valueText(f casework.FormField, value string) string {
	for _, c := range f.Choices {
		if c.Value == value {
			return b.choose(c.Value, c.EN)
		}
	}
	if len(value) > 400 && !wrapsAnywhere(value) {
		return b.T("ui.form.picture")
	}
	if value == casework.AsShown {
		return b.read(value)
	}
	if info, ok := b.Catalogue.Kind(f.Kind); ok {
		if asked, _ := info.Find(f.From); asked.Question != nil {
			return b.answer(value)
		}
	}
	return value
}

// wrapsAnywhere reports whether a long value is text, not base64.
func wrapsAnywhere(value string) bool {
	return slices.ContainsFunc([]rune(value[:64]), func(r rune) bool { return r > 127 || r == ' ' })
}

func formValue(form []casework.FormValue, field casework.FieldID) casework.FormValue {
	for _, v := range form {
		if v.Field == field {
			return v
		}
	}
	return casework.FormValue{}
}
