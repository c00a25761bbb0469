package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Tap makes any content a thing to press: a row of a list, a key hint. It takes
// no focus; lists move their mark with the arrow keys instead.
type Tap struct {
	widget.BaseWidget
	content fyne.CanvasObject
	ground  *canvas.Rectangle
	action  func()
	marked  bool
	hovered bool
	framed  bool // shows its edge while it is not marked
}

// NewTap returns a pressable content with round corners.
func NewTap(content fyne.CanvasObject, action func()) *Tap {
	t := &Tap{content: content, action: action, ground: Panel(Clear, Clear, 8)}
	t.ExtendBaseWidget(t)
	return t
}

// Framed makes the row show its edge.
func (t *Tap) Framed() *Tap {
	t.framed = true
	return t
}

// Mark shows the row as the one that Enter takes.
func (t *Tap) Mark(yes bool) {
	if t.marked != yes {
		t.marked = yes
		t.paint()
	}
}

// Marked reports whether Enter takes this row.
func (t *Tap) Marked() bool { return t.marked }

func (t *Tap) paint() {
	ground, line := Clear, Clear
	if t.framed {
		ground, line = Surface, Line
	}
	if t.hovered {
		ground, line = Hover, Hover
	}
	if t.marked {
		ground, line = PrimarySoft, Primary
	}
	t.ground.Hidden = ground == Clear // OpenGL draws a grey edge around nothing
	t.ground.FillColor, t.ground.StrokeColor = colorOf(ground), colorOf(line)
	t.ground.Refresh()
}

// Tapped does the action.
func (t *Tap) Tapped(*fyne.PointEvent) {
	if t.action != nil {
		t.action()
	}
}

// MouseIn is Fyne's.
func (t *Tap) MouseIn(*desktop.MouseEvent) { t.hovered = true; t.paint() }

// MouseMoved is Fyne's.
func (t *Tap) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is Fyne's.
func (t *Tap) MouseOut() { t.hovered = false; t.paint() }

// Cursor is a hand.
func (t *Tap) Cursor() desktop.Cursor { return desktop.PointerCursor }

// HeightFor returns the content's height.
func (t *Tap) HeightFor(width float32) float32 { return HeightFor(t.content, width) }

// MinSize returns the content's.
func (t *Tap) MinSize() fyne.Size {
	t.ExtendBaseWidget(t)
	return t.content.MinSize()
}

// CreateRenderer is Fyne's.
func (t *Tap) CreateRenderer() fyne.WidgetRenderer {
	t.paint()
	return &tapRenderer{t}
}

type tapRenderer struct{ tap *Tap }

func (r *tapRenderer) Destroy()           {}
func (r *tapRenderer) MinSize() fyne.Size { return r.tap.MinSize() }
func (r *tapRenderer) Refresh()           { r.tap.paint(); r.tap.content.Refresh() }
func (r *tapRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.tap.ground, r.tap.content}
}
func (r *tapRenderer) Layout(size fyne.Size) {
	r.tap.ground.Resize(size)
	r.tap.content.Resize(size)
}
