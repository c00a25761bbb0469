package records

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"counterfoil/app/casework"
	"counterfoil/ui/kit"
)

// Desk is what the records ask of the desk.
type Desk interface {
	Day(ctx context.Context, query string) ([]casework.CaseRecord, error)
	Content(ctx context.Context, id casework.CaseID, seq int) ([]casework.Attachment, error)
	Export(ctx context.Context, id casework.CaseID) (path string, err error)
	Resume(ctx context.Context, id casework.CaseID) error
	Unbound(ctx context.Context, id casework.CaseID) (time.Time, error) // zero: it was not
}

// Bench is what the page works with.
type Bench struct {
	Desk     Desk
	T        func(key string, args ...any) string
	ItemName func(code casework.ItemCode) string
	Acting   func(code casework.ItemCode) string // the word for that somebody acts in a case of this item
	Age      func(since time.Time) string
	Idle     func() bool // no case is open: one can be continued
	Run      func(button *kit.Button, intent func(ctx context.Context) error)
	Load     func(read func(ctx context.Context) (show func()))
	Focus    func(f fyne.Focusable)
	Back     func() // to the case
	May      func(d casework.Duty) bool
}

// Page lists the day's cases and shows one.
type Page struct {
	b       Bench
	object  *fyne.Container
	entry   *kit.Entry
	list    *fyne.Container
	scroll  *fyne.Container
	detail  *fyne.Container
	records []casework.CaseRecord
	rows    []*kit.Tap
	mark    int
	wanted  string // the newest query; answers to older ones are dropped
	said    string // where a bundle was written
	content []casework.FormValue
	unbound time.Time // when the marked case's grant was, and its content wiped; zero: not
	resume  *kit.Button
	export  *kit.Button
	failed  casework.RefusalKind
}

// New returns the page and asks for the day's cases.
func New(b Bench) *Page {
	p := &Page{b: b, list: kit.Column(0), detail: container.New(layoutFill{})}
	p.entry = kit.NewEntry(b.T("ui.records.search"))
	p.entry.OnChanged = func(q string) { p.search(q) }
	p.resume = kit.NewButton(kit.PrimaryButton, b.T("ui.records.resume"), "Enter", p.doResume).Wide(200)
	p.export = kit.NewButton(kit.SecondaryButton, b.T("ui.records.export"), "F8", p.doExport)
	back := kit.NewButton(kit.SecondaryButton, b.T("ui.back"), "Esc", b.Back)
	p.scroll = kit.Scroll(kit.Inset(6, 6, 6, 6, p.list))
	p.object = container.New(pageLayout{}, kit.Title(b.T("ui.records.title")), kit.Field(p.entry, nil),
		kit.Layers(kit.Panel(kit.Surface, kit.Line, 12), kit.Inset(1, 1, 1, 1, p.scroll)),
		p.detail, kit.Row(12, back, kit.Space(), p.export, p.resume))
	p.draw()
	p.search("")
	return p
}

// Object returns what the window shows.
func (p *Page) Object() fyne.CanvasObject { return p.object }

// Entry returns the search line, for the focus.
func (p *Page) Entry() *kit.Entry { return p.entry }

func (p *Page) search(query string) {
	p.wanted = query
	p.b.Load(func(ctx context.Context) func() {
		found, err := p.b.Desk.Day(ctx, query)
		return func() {
			if query != p.wanted {
				return
			}
			p.failed = casework.KindOf(err)
			p.records = found
			p.at(0)
			p.draw()
			p.askUnbound()
		}
	})
}

// Reload asks again, after something changed. The case that is marked stays so wherever
// it comes to stand; what is shown of one that is gone goes, too.
func (p *Page) Reload() {
	query := p.wanted
	p.b.Load(func(ctx context.Context) func() {
		found, err := p.b.Desk.Day(ctx, query)
		return func() {
			if query == p.wanted && err == nil {
				p.stay(found)
				p.draw()
				p.askUnbound()
			}
		}
	})
}

func (p *Page) stay(found []casework.CaseRecord) {
	before := p.marked()
	p.records, p.mark = found, slices.IndexFunc(found, func(r casework.CaseRecord) bool { return before != nil && r.ID == before.ID })
	if p.mark < 0 {
		p.at(0)
	}
}

// at marks another case: what was shown of the one before goes.
func (p *Page) at(i int) { p.mark, p.said, p.content, p.unbound = i, "", nil, time.Time{} }

// Key moves the mark, continues on Enter, exports on F8, shows content on F9.
func (p *Page) Key(name fyne.KeyName) bool {
	switch {
	case name == fyne.KeyDown:
		p.move(1)
	case name == fyne.KeyUp:
		p.move(-1)
	case kit.IsEnter(name):
		p.resume.Press()
	case name == fyne.KeyF8:
		p.export.Press()
	case name == fyne.KeyF9:
		p.open()
	default:
		return false
	}
	return true
}

func (p *Page) move(by int) {
	if len(p.rows) == 0 {
		return
	}
	p.take(min(max(p.mark+by, 0), len(p.rows)-1))
}

func (p *Page) take(i int) {
	p.at(i)
	for n, row := range p.rows {
		row.Mark(n == i)
	}
	kit.Reveal(p.scroll, p.rows[i])
	p.drawDetail()
	p.askUnbound()
}

// askUnbound learns whether the citizen has unbound the marked case.
func (p *Page) askUnbound() {
	r := p.marked()
	if r == nil {
		return
	}
	id := r.ID
	p.b.Load(func(ctx context.Context) func() {
		at, err := p.b.Desk.Unbound(ctx, id)
		return func() {
			if now := p.marked(); err == nil && now != nil && now.ID == id && !at.Equal(p.unbound) {
				p.unbound = at
				p.drawDetail()
			}
		}
	})
}

func (p *Page) marked() *casework.CaseRecord {
	if p.mark < len(p.records) {
		return &p.records[p.mark]
	}
	return nil
}

func (p *Page) doResume() {
	if r := p.marked(); r != nil {
		id := r.ID
		p.b.Run(p.resume, func(ctx context.Context) error { return p.b.Desk.Resume(ctx, id) })
		p.b.Back()
	}
}

func (p *Page) doExport() {
	r := p.marked()
	if r == nil {
		return
	}
	id := r.ID
	p.b.Run(p.export, func(ctx context.Context) error {
		path, err := p.b.Desk.Export(ctx, id)
		if err == nil {
			p.b.Load(func(context.Context) func() {
				return func() { p.said = path; p.drawDetail() }
			})
		}
		return err
	})
}

// Said tells where a bundle was written.
func (p *Page) Said(path string) {
	p.said = path
	p.drawDetail()
}

// Wiped reports whether the marked case is shown as unbound, its content wiped.
func (p *Page) Wiped() bool { return !p.unbound.IsZero() }

// Count returns how many cases are listed.
func (p *Page) Count() int { return len(p.records) }
