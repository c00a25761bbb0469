// Package shift shows what is looked at before a counter opens, and what a counter
// leaves waiting when it closes. It computes nothing and decides nothing: the desk
// says what waits and whether the counter is open.
package shift

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Desk is what the page asks of the desk.
type Desk interface {
	Leftover(ctx context.Context) (desk.Leftover, error)
	OpenCounter(ctx context.Context) error
	CloseCounter(ctx context.Context, h desk.HandOver) error
	SendAgain(ctx context.Context, id casework.CaseID) error
	NoteSeen(ctx context.Context, id casework.CaseID) error
	Export(ctx context.Context, id casework.CaseID) (path string, err error)
}

// Bench is what the page works with.
type Bench struct {
	Desk     Desk
	T        func(key string, args ...any) string
	ItemName func(code casework.ItemCode) string
	Age      func(since time.Time) string
	Light    func(l desk.Light, key string) (fyne.ThemeColorName, string) // as the status line says it
	Now      func() time.Time
	Run      func(button *kit.Button, intent func(ctx context.Context) error)
	Load     func(read func(ctx context.Context) (show func()))
	Focus    func(f fyne.Focusable)
	Save     func(s desk.ShiftSummary) (path string, err error) // nil: nowhere
	Back     func()
}

// Page opens a closed counter and closes an open one.
type Page struct {
	b       Bench
	object  *fyne.Container
	problem *fyne.Container
	left    *fyne.Container
	list    *fyne.Container
	scroll  *fyne.Container // holds the left column
	waits   *fyne.Container // holds the list
	said    *kit.Text
	to      *kit.Entry
	save    *kit.Button
	primary *kit.Button
	again   *kit.Button
	seen    *kit.Button
	export  *kit.Button

	snap   desk.Snapshot
	before *desk.Problem // of before the page was opened: not the page's
	left0  desk.Leftover
	read   bool // left0 is known
	lines  []line
	mark   int
	note   casework.HandOverNote
	chosen bool // the note was chosen by a person
	drawn  string
	failed casework.RefusalKind // why what waits could not be read
}

// Typed is what a clerk had entered on a page, for the page that takes its place in
// another language.
type Typed struct {
	To     string
	Note   casework.HandOverNote
	Chosen bool
}

// New returns the page and asks what waits.
func New(b Bench, s desk.Snapshot, typed Typed) *Page {
	p := &Page{b: b, snap: s, before: s.Problem, note: typed.Note, chosen: typed.Chosen, problem: kit.Column(0), left: container.NewStack(),
		list: kit.Column(0), said: kit.Note("", kit.Ink2)}
	p.problem.Hide()
	p.to = kit.NewEntry(b.T("ui.shift.to.hint"))
	p.to.SetText(typed.To)
	p.to.Before = func(r rune) bool { return !numberRune(r) || len(p.to.Text) >= 16 }
	p.to.Enter = func() { b.Focus(nil) } // an input method sends Enter too: it does not close the counter
	p.again = kit.NewButton(kit.SecondaryButton, b.T("ui.shift.again"), "F5", p.doAgain)
	p.seen = kit.NewButton(kit.SecondaryButton, b.T("ui.shift.seen"), "F9", p.doSeen)
	p.export = kit.NewButton(kit.SecondaryButton, b.T("ui.shift.export"), "6", p.doExport)
	p.save = kit.NewButton(kit.SecondaryButton, b.T("ui.shift.save"), "F8", p.doSave)
	p.primary = kit.NewButton(kit.PrimaryButton, b.T("ui.shift.open"), "Enter", p.doPrimary).Wide(200)
	if b.Save == nil {
		p.save.Hide()
	}
	p.scroll, p.waits = kit.Scroll(kit.Inset(0, 12, 0, 2, p.left)), kit.Scroll(kit.Inset(0, 12, 0, 2, p.list))
	p.layout()
	p.draw()
	p.Reload()
	return p
}

func (p *Page) layout() {
	key := "ui.shift.close"
	if p.snap.Shift.Closed {
		key = "ui.shift.open"
	}
	p.primary.Says(p.b.T(key))
	back := kit.NewButton(kit.SecondaryButton, p.b.T("ui.back"), "Esc", p.b.Back)
	p.object = container.New(pageLayout{}, kit.Column(4, kit.Title(p.b.T(key+".title")), kit.Lead(p.b.T(key+".lead"))), p.problem,
		p.scroll, p.waits, p.said, kit.Actions(12, back, p.save, p.primary))
}

// Object returns what the window shows.
func (p *Page) Object() fyne.CanvasObject { return p.object }

// Typed returns what was entered.
func (p *Page) Typed() Typed { return Typed{To: p.to.Text, Note: p.note, Chosen: p.chosen} }

// Read reports whether what waits is shown.
func (p *Page) Read() bool { return p.read }

// Show draws a snapshot.
func (p *Page) Show(s desk.Snapshot) {
	changed := s.Queue != p.snap.Queue || len(s.Unfinished) != len(p.snap.Unfinished)
	p.snap = s
	p.refuse(s.Problem)
	p.draw()
	if changed {
		p.Reload()
	}
}

// Reload asks again what waits.
func (p *Page) Reload() {
	p.b.Load(func(ctx context.Context) func() {
		left, err := p.b.Desk.Leftover(ctx)
		return func() {
			if p.failed = casework.KindOf(err); err == nil {
				p.left0, p.read = left, true
			}
			p.drawn = ""
			p.draw()
		}
	})
}

// refuse shows why the last intent was refused, unless that was before the page.
func (p *Page) refuse(problem *desk.Problem) {
	p.problem.Hide()
	if problem != nil && problem != p.before && problem.Kind != casework.NotNow {
		key := "refusal." + string(problem.Kind)
		p.problem.Objects = []fyne.CanvasObject{kit.Notice(p.b.T(key+".what"), p.b.T(key+".do"), "", nil)}
		p.problem.Show()
	}
	p.problem.Refresh()
	p.object.Refresh()
}

// Key moves the mark and does what the keys of the buttons say; Escape is the
// window's.
func (p *Page) Key(name fyne.KeyName) bool {
	switch {
	case kit.IsEnter(name):
		p.primary.Press()
	case name == fyne.KeyDown:
		p.move(1)
	case name == fyne.KeyUp:
		p.move(-1)
	case name == fyne.KeyPageDown:
		kit.ScrollBy(p.scroll, kit.Em(160))
	case name == fyne.KeyPageUp:
		kit.ScrollBy(p.scroll, -kit.Em(160))
	case name == fyne.KeyF5:
		p.again.Press()
	case name == fyne.KeyF8:
		p.save.Press()
	case name == fyne.KeyF9:
		p.seen.Press()
	default:
		return false
	}
	return true
}

// Rune chooses a note by its number; 6 exports, 0 goes to the supervisor's number.
func (p *Page) Rune(r rune) bool {
	notes := casework.HandOverNotes()
	i := int(r - '1')
	switch {
	case r == '*':
		p.again.Press()
	case r == '+':
		p.save.Press()
	case r == '6':
		p.export.Press()
	case p.snap.Shift.Closed:
		return false
	case r == '0':
		p.to.Follows('0')
		p.b.Focus(p.to)
	case i >= 0 && i < len(notes):
		p.choose(notes[i])
	default:
		return false
	}
	return true
}

func (p *Page) choose(note casework.HandOverNote) {
	p.note, p.chosen, p.drawn = note, true, ""
	p.draw()
}

func numberRune(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}
