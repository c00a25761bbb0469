package step

import (
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/ui/kit"
)

// idleLine is one line that Enter can take: a case to continue, or an item.
type idleLine struct {
	resume *casework.CaseRecord
	item   *casework.ServiceItem
	row    *kit.Tap
}

// same reports whether two lines take the same case or open the same item.
func (l idleLine) same(o idleLine) bool {
	if l.resume != nil || o.resume != nil {
		return l.resume != nil && o.resume != nil && l.resume.ID == o.resume.ID
	}
	return l.item != nil && o.item != nil && l.item.Code == o.item.Code
}

// found returns the items to list.
func (i *Idle) found() []casework.ServiceItem {
	if i.query == "" {
		return i.b.Catalogue.Items()
	}
	return i.b.Catalogue.Search(i.query, maxFound)
}

const maxFound = 60

// list draws the lines anew. A line that somebody moved the mark to keeps it wherever
// it comes to stand: Enter must not open what slid into its place.
func (i *Idle) list() {
	var chosen idleLine
	if i.mark > 0 && i.mark < len(i.lines) {
		chosen = i.lines[i.mark]
	}
	i.lines = nil
	if i.idle {
		i.title.Set(i.b.T("ui.idle.noserve"))
		i.lead.Set(i.b.T("ui.idle.noserve.do"))
		i.fill()
		i.marked()
		return
	}
	i.title.Set(i.b.T("ui.idle.title"))
	i.lead.Set(i.b.T("ui.idle.lead"))
	var cards []fyne.CanvasObject
	add := func(title string, rows []fyne.CanvasObject) {
		if len(rows) > 0 {
			cards = append(cards, kit.Column(6, kit.Inset(0, 0, 0, 12, kit.Small(title, kit.Ink2)),
				kit.Layers(kit.Panel(kit.Surface, kit.Line, 12), kit.Inset(6, 6, 6, 6, kit.Column(0, rows...)))))
		}
	}
	if i.closed != "" {
		words := kit.NewText(i.closed, kit.TextStyle{Size: 16, Color: kit.Wait, Bold: true, Wrap: true})
		cards = append(cards, kit.Layers(kit.Panel(kit.WaitSoft, kit.WaitLine, 10), kit.Inset(14, 16, 14, 16, words)))
	}
	if i.query == "" {
		var rows []fyne.CanvasObject
		for n := range i.unfinished {
			rows = append(rows, i.resumeRow(&i.unfinished[n]))
		}
		add(i.b.T("ui.idle.unfinished"), rows)
	}
	var recent, rest []fyne.CanvasObject
	items := i.found()
	if i.query == "" {
		for _, code := range i.recent {
			if item, ok := i.b.Catalogue.Item(code); ok {
				recent = append(recent, i.itemRow(item))
			}
		}
		add(i.b.T("ui.idle.recent"), recent)
	}
	for _, item := range items {
		if i.query != "" || !slices.Contains(i.recent, item.Code) {
			rest = append(rest, i.itemRow(item))
		}
	}
	title := i.b.T("ui.idle.all", len(items))
	if i.query != "" {
		title = i.b.T("ui.idle.found", len(items))
	}
	add(title, rest)
	if len(cards) == 0 {
		cards = append(cards, kit.Card(i.b.T("ui.idle.nothing"), nil, kit.Body(i.b.T("ui.idle.nothing.do"))))
	}
	if i.mark = slices.IndexFunc(i.lines, chosen.same); i.mark < 0 {
		i.mark = 0
	}
	i.fill(cards...)
	i.marked()
}

func (i *Idle) line(content fyne.CanvasObject, l idleLine) fyne.CanvasObject {
	n := len(i.lines)
	l.row = kit.NewTap(kit.Inset(8, 12, 8, 12, content), func() {
		i.mark = n
		i.marked()
		i.primary.Press()
	})
	i.lines = append(i.lines, l)
	return l.row
}

func (i *Idle) itemRow(item casework.ServiceItem) fyne.CanvasObject {
	wide, narrow := float32(3), float32(2.6)
	if i.b.English { // longer names, and the right column says the kinds again
		wide, narrow = 5, 2
	}
	content := kit.Row(14,
		kit.Sized(kit.Em(26), 0, kit.NewText(fmt.Sprintf("%02d", i.b.Catalogue.Number(item.Code)), kit.TextStyle{Size: 15, Color: kit.Primary, Bold: true})),
		kit.FlexBy(wide, kit.NewText(i.b.ItemName(item), kit.TextStyle{Size: 16, Color: kit.Ink})),
		kit.FlexBy(2, kit.Small(i.b.choose(item.Bureau, item.BureauEN), kit.Ink2)),
		kit.FlexBy(narrow, kit.NewText(i.b.kindsOf(item), kit.TextStyle{Size: 13, Color: kit.Ink2, Align: fyne.TextAlignTrailing})))
	return i.line(content, idleLine{item: &item})
}

func (i *Idle) resumeRow(r *casework.CaseRecord) fyne.CanvasObject {
	content := kit.Row(14,
		kit.FlexBy(3, kit.NewText(i.b.ItemNameOf(r.Item), kit.TextStyle{Size: 16, Color: kit.Ink})),
		kit.FlexBy(2, kit.Small(i.b.T("ui.case.number", r.Number), kit.Ink2)),
		kit.Badge(i.b.T("ui.idle.stands", i.b.T("step."+string(lastStep(*r)))), kit.Wait, kit.WaitSoft),
		kit.Small(r.Opened.Local().Format(time.TimeOnly), kit.Ink2))
	return i.line(content, idleLine{resume: r})
}

func lastStep(r casework.CaseRecord) casework.StepKind {
	if len(r.Steps) == 0 {
		return casework.Opened
	}
	return r.Steps[len(r.Steps)-1].Kind
}
