// Package devices shows what is attached to the counter, what each device can
// do, and a live test of each, with a result that can be saved for whoever looks
// after the counter. It opens no device: the desk does.
package devices

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Desk is what the page asks of the desk.
type Desk interface {
	Try(ctx context.Context, of desk.Tried) error
	EndTry()
	TryStill(ctx context.Context) error
	Preview(ctx context.Context) <-chan []byte
}

// Bench is what the page works with.
type Bench struct {
	Desk   Desk
	T      func(key string, args ...any) string
	Light  func(l desk.Light, key string) (fyne.ThemeColorName, string) // as the status line says it
	Typing bool                                                         // a scanner may type into the window
	// Monitors names the monitors that the citizen's window may go to, a line each;
	// none where there is no such window.
	Monitors func() []string
	About    []string // program and place, for the saved result
	Now      func() time.Time
	Run      func(button *kit.Button, intent func(ctx context.Context) error)
	Load     func(read func(ctx context.Context) (show func()))
	Type     func(intent func())
	Follow   func(open func(ctx context.Context) <-chan []byte, each func([]byte)) (end func())
	Save     func(text string) (path string, err error) // keeps the result as a file
	Copy     func(text string)                          // to the clipboard
	Back     func()
}

// Page is the devices page.
type Page struct {
	b       Bench
	object  *fyne.Container
	left    *fyne.Container
	test    *test
	act     *kit.Button // what can be done in the test under way
	save    *kit.Button
	said    *kit.Text
	snap    desk.Snapshot
	drawn   string // what the left column shows
	results map[desk.Tried]desk.Trial
}

// New returns the page. before is the page that it takes the place of, in another
// language or appearance: its results stand, and so does its test; nil: none.
func New(b Bench, s desk.Snapshot, before *Page) *Page {
	p := &Page{b: b, left: container.NewStack(), results: map[desk.Tried]desk.Trial{}}
	if before != nil {
		p.results = before.results
		before.test.close()
	}
	p.test = newTest(b)
	p.said = kit.Note("", kit.Ink2)
	p.act = kit.NewButton(kit.SecondaryButton, b.T("ui.devices.still"), "F8", p.doAct)
	p.save = kit.NewButton(kit.PrimaryButton, b.T("ui.devices.save"), "Enter", p.doSave)
	back := kit.NewButton(kit.SecondaryButton, b.T("ui.back"), "Esc", b.Back)
	body := kit.Column(20, kit.Column(4, kit.Title(b.T("ui.devices.title")), kit.Lead(b.T("ui.devices.lead"))),
		kit.RowTop(20, kit.Flex(p.left), kit.Flex(kit.Column(14, p.test.object, p.said))))
	p.object = container.NewBorder(nil, kit.Inset(12, 36, 28, 36, kit.Actions(12, back, p.act, p.save)), nil, nil,
		kit.Scroll(kit.Inset(28, 36, 0, 36, body)))
	p.Show(s)
	return p
}

// Object returns what the window shows.
func (p *Page) Object() fyne.CanvasObject { return p.object }

// Close ends the test under way.
func (p *Page) Close() {
	p.test.close()
	p.b.Type(p.b.Desk.EndTry)
}

// Scanning reports whether a scan belongs to the test and not to a case.
func (p *Page) Scanning() bool { return p.snap.Trial != nil && p.snap.Trial.Of == desk.TryScanner }

// Show draws a snapshot.
func (p *Page) Show(s desk.Snapshot) {
	p.snap = s
	if t := s.Trial; t != nil && (t.Reports+t.Frames+t.Scans > 0 || p.results[t.Of].Of == "") { // one that was begun again has nothing yet
		p.results[t.Of] = *t
	}
	if now := p.signature(); now != p.drawn {
		p.drawn = now
		p.left.Objects = []fyne.CanvasObject{p.cards()}
		p.left.Refresh()
	}
	before := p.test.object.MinSize().Height
	p.test.show(s)
	if p.test.object.MinSize().Height != before {
		p.object.Refresh() // what stands around the test makes room for it
	}
	switch {
	case s.Trial != nil && isCamera(s.Trial.Of):
		p.act.Says(p.b.T("ui.devices.still"))
	default:
		p.act.Says(p.b.T("ui.devices.again"))
	}
	p.act.Allow(s.Trial != nil)
}

// Key acts on F8 and Enter; Escape is the window's.
func (p *Page) Key(name fyne.KeyName) bool {
	switch {
	case name == fyne.KeyF8:
		p.act.Press()
	case name == fyne.KeyF5:
		p.copyRule()
	case kit.IsEnter(name):
		p.save.Press()
	default:
		return false
	}
	return true
}

// Rune starts a test by its number.
func (p *Page) Rune(r rune) bool {
	i := int(r - '1')
	if i < 0 || i >= len(p.order()) {
		return false
	}
	p.try(p.order()[i])
	return true
}

// order is the devices in the order of the page. A camera for pages stands there
// where the counter has one.
func (p *Page) order() []desk.Tried {
	if s := p.snap.Document.State; s == desk.Absent || s == desk.Unknown {
		return []desk.Tried{desk.TryPad, desk.TryCamera, desk.TryScanner}
	}
	return []desk.Tried{desk.TryPad, desk.TryCamera, desk.TryDocument, desk.TryScanner}
}

func isCamera(of desk.Tried) bool { return of == desk.TryCamera || of == desk.TryDocument }

func (p *Page) try(of desk.Tried) {
	p.said.Set("")
	p.b.Run(nil, func(ctx context.Context) error { return p.b.Desk.Try(ctx, of) })
}

// copyRule puts the first rule that is missing on the clipboard.
func (p *Page) copyRule() {
	for _, of := range p.order() {
		if rule := ruleIn(p.light(of).Detail); rule != "" {
			p.b.Copy(rule)
			p.said.Paint(kit.Ink2)
			p.said.Set(p.b.T("ui.devices.copied"))
			return
		}
	}
}

// doAct takes a picture with the camera that is tried, and starts any other test
// anew, on a clean display.
func (p *Page) doAct() {
	t := p.snap.Trial
	switch {
	case t == nil:
	case isCamera(t.Of):
		p.b.Run(p.act, p.b.Desk.TryStill)
	default:
		p.try(t.Of)
	}
}

func (p *Page) doSave() {
	text := p.report()
	p.save.Lock(true)
	p.b.Load(func(context.Context) func() {
		path, err := p.b.Save(text)
		return func() {
			p.save.Lock(false)
			if err != nil {
				p.said.Paint(kit.Failed)
				p.said.Set(p.b.T("ui.devices.unsaved"))
				return
			}
			p.said.Paint(kit.Ink2)
			p.said.Set(p.b.T("ui.devices.saved", path))
		}
	})
}
