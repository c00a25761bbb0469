package step

import (
	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// licenceCard shows a licence with, in one line, why it can be believed.
func (b *Bench) licenceCard(l desk.LicenceView) *fyne.Container {
	var rows []fyne.CanvasObject
	rows = append(rows, b.believed(l))
	for i, f := range l.Fields {
		if i > 0 {
			rows = append(rows, kit.Rule())
		}
		value := f.Value
		if len(value) > 400 && !wrapsAnywhere(value) {
			value = b.T("ui.form.picture")
		}
		if f.Question {
			value = b.T("ui.answer", b.answer(f.Value))
		}
		rows = append(rows, kit.RowTop(16,
			kit.Sized(kit.Em(148), 0, kit.NewText(b.choose(f.Name, f.NameEN), kit.TextStyle{Size: 15, Color: kit.Ink2, Wrap: true})),
			kit.Flex(kit.Body(value))))
	}
	return kit.Card(b.choose(l.Name, l.NameEN), kit.Small(l.Issuer, kit.Ink2), rows...)
}

// answer says a yes or a no in the language of the screen.
func (b *Bench) answer(value string) string {
	if value == casework.Yes {
		return b.T("ui.answer.yes")
	}
	return b.T("ui.answer.no")
}

func (b *Bench) believed(l desk.LicenceView) fyne.CanvasObject {
	reasons := b.T("ui.verified.signature")
	if l.Identifier {
		reasons += " · " + b.T("ui.verified.identifier")
	}
	if l.Until.IsZero() {
		reasons += " · " + b.T("ui.verified.long")
	} else {
		reasons += " · " + b.T("ui.verified.until", l.Until.Format("2006-01-02"))
	}
	words := kit.NewText(reasons, kit.TextStyle{Size: 13, Color: kit.Done, Bold: true, Wrap: true})
	return kit.Layers(kit.Panel(kit.DoneSoft, kit.DoneSoft, 6), kit.Inset(4, 10, 4, 8, kit.RowTop(6, kit.Check(kit.Done, kit.Em(18)), kit.Flex(words))))
}
