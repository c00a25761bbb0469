package step

import (
	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// RightItem returns the right column while idle: what opening the marked item
// would ask of the citizen, and which device that takes is not there.
func RightItem(b *Bench, item *casework.ServiceItem, s desk.Snapshot) fyne.CanvasObject {
	if item == nil {
		return kit.Inset(24, 24, 24, 24, kit.Lead(b.T("ui.item.none")))
	}
	rows := []fyne.CanvasObject{
		kit.NewText(b.ItemName(*item), kit.TextStyle{Size: 17, Color: kit.Ink, Bold: true, Wrap: true}),
		kit.Note(b.choose(item.Bureau, item.BureauEN)+" · "+b.T("ui.audience."+string(item.Audience)), kit.Ink2),
	}
	for _, key := range lacks(*item, s) {
		rows = append(rows, kit.Layers(kit.Panel(kit.WaitSoft, kit.WaitLine, 10), kit.Inset(10, 14, 10, 14, kit.Note(b.T(key), kit.Wait))))
	}
	rows = append(rows, kit.Inset(10, 0, 0, 0, kit.Heading(b.T("ui.item.reads"))))
	for _, n := range item.Needs {
		rows = append(rows, kit.Column(10, kit.Column(3,
			kit.Row(8, kit.Flex(kit.NewText(b.kindName(n.Kind), kit.TextStyle{Size: 15, Color: kit.Ink, Bold: true})),
				kit.Small(b.T("ui.fields", len(n.Fields)), kit.Ink2)),
			kit.Note(b.fieldNames(n), kit.Ink2)), kit.Rule()))
	}
	rows = append(rows, kit.Inset(10, 0, 0, 0, kit.Heading(b.T("ui.item.asks"))))
	rows = append(rows, b.demand(item.Demands.Signature, "ui.item.signature"))
	photo := "ui.item.photo"
	if item.PhotoOf == casework.OfDocument {
		photo += ".document"
	}
	switch item.Demands.Photo {
	case casework.PhotoRequired:
		rows = append(rows, b.demand(true, photo))
	case casework.PhotoOptional:
		rows = append(rows, b.demand(true, photo+".optional"))
	default:
		rows = append(rows, b.demand(false, "ui.item.photo"))
	}
	if basis := b.choose(item.Basis, item.BasisEN); basis != "" {
		rows = append(rows, kit.Inset(10, 0, 0, 0, kit.Heading(b.T("ui.item.basis"))), kit.Note(basis, kit.Ink2))
	}
	rows = append(rows, kit.Inset(10, 0, 0, 0, kit.Heading(b.T("ui.item.code"))), kit.Note(string(item.Code), kit.Ink2))
	return kit.Scroll(kit.Inset(24, 24, 24, 24, kit.Column(10, rows...)))
}

// lacks says what of a case can't be done at this counter now, and how far it goes
// all the same, before somebody has sat down for it.
func lacks(item casework.ServiceItem, s desk.Snapshot) []string {
	away := func(l desk.Light) bool { return l.State != desk.Good && l.State != desk.Unknown }
	var keys []string
	if away(s.Pad) {
		keys = append(keys, absent("ui.lacks.pad", s.Pad))
	}
	camera := s.Camera
	if item.PhotoOf == casework.OfDocument && s.Document.State != desk.Absent && s.Document.State != desk.Unknown {
		camera = s.Document
	}
	switch {
	case !away(camera):
	case item.Demands.Photo == casework.PhotoRequired:
		keys = append(keys, absent("ui.lacks.camera.required", camera))
	case item.Demands.Photo == casework.PhotoOptional:
		keys = append(keys, "ui.lacks.camera.optional")
	}
	return keys
}

// absent is the key for a device that the counter does not have at all.
func absent(key string, l desk.Light) string {
	if l.State == desk.Absent {
		return key + ".absent"
	}
	return key
}

func (b *Bench) demand(yes bool, key string) fyne.CanvasObject {
	if !yes {
		return kit.Row(8, kit.Sized(kit.Em(18), 0, kit.NewText("–", kit.TextStyle{Size: 15, Color: kit.Ink3, Align: fyne.TextAlignCenter})),
			kit.Flex(kit.NewText(b.T(key+".not"), kit.TextStyle{Size: 15, Color: kit.Ink2})))
	}
	return kit.Row(8, kit.Check(kit.Done, kit.Em(18)), kit.Flex(kit.NewText(b.T(key), kit.TextStyle{Size: 15, Color: kit.Ink})))
}

func (b *Bench) fieldNames(n casework.LicenceNeed) string {
	info, _ := b.Catalogue.Kind(n.Kind)
	var names []string
	for _, id := range n.Fields {
		name := string(id)
		if f, ok := info.Find(id); ok {
			name = b.choose(f.Name, f.NameEN)
		}
		names = append(names, name)
	}
	return b.listed(names)
}

// needsCard says what will be called up, before it is.
func (b *Bench) needsCard(item casework.ServiceItem) *fyne.Container {
	hint := kit.NewTap(kit.KeyHint("F1", b.T("ui.rule.key")), func() { b.Rule() })
	var rows []fyne.CanvasObject
	for i, n := range item.Needs {
		if i > 0 {
			rows = append(rows, kit.Rule())
		}
		rows = append(rows, kit.RowTop(16,
			kit.Sized(kit.Em(132), 0, kit.NewText(b.kindName(n.Kind), kit.TextStyle{Size: 15, Color: kit.Ink, Bold: true, Wrap: true})),
			kit.Flex(kit.Body(b.fieldNames(n))),
			kit.NewText(b.T("ui.fields", len(n.Fields)), kit.TextStyle{Size: 15, Color: kit.Ink2})))
	}
	return kit.Card(b.T("ui.needs.title"), hint, rows...)
}
