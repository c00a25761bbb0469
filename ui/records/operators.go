package records

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"counterfoil/app/casework"
	"counterfoil/ui/kit"
)

// OperatorsBench is what the operator log's page works with.
type OperatorsBench struct {
	Read func(ctx context.Context, day string) (acts []casework.OperatorAct, whole bool, err error)
	T    func(key string, args ...any) string
	Find func(key string) (string, bool)
	Now  func() time.Time
	Load func(read func(ctx context.Context) (show func()))
	Back func()
}

// Operators shows the operator log of one day: who did what, and what was refused,
// and whether the log's chain holds.
type Operators struct {
	b      OperatorsBench
	object *fyne.Container
	day    time.Time
	title  *kit.Text
	state  *fyne.Container
	list   *fyne.Container
	scroll *fyne.Container
	count  int
	asked  int // answers to older questions are dropped
}

// NewOperators returns the page and asks for today's acts.
func NewOperators(b OperatorsBench) *Operators {
	o := &Operators{b: b, day: b.Now().Local(), title: kit.Title(""), state: kit.Column(0), list: kit.Column(0)}
	o.scroll = kit.Scroll(kit.Inset(6, 6, 6, 6, o.list))
	ways := kit.Row(10, kit.NewTap(kit.KeyHint("←", b.T("ui.operators.before")), func() { o.move(-1) }),
		kit.NewTap(kit.KeyHint("→", b.T("ui.operators.after")), func() { o.move(1) }))
	head := kit.Row(12, kit.Flex(o.title), ways)
	foot := kit.Row(12, kit.NewButton(kit.SecondaryButton, b.T("ui.back"), "Esc", b.Back), kit.Space())
	o.object = container.New(operatorsLayout{}, head, o.state, kit.Layers(kit.Panel(kit.Surface, kit.Line, 12), kit.Inset(1, 1, 1, 1, o.scroll)), foot)
	o.ask()
	return o
}

// Object returns what the window shows.
func (o *Operators) Object() fyne.CanvasObject { return o.object }

// Count returns how many acts are listed.
func (o *Operators) Count() int { return o.count }

// Key goes to another day, or through the list.
func (o *Operators) Key(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyLeft:
		o.move(-1)
	case fyne.KeyRight:
		o.move(1)
	case fyne.KeyDown:
		kit.ScrollBy(o.scroll, kit.Em(40))
	case fyne.KeyUp:
		kit.ScrollBy(o.scroll, -kit.Em(40))
	case fyne.KeyPageDown:
		kit.ScrollBy(o.scroll, kit.Em(400))
	case fyne.KeyPageUp:
		kit.ScrollBy(o.scroll, -kit.Em(400))
	default:
		return false
	}
	return true
}

// move goes by days, up to today.
func (o *Operators) move(by int) {
	if next := o.day.AddDate(0, 0, by); !next.After(o.b.Now().Local()) {
		o.day = next
		o.ask()
	}
}

func (o *Operators) ask() {
	o.asked++
	mine, day := o.asked, o.day.Format("20060102")
	o.title.Set(o.b.T("ui.operators.title", o.day.Format(time.DateOnly)))
	o.b.Load(func(ctx context.Context) func() {
		acts, whole, err := o.b.Read(ctx, day)
		return func() {
			if mine == o.asked {
				o.show(acts, whole, casework.KindOf(err))
			}
		}
	})
}

func (o *Operators) show(acts []casework.OperatorAct, whole bool, failed casework.RefusalKind) {
	o.count = len(acts)
	state := kit.Hint(o.b.T("ui.operators.whole"), "", nil)
	switch {
	case failed != "":
		state = kit.Notice(o.b.T("refusal."+string(failed)+".what"), o.b.T("refusal."+string(failed)+".do"), "", nil)
	case !whole:
		state = kit.Notice(o.b.T("ui.operators.broken"), o.b.T("ui.operators.broken.do"), "", nil)
	}
	o.state.Objects = []fyne.CanvasObject{state}
	var rows []fyne.CanvasObject
	for i, a := range acts {
		if i > 0 {
			rows = append(rows, kit.Rule())
		}
		rows = append(rows, kit.Inset(7, 12, 7, 12, o.line(a)))
	}
	if len(rows) == 0 && failed == "" {
		rows = append(rows, kit.Inset(16, 16, 16, 16, kit.Lead(o.b.T("ui.operators.none"))))
	}
	o.list.Objects = rows
	o.list.Refresh()
	o.object.Refresh()
}

func (o *Operators) line(a casework.OperatorAct) fyne.CanvasObject {
	who := a.Clerk
	if who == "" {
		who = "—"
	}
	if a.Second != "" {
		who += " + " + a.Second
	}
	what := o.b.T("operation." + string(a.What))
	if a.Note != "" {
		what += " · " + o.word(a.Note)
	}
	below := o.b.T("ui.operators.seq", a.Seq)
	if a.Case != "" {
		below += " · " + o.b.T("ui.operators.case", string(a.Case[:min(8, len(a.Case))]))
	}
	result := kit.Badge(o.b.T("ui.operators.done"), kit.Done, kit.DoneSoft)
	if a.Why != "" {
		result = kit.Badge(o.b.T("ui.operators.refused"), kit.Failed, kit.FailedSoft)
		below += " · " + o.b.T("refusal."+string(a.Why)+".what")
	}
	return kit.RowTop(16, kit.Sized(kit.Em(76), 0, kit.NewText(a.Time.Local().Format(time.TimeOnly), kit.TextStyle{Size: 15, Color: kit.Ink2})),
		kit.Sized(kit.Em(120), 0, kit.NewText(who, kit.TextStyle{Size: 15, Color: kit.Ink, Bold: true})),
		kit.Flex(kit.Column(2, kit.NewText(what, kit.TextStyle{Size: 15, Color: kit.Ink, Wrap: true}), kit.Note(below, kit.Ink2))), result)
}

// word says a note of the log, which is a word of the program.
func (o *Operators) word(note string) string {
	for _, table := range []string{"operation.note.", "step.", "reason."} {
		if words, ok := o.b.Find(table + note); ok {
			return words
		}
	}
	return note
}
