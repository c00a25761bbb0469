package step

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// frame is what every screen has: a title and a sentence, the refusal if there
// is one, the body, and the actions, always in the same corners.
type frame struct {
	b       *Bench
	object  *fyne.Container
	title   *kit.Text
	lead    *kit.Text
	problem *fyne.Container
	body    *fyne.Container
	left    *kit.Button // start over, or what stands for it
	second  *kit.Button // F8; may be nil
	primary *kit.Button // Enter
	scroll  *fyne.Container
	room    *fyne.Container // holds the scroll, or what fits itself
	shown   casework.RefusalKind
	wait    string
}

// newFrame builds a frame. left, second and primary may be nil.
func newFrame(b *Bench, key string, left, second, primary *kit.Button) *frame {
	f := &frame{b: b, title: kit.Title(b.T("ui." + key + ".title")), lead: kit.Lead(b.T("ui." + key + ".lead")),
		problem: kit.Column(0), body: kit.Column(20), left: left, second: second, primary: primary}
	f.problem.Hide()
	if primary != nil && second == nil { // beside a second button it may need the room
		primary.Wide(232)
	}
	head := kit.Column(4, f.title, f.lead)
	f.scroll = kit.Scroll(kit.Inset(4, 4, 12, 4, f.body))
	f.room = container.NewStack(f.scroll)
	f.object = container.New(frameLayout{}, head, f.problem, f.room, kit.Actions(12, left, second, primary))
	return f
}

// startOver returns the button that is on every screen of a running case.
func startOver(b *Bench) *kit.Button {
	return kit.NewButton(kit.SecondaryButton, b.T("ui.over"), "Esc", func() { b.Over() })
}

func (f *frame) Object() fyne.CanvasObject { return f.object }
func (f *frame) Tick()                     {}
func (f *frame) Close()                    {}
func (f *frame) Rune(r rune) bool          { return f.plus(r) }

// plus makes the keypad's + stand for F8.
func (f *frame) plus(r rune) bool {
	if r == '+' && f.second != nil {
		f.second.Press()
		return true
	}
	return false
}

// Key presses the primary action on Enter and the second one on F8.
func (f *frame) Key(name fyne.KeyName) bool {
	switch {
	case kit.IsEnter(name) && f.primary != nil:
		f.primary.Press()
	case name == fyne.KeyF8 && f.second != nil:
		f.second.Press()
	default:
		return false
	}
	return true
}

// fill replaces the body.
func (f *frame) fill(objects ...fyne.CanvasObject) {
	f.body.Objects = objects
	f.relayout()
}

// fit gives the room to one object that fits itself into it.
func (f *frame) fit(o fyne.CanvasObject) {
	f.room.Objects = []fyne.CanvasObject{kit.Inset(4, 4, 4, 4, o)}
	f.room.Refresh()
}

// reveal scrolls the body so that o can be seen.
func (f *frame) reveal(o fyne.CanvasObject) { kit.Reveal(f.scroll, o) }

func (f *frame) relayout() {
	f.body.Refresh()
	f.object.Refresh()
}

// refuse shows why the last intent was refused, or nothing.
func (f *frame) refuse(p *desk.Problem) {
	kind, wait := casework.RefusalKind(""), ""
	if p != nil {
		kind = p.Kind
		if p.Wait > 0 {
			wait = f.b.T("ui.problem.wait", minutes(p.Wait))
		}
	}
	if kind == f.shown && wait == f.wait {
		return
	}
	f.shown, f.wait = kind, wait
	f.problem.Hide()
	if kind != "" {
		f.problem.Objects = []fyne.CanvasObject{f.b.notice(kind, wait)}
		f.problem.Show()
	}
	f.problem.Refresh()
	f.object.Refresh()
}

// notice says what happened and what is safe, what to do, and where the rule is.
func (b *Bench) notice(kind casework.RefusalKind, wait string) fyne.CanvasObject {
	do := b.T("refusal." + string(kind) + ".do")
	if wait != "" {
		do += b.T("ui.sentence.gap") + wait
	}
	hint := kit.NewTap(kit.KeyHint("F1", b.T("ui.rule.key")), func() { b.Rule() })
	return kit.Notice(b.T("refusal."+string(kind)+".what"), do, "", hint)
}

type frameLayout struct{}

const maxContent = 1040

func (frameLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(480, 320) }

func (frameLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, problem, body, foot := objects[0], objects[1], objects[2], objects[3]
	side := float32(36)
	if size.Width < 720 {
		side = 24
	}
	w := min(size.Width-2*side, maxContent)
	x := (size.Width - w) / 2
	y := float32(32)
	put := func(o fyne.CanvasObject, y, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	}
	h := kit.HeightFor(head, w)
	put(head, y, h)
	y += h + 20
	if problem.Visible() {
		h = kit.HeightFor(problem, w)
		put(problem, y, h)
		y += h + 16
	}
	footHeight := kit.HeightFor(foot, w)
	footY := size.Height - footHeight - 28
	put(foot, footY, footHeight)
	body.Move(fyne.NewPos(x-4, y-4)) // room for focus rings, which the scroll would clip
	body.Resize(fyne.NewSize(w+8, max(footY-12-y+4, 0)))
}
