package step

import (
	"slices"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/ui/kit"
)

// Line returns the line that is being written, nil for none.
func (p *Paper) Line() *kit.Entry { return p.entry }

func (p *Paper) draw() {
	p.offer, p.entry = nil, nil
	var rows []fyne.CanvasObject
	var at fyne.CanvasObject
	for i, name := range p.rows() {
		if i > 0 {
			rows = append(rows, kit.Rule())
		}
		row := p.row(name)
		if name == p.cursor {
			at = row
		}
		rows = append(rows, row)
	}
	hint := kit.NewTap(kit.KeyHint("F1", p.b.T("ui.rule.key")), func() { p.b.Rule() })
	p.fill(kit.Card(p.b.T("ui.paper.rows"), kit.KeyHint("F8", p.b.T("ui.own.next")), rows...),
		kit.Hint(p.b.T("ui.paper.rule"), p.b.T("ui.paper.rule.source"), hint))
	if at != nil {
		p.reveal(at)
	}
	if p.entry != nil {
		p.b.Focus(p.entry)
	} else {
		p.b.Focus(nil)
	}
}

func (p *Paper) row(name string) fyne.CanvasObject {
	label := kit.Sized(kit.Em(148), 0, kit.NewText(p.label(name), kit.TextStyle{Size: 15, Color: kit.Ink, Bold: true, Wrap: true}))
	values, labels := p.choices(name)
	if name != p.cursor {
		return kit.NewTap(kit.Inset(4, 0, 4, 0, kit.RowTop(16, label, kit.Flex(p.said(name, values, labels)))), func() {
			p.cursor, p.wrong = name, false
			p.draw()
		})
	}
	if len(values) > 0 {
		p.offer = kit.NewChoices(labels, slices.Index(values, p.answer[name]), func(i int) { p.set(name, values[i]) })
		return kit.RowTop(16, label, kit.Flex(p.offer.Object))
	}
	hint, note, tone := "ui.paper.write", "", kit.Ink2
	if name == rowNumber {
		hint, note = "ui.paper.number", "ui.paper.number.hint"
	}
	if p.wrong {
		note, tone = "ui.paper.number.wrong", kit.Failed
	}
	p.entry = p.b.readEntry(p.b.T(hint), p.answer[name], name == rowNumber, p.written, p.step)
	field := fyne.CanvasObject(kit.Field(p.entry, kit.KeyCap("Enter")))
	if note != "" {
		field = kit.Column(6, field, kit.Note(p.b.T(note), tone))
	}
	return kit.RowTop(16, label, kit.Flex(field))
}

// said is what stands in a row that is not being answered.
func (p *Paper) said(name string, values, labels []string) fyne.CanvasObject {
	value := p.answer[name]
	style := kit.TextStyle{Size: 15, Color: kit.Ink, Wrap: true}
	if i := slices.Index(values, value); i >= 0 {
		if value == no {
			style.Color, style.Bold = kit.Wait, true
		}
		return kit.NewText(labels[i], style)
	}
	if value == "" {
		return kit.NewText(p.b.T("ui.form.missing"), kit.TextStyle{Size: 15, Color: kit.Wait, Bold: true})
	}
	return kit.NewText(p.b.read(value), style)
}

func (p *Paper) label(name string) string {
	if slices.Contains([]string{rowWay, rowReason, rowPerson, rowActing, rowName, rowNumber, rowBasis}, name) {
		return p.b.T("ui.paper.row." + name)
	}
	if name == rowFor {
		if p.entity() {
			return p.b.T("ui.paper.row.for.entity")
		}
		return p.b.T("ui.paper.row.for")
	}
	return p.b.kindName(casework.LicenceKind(name))
}

// choices returns the answers of a row with their words; none where it is written.
func (p *Paper) choices(name string) (values, labels []string) {
	add := func(value, label string) { values, labels = append(values, value), append(labels, p.b.T(label)) }
	switch name {
	case rowWay:
		add(byPaper, "ui.paper.way.paper")
		add(byPhone, "ui.paper.way.phone")
	case rowReason:
		for _, r := range casework.PaperReasons() {
			add(string(r), "paper."+string(r))
		}
	case rowPerson:
		add(yes, "ui.paper.person.yes")
		add(no, "ui.paper.person.no")
	case rowActing:
		if !p.entity() {
			add(themself, "ui.paper.acting.self")
		}
		for _, r := range casework.RolesAt(p.last.Case.Item.Audience) {
			add(string(r), "acting.role."+string(r))
		}
	case rowName, rowNumber, rowFor, rowBasis:
	default:
		add(yes, "ui.paper.original.yes")
		add(no, "ui.paper.original.no")
	}
	return values, labels
}

// paperRow is a line of the form that is written off an original: a number or a day
// by its digits, a yes or a no by number, any other text as the original shows, or
// pasted.
func (r *Review) paperRow(f casework.FormField, v casework.FormValue, as casework.Typed, label fyne.CanvasObject) fyne.CanvasObject {
	if as == casework.TypedYesNo {
		values := []string{casework.Yes, casework.No, casework.AsShown}
		labels := []string{r.b.T("ui.answer.yes"), r.b.T("ui.answer.no"), r.b.T("ui.paper.as-shown")}
		r.offer = kit.NewChoices(labels, slices.Index(values, v.Value), func(i int) { r.set(f.Field, values[i]) })
		return kit.RowTop(16, label, kit.Flex(r.offer.Object))
	}
	hint := map[casework.Typed]string{casework.TypedCitizenNumber: "ui.paper.number", casework.TypedCreditCode: "ui.paper.code", casework.TypedDate: "ui.paper.date"}[as]
	if hint == "" {
		hint = "ui.paper.write"
	}
	r.entry = r.b.readEntry(r.b.T(hint), v.Value, as != "", func() { r.leave(f) }, r.next)
	return kit.RowTop(16, label, kit.Flex(kit.Column(6, kit.Field(r.entry, kit.KeyCap("Enter")), kit.Note(r.b.T("ui.paper.blank"), kit.Ink2))))
}

// readEntry is a line for what is read off a paper. Of a number, the keypad's *
// writes X and . erases; + goes on without keeping, - is left to the window.
func (b *Bench) readEntry(hint, text string, number bool, enter, next func()) *kit.Entry {
	e := kit.NewEntry(hint)
	if text != casework.AsShown {
		e.End(text)
	}
	e.Enter = enter
	e.Before = func(r rune) bool {
		switch {
		case r == '+':
			next()
		case number && r == '*':
			e.Entry.TypedRune('X')
		case number && r == '.':
			e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
		case number && r >= 'a' && r <= 'z':
			e.Entry.TypedRune(r - 'a' + 'A')
		default:
			return false
		}
		return true
	}
	return e
}

// actingHint says who acts for whom, as it was noted.
func (b *Bench) actingHint(a casework.Acting) fyne.CanvasObject {
	return kit.Hint(b.T("ui.acting.title", b.T("acting.role."+string(a.Role))), b.T("ui.acting.who", b.read(a.Name), b.read(a.For)), nil)
}

// read says a value that was read off a paper in the language of the screen.
func (b *Bench) read(value string) string {
	if value == casework.AsShown {
		return b.T("ui.paper.as-shown")
	}
	return value
}
