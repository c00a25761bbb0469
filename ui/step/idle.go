package step

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Idle is the screen between two citizens: the items, found as one types, and
// the cases that wait to be continued.
type Idle struct {
	*frame
	query      string
	unfinished []casework.CaseRecord
	recent     []casework.ItemCode
	lines      []idleLine
	mark       int
	today      int
	closed     string // why no case is opened; empty while the counter is open
	chosen     func(item *casework.ServiceItem)
	idle       bool // whoever is signed in opens no cases
}

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

func newIdle(b *Bench) *Idle {
	i := &Idle{today: -1}
	shift := kit.NewButton(kit.SecondaryButton, b.T("ui.shift.key"), "F8", func() { b.Shift() })
	i.frame = newFrame(b, "idle", nil, shift, kit.NewButton(kit.PrimaryButton, b.T("ui.idle.open"), "Enter", func() { i.take() }))
	i.list()
	return i
}

// OnMark tells the window which item is marked, nil for none.
func (i *Idle) OnMark(f func(item *casework.ServiceItem)) { i.chosen = f; i.marked() }

// Close keeps what is still being read from marking items of a screen that is gone.
func (i *Idle) Close() { i.chosen = nil }

// Search shows the items that a query finds: a name, a code, pinyin initials,
// or the number in front of an item.
func (i *Idle) Search(query string) {
	if query = strings.TrimSpace(query); query != i.query {
		i.query = query
		i.mark = 0
		i.list()
	}
}

// Show updates what can be continued.
func (i *Idle) Show(s desk.Snapshot) {
	i.refuse(s.Problem)
	i.showShift(s.Shift)
	if idle := s.Staffed && !s.Who.Role.May(casework.Serve); idle != i.idle {
		i.idle, i.mark = idle, 0
		i.list()
	}
	if !slices.EqualFunc(i.unfinished, s.Unfinished, func(a, b casework.CaseRecord) bool { return a.ID == b.ID && a.Standing.Seq == b.Standing.Seq }) {
		i.unfinished = s.Unfinished
		i.list()
	}
	if s.Today != i.today {
		i.today = s.Today
		i.b.Load(i.readRecent)
	}
}

// readRecent finds the items of the day's cases, the newest first.
func (i *Idle) readRecent(ctx context.Context) func() {
	records, err := i.b.Desk.Day(ctx, "")
	if err != nil {
		return func() {} // the list is then the plain one
	}
	var codes []casework.ItemCode
	for _, r := range records {
		if !slices.Contains(codes, r.Item) && len(codes) < 5 {
			codes = append(codes, r.Item)
		}
	}
	return func() {
		if !slices.Equal(codes, i.recent) {
			i.recent = codes
			i.list()
		}
	}
}

// Key moves the mark; Enter opens.
func (i *Idle) Key(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyDown:
		i.move(1)
	case fyne.KeyUp:
		i.move(-1)
	case fyne.KeyPageDown:
		i.move(8)
	case fyne.KeyPageUp:
		i.move(-8)
	default:
		return i.frame.Key(name)
	}
	return true
}

func (i *Idle) move(by int) {
	if len(i.lines) == 0 {
		return
	}
	i.mark = min(max(i.mark+by, 0), len(i.lines)-1)
	i.marked()
}

func (i *Idle) marked() {
	for n, l := range i.lines {
		l.row.Mark(n == i.mark)
	}
	i.primary.Allow(len(i.lines) > 0)
	label, item := i.b.T("ui.idle.open"), (*casework.ServiceItem)(nil)
	if i.mark < len(i.lines) {
		if l := i.lines[i.mark]; l.resume != nil {
			label = i.b.T("ui.idle.resume")
			if found, ok := i.b.Catalogue.Item(l.resume.Item); ok {
				item = &found
			}
		} else {
			item = l.item
		}
		i.reveal(i.lines[i.mark].row)
	}
	i.primary.Says(label)
	if i.chosen != nil {
		i.chosen(item)
	}
}

// take opens the marked item, or continues the marked case.
func (i *Idle) take() {
	if i.mark >= len(i.lines) {
		return
	}
	l := i.lines[i.mark]
	i.b.Run(i.primary, func(ctx context.Context) error {
		if l.resume != nil {
			return i.b.Desk.Resume(ctx, l.resume.ID)
		}
		return i.b.Desk.Open(ctx, l.item.Code)
	})
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

// showShift says that the counter is closed, and what F8 does.
func (i *Idle) showShift(s desk.Shift) {
	key, closed := "ui.shift.key", ""
	if s.Closed {
		key, closed = "ui.shift.key.closed", i.b.T("ui.shift.closed.day")
		if s.Last.Seq > 0 && !s.Last.Open {
			closed = i.b.T("ui.shift.closed.since", s.Last.Time.Local().Format("2006-01-02 15:04"))
		}
	}
	if closed == i.closed {
		return
	}
	i.closed = closed
	i.second.Says(i.b.T(key))
	i.list()
}
