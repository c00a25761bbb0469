package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Dialog asks one thing over the window. Enter does the primary action or takes
// the marked choice, Escape closes, a number chooses. It is content of the
// window and no Fyne overlay, so that the window's one key handler stays in
// charge.
type Dialog struct {
	Title   string
	Body    fyne.CanvasObject // may be nil
	Choices *Choices          // may be nil
	Primary *Button           // may be nil
	Close   *Button
	Width   float32 // pixels at 100 %; 0: 520
	Entry   *Entry  // takes the focus; may be nil
	Other   func()  // F8; may be nil
}

// Key handles a key; a dialog is modal, so none goes on.
func (d *Dialog) Key(name fyne.KeyName) {
	switch {
	case name == fyne.KeyEscape:
		d.Close.Press()
	case name == fyne.KeyF8 && d.Other != nil:
		d.Other()
	case d.Choices != nil && d.Choices.Key(name):
	case IsEnter(name) && d.Primary != nil:
		d.Primary.Press()
	case IsEnter(name) && d.Choices == nil:
		d.Close.Press()
	}
}

// Rune handles a typed character: numbers choose, minus closes.
func (d *Dialog) Rune(r rune) {
	if r == '-' {
		d.Close.Press()
	}
	if d.Choices != nil {
		d.Choices.Digit(r)
	}
}

// Object returns the dialog with what darkens the window behind it.
func (d *Dialog) Object() fyne.CanvasObject {
	body := []fyne.CanvasObject{NewText(d.Title, TextStyle{Size: 20, Color: Ink, Bold: true, Wrap: true})}
	if d.Body != nil {
		body = append(body, d.Body)
	}
	if d.Choices != nil {
		body = append(body, d.Choices.Object)
	}
	actions := []fyne.CanvasObject{d.Close, Space()}
	if d.Primary != nil {
		actions = append(actions, d.Primary)
	}
	body = append(body, Inset(8, 0, 0, 0, Row(12, actions...)))
	width := d.Width
	if width == 0 {
		width = 520
	}
	panel := Layers(Panel(Surface, Line, 14), Inset(28, 28, 24, 28, Column(16, body...)))
	return container.New(&layers{}, newScrim(d.Close.Press), container.New(&centre{width}, panel))
}

type centre struct{ width float32 }

func (c *centre) MinSize(objects []fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }
func (c *centre) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w := min(Em(c.width), size.Width-48)
	h := min(HeightFor(objects[0], w), size.Height-48)
	objects[0].Resize(fyne.NewSize(w, h))
	objects[0].Move(fyne.NewPos((size.Width-w)/2, (size.Height-h)*0.4))
}

// scrim darkens what is behind a dialog and keeps the pointer from it.
type scrim struct {
	widget.BaseWidget
	close func()
}

func newScrim(close func()) *scrim {
	s := &scrim{close: close}
	s.ExtendBaseWidget(s)
	return s
}

func (s *scrim) Tapped(*fyne.PointEvent) { s.close() }
func (s *scrim) CreateRenderer() fyne.WidgetRenderer {
	return anew(widget.NewSimpleRenderer(canvas.NewRectangle(colorOf(Scrim))), s.Size())
}
