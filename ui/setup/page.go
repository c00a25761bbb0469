// Package setup shows what a clerk may set (language, appearance, text scale),
// how the devices are, and which program this is. It sets nothing itself.
package setup

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"counterfoil/ui/kit"
)

// Choices are the settings that the page shows and hands back changed.
type Choices struct {
	Language string
	Mode     string
	Scale    float32
}

// Bench is what the page works with.
type Bench struct {
	T         func(key string, args ...any) string
	Languages []string // by code, in the order offered
	Modes     []string
	Now       Choices
	Set       func(Choices)
	Devices   [][2]string // name and state, in words
	More      func()      // the devices' own page
	About     [][2]string
	Back      func()
}

// scales are the text scales that are offered.
func scales() []float32 { return []float32{0.9, 1, 1.15, 1.3, 1.5} }

// Page is the settings page.
type Page struct {
	b      Bench
	object *fyne.Container
	groups []*kit.Choices
}

// New returns the page.
func New(b Bench) *Page {
	p := &Page{b: b}
	back := kit.NewButton(kit.PrimaryButton, b.T("ui.back"), "Esc", b.Back).Wide(200)
	left := kit.Column(20, p.language(), p.mode(), p.scale())
	right := kit.Column(20, p.table("ui.setup.devices", kit.NewTap(kit.KeyHint("F10", b.T("ui.devices.title")), b.More), b.Devices), p.table("ui.setup.about", nil, b.About))
	body := kit.Column(20, kit.Column(4, kit.Title(b.T("ui.setup.title")), kit.Lead(b.T("ui.setup.lead"))),
		kit.RowTop(20, kit.Flex(left), kit.Flex(right)))
	p.object = container.NewBorder(nil, kit.Inset(12, 36, 28, 36, kit.Row(12, kit.Space(), back)), nil, nil,
		kit.Scroll(kit.Inset(28, 36, 0, 36, body)))
	return p
}

// Object returns what the window shows.
func (p *Page) Object() fyne.CanvasObject { return p.object }

// Key has nothing of its own: Escape is the window's.
func (p *Page) Key(name fyne.KeyName) bool {
	if kit.IsEnter(name) {
		p.b.Back()
		return true
	}
	return false
}

func (p *Page) language() fyne.CanvasObject {
	var labels []string
	for _, l := range p.b.Languages {
		labels = append(labels, p.b.T("ui.language."+l))
	}
	return p.group("ui.setup.language", "F6", labels, slices.Index(p.b.Languages, p.b.Now.Language), func(i int) {
		next := p.b.Now
		next.Language = p.b.Languages[i]
		p.b.Set(next)
	})
}

func (p *Page) mode() fyne.CanvasObject {
	var labels []string
	for _, m := range p.b.Modes {
		labels = append(labels, p.b.T("ui.mode."+m))
	}
	return p.group("ui.setup.mode", "F7", labels, slices.Index(p.b.Modes, p.b.Now.Mode), func(i int) {
		next := p.b.Now
		next.Mode = p.b.Modes[i]
		p.b.Set(next)
	})
}

func (p *Page) scale() fyne.CanvasObject {
	var labels []string
	for _, s := range scales() {
		labels = append(labels, strconv.Itoa(int(s*100+0.5))+" %")
	}
	return p.group("ui.setup.scale", "", labels, slices.Index(scales(), p.b.Now.Scale), func(i int) {
		next := p.b.Now
		next.Scale = scales()[i]
		p.b.Set(next)
	})
}

func (p *Page) group(title, key string, labels []string, mark int, taken func(int)) fyne.CanvasObject {
	var extra fyne.CanvasObject
	if key != "" {
		extra = kit.KeyCap(key)
	}
	offer := kit.NewSegments(labels, mark, key == "", taken)
	p.groups = append(p.groups, offer)
	return kit.Card(p.b.T(title), extra, offer.Object)
}

func (p *Page) table(title string, extra fyne.CanvasObject, lines [][2]string) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for i, l := range lines {
		if i > 0 {
			rows = append(rows, kit.Rule())
		}
		rows = append(rows, kit.RowTop(16, kit.Sized(kit.Em(110), 0, kit.NewText(l[0], kit.TextStyle{Size: 15, Color: kit.Ink2})), kit.Flex(kit.Body(l[1]))))
	}
	return kit.Card(p.b.T(title), extra, rows...)
}

// Rune sets the text scale by its number.
func (p *Page) Rune(r rune) bool { return p.groups[2].Digit(r) }
