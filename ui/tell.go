package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"counterfoil/app/explain"
	"counterfoil/ui/kit"
	"counterfoil/ui/look"
)

// Telling is what Tell needs. Texts and Fonts must be set.
type Telling struct {
	Texts    Texts
	Fonts    look.Fonts
	Icon     []byte // PNG; may be nil
	Language string // "zh-CN" (and "") or "en"
	Mode     look.Mode
	Scale    float32 // of texts; 0: 1
}

// telling is the window that says why the program did not start, to a person
// who clicked an icon and would otherwise see nothing at all.
type telling struct {
	opt    Telling
	app    fyne.App
	win    fyne.Window
	err    error
	redraw func()
	scroll *fyne.Container
}

func newTelling(app fyne.App, opt Telling, err error) *telling {
	t := bareTelling(app, opt)
	t.err, t.redraw = err, t.drawProblem
	t.win.Canvas().SetOnTypedKey(t.key)
	t.draw()
	return t
}

// bareTelling is the small window before anything stands in it.
func bareTelling(app fyne.App, opt Telling) *telling {
	full := Options{Language: opt.Language, Mode: opt.Mode, Scale: opt.Scale}.complete()
	opt.Language, opt.Mode, opt.Scale = full.Language, full.Mode, full.Scale
	t := &telling{opt: opt, app: app, win: app.NewWindow(Title)}
	t.win.SetPadded(false)
	t.win.Resize(tellSize(opt.Scale))
	t.win.CenterOnScreen()
	return t
}

func (t *telling) t(key string, args ...any) string {
	return t.opt.Texts.T(t.opt.Language, key, args...)
}

// tellSize grows with the letters, and fits the smallest screen.
func tellSize(scale float32) fyne.Size {
	return fyne.NewSize(min(760*scale, 960), min(560*scale, 680))
}

func (t *telling) draw() {
	t.app.Settings().SetTheme(look.New(t.opt.Mode, t.opt.Scale, t.opt.Fonts))
	t.redraw()
}

// drawProblem says what happened and what to do, and below it, for the administrator,
// every problem with its line.
func (t *telling) drawProblem() {
	what, lines := explain.Explain(t.opt.Texts.T, t.opt.Language, t.err)
	do := ""
	if len(lines) > 0 {
		do, lines = lines[0], lines[1:]
	}
	var rows []fyne.CanvasObject
	for i, l := range lines {
		if i > 0 {
			rows = append(rows, kit.Rule())
		}
		rows = append(rows, kit.Body(l))
	}
	t.scroll = kit.Scroll(kit.Inset(4, 0, 4, 0, kit.Column(8, rows...)))
	head := kit.Column(16, kit.Title(t.t("ui.tell.title")), kit.Notice(what, do, "", nil))
	list := kit.Layers(kit.Panel(kit.Surface, kit.Line, 10), kit.Inset(6, 16, 6, 16, t.scroll))
	if len(lines) > 0 {
		head.Add(kit.Small(t.t("ui.tell.details"), kit.Ink2))
	} else {
		list.Hide()
	}
	keys := kit.Row(10, kit.NewTap(kit.KeyHint("F6", t.t("ui.key.F6")), t.nextLanguage), kit.Space(),
		kit.NewButton(kit.PrimaryButton, t.t("ui.tell.close"), "Enter", t.win.Close).Wide(200))
	t.win.SetContent(container.NewStack(kit.Fill(kit.Ground), container.New(tellLayout{}, head, list, keys)))
}

func (t *telling) key(event *fyne.KeyEvent) {
	switch name := event.Name; {
	case kit.IsEnter(name), name == fyne.KeyEscape:
		t.win.Close()
	case name == fyne.KeyF6:
		t.nextLanguage()
	case name == fyne.KeyF7:
		t.opt.Mode = next(look.Modes(), t.opt.Mode)
		t.draw()
	case name == fyne.KeyDown, name == fyne.KeyPageDown:
		kit.ScrollBy(t.scroll, kit.Em(96))
	case name == fyne.KeyUp, name == fyne.KeyPageUp:
		kit.ScrollBy(t.scroll, -kit.Em(96))
	}
}

func (t *telling) nextLanguage() {
	t.opt.Language = next(t.opt.Texts.Languages(), t.opt.Language)
	t.draw()
}

// tellLayout gives the list what the words above and the button below leave.
type tellLayout struct{}

func (tellLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(560, 360) }

func (tellLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	const side, gap = 32, 12
	w := size.Width - 2*side
	head, foot := kit.HeightFor(o[0], w), kit.HeightFor(o[2], w)
	put := func(o fyne.CanvasObject, y, h float32) {
		o.Move(fyne.NewPos(side, y))
		o.Resize(fyne.NewSize(w, max(h, 0)))
	}
	bottom := size.Height - 28 - foot
	put(o[0], 28, head)
	put(o[1], 28+head+gap, min(kit.HeightFor(o[1], w), bottom-gap-28-head-gap))
	put(o[2], bottom, foot)
}
