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
