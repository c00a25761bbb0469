package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Stir lies below a window's content and hears the pointer wherever nothing above
// it does. It shows nothing.
type Stir struct {
	widget.BaseWidget
	moved func()
}

// NewStir returns one that calls moved, in the window's turn, for every move.
func NewStir(moved func()) *Stir {
	s := &Stir{moved: moved}
	s.ExtendBaseWidget(s)
	return s
}

// MouseIn is Fyne's.
func (s *Stir) MouseIn(*desktop.MouseEvent) { s.moved() }

// MouseMoved is Fyne's.
func (s *Stir) MouseMoved(*desktop.MouseEvent) { s.moved() }

// MouseOut is Fyne's.
func (s *Stir) MouseOut() {}

// CreateRenderer is Fyne's.
func (s *Stir) CreateRenderer() fyne.WidgetRenderer {
	return anew(widget.NewSimpleRenderer(canvas.NewRectangle(colorOf(Clear))), s.Size())
}
