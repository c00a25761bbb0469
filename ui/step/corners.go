package step

import (
	"image"
	"math"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"counterfoil/app/casework"
	"counterfoil/ui/kit"
)

// corners is a picture with four corners that can be moved: with the pointer, the
// nearest one, or the chosen one by a step. They never leave the picture.
type corners struct {
	widget.BaseWidget
	at     casework.Corners // in the picture's own pixels
	size   image.Point      // of the picture
	chosen int
	held   bool // the pointer holds the chosen one

	picture *canvas.Image
	lines   [4]*canvas.Line
	knobs   [4]*canvas.Circle
	numbers [4]*canvas.Text
}

func newCorners() *corners {
	c := &corners{picture: &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}}
	for i := range 4 {
		c.lines[i] = canvas.NewLine(theme.Color(kit.Primary))
		c.lines[i].StrokeWidth = 2
		c.knobs[i] = canvas.NewCircle(theme.Color(kit.Surface))
		c.knobs[i].StrokeColor, c.knobs[i].StrokeWidth = theme.Color(kit.Primary), 3
		c.numbers[i] = canvas.NewText(strconv.Itoa(i+1), theme.Color(kit.Ink))
		c.numbers[i].Alignment, c.numbers[i].TextStyle.Bold = fyne.TextAlignCenter, true
	}
	c.ExtendBaseWidget(c)
	return c
}

// show puts a picture there, whose own size may be larger.
func (c *corners) show(img *image.RGBA, size image.Point, at casework.Corners) {
	c.picture.Image, c.size, c.chosen = img, size, 0
	c.set(at)
}

func (c *corners) clear() { c.picture.Image, c.size = nil, image.Point{} }

func (c *corners) set(at casework.Corners) {
	for i := range at {
		c.put(i, at[i])
	}
	c.Refresh()
}

func (c *corners) put(i int, to casework.Corner) {
	c.at[i] = casework.Corner{X: min(max(to.X, 0), float64(c.size.X)), Y: min(max(to.Y, 0), float64(c.size.Y))}
}

func (c *corners) choose(i int) {
	c.chosen = i
	c.Refresh()
}

// move moves the chosen corner by pixels of the picture.
func (c *corners) move(by casework.Corner) {
	at := c.at[c.chosen]
	c.put(c.chosen, casework.Corner{X: at.X + by.X, Y: at.Y + by.Y})
	c.Refresh()
}

// fitted returns where the picture lies in the widget, and how large one of its
// own pixels is there.
func (c *corners) fitted() (origin fyne.Position, scale float32) {
	if c.size.X == 0 || c.size.Y == 0 {
		return fyne.Position{}, 0
	}
	room := c.Size()
	scale = min(room.Width/float32(c.size.X), room.Height/float32(c.size.Y))
	return fyne.NewPos((room.Width-scale*float32(c.size.X))/2, (room.Height-scale*float32(c.size.Y))/2), scale
}

func (c *corners) place(i int) fyne.Position {
	origin, scale := c.fitted()
	return origin.AddXY(float32(c.at[i].X)*scale, float32(c.at[i].Y)*scale)
}

// nearest returns the corner that is nearest to a place.
func (c *corners) nearest(to fyne.Position) int {
	best, least := 0, math.Inf(1)
	for i := range 4 {
		d := c.place(i).Subtract(to)
		if far := math.Hypot(float64(d.X), float64(d.Y)); far < least {
			best, least = i, far
		}
	}
	return best
}

// MouseDown takes the nearest corner, so that a press anywhere is a beginning.
func (c *corners) MouseDown(e *desktop.MouseEvent) { c.choose(c.nearest(e.Position)) }

// MouseUp is Fyne's.
func (c *corners) MouseUp(*desktop.MouseEvent) { c.held = false }

// Dragged takes the corner along that was pressed.
func (c *corners) Dragged(e *fyne.DragEvent) {
	origin, scale := c.fitted()
	if scale == 0 {
		return
	}
	if !c.held {
		c.chosen, c.held = c.nearest(e.Position.SubtractXY(e.Dragged.DX, e.Dragged.DY)), true
	}
	c.put(c.chosen, casework.Corner{X: float64((e.Position.X - origin.X) / scale), Y: float64((e.Position.Y - origin.Y) / scale)})
	c.Refresh()
}

// DragEnd is Fyne's.
func (c *corners) DragEnd() { c.held = false }

// Cursor is a cross.
func (c *corners) Cursor() desktop.Cursor { return desktop.CrosshairCursor }

// MinSize is small: the picture takes what room there is.
func (c *corners) MinSize() fyne.Size { c.ExtendBaseWidget(c); return fyne.NewSize(160, 120) }

// CreateRenderer is Fyne's.
func (c *corners) CreateRenderer() fyne.WidgetRenderer { return &cornersRenderer{c} }

type cornersRenderer struct{ c *corners }

func (r *cornersRenderer) Destroy()           {}
func (r *cornersRenderer) MinSize() fyne.Size { return r.c.MinSize() }
func (r *cornersRenderer) Refresh() {
	r.c.picture.Refresh()
	r.Layout(r.c.Size())
}

func (r *cornersRenderer) Objects() []fyne.CanvasObject {
	all := []fyne.CanvasObject{r.c.picture}
	for i := range 4 {
		all = append(all, r.c.lines[i])
	}
	for i := range 4 {
		all = append(all, r.c.knobs[i], r.c.numbers[i])
	}
	return all
}

// Layout draws the corners where they are.
func (r *cornersRenderer) Layout(size fyne.Size) {
	c := r.c
	c.picture.Resize(size)
	hidden := c.size.X == 0
	c.picture.Hidden = size.Width < 8 || size.Height < 8
	for i := range 4 {
		at, next := c.place(i), c.place((i+1)%4)
		c.lines[i].Position1, c.lines[i].Position2, c.lines[i].Hidden = at, next, hidden
		c.lines[i].Refresh()
		knob := float32(13)
		fill := kit.Surface
		if i == c.chosen {
			fill = kit.PrimarySoft
			knob = 16
		}
		c.knobs[i].FillColor, c.knobs[i].Hidden, c.numbers[i].Hidden = theme.Color(fill), hidden, hidden
		c.knobs[i].Resize(fyne.NewSquareSize(2 * knob))
		c.knobs[i].Move(at.SubtractXY(knob, knob))
		c.knobs[i].Refresh()
		c.numbers[i].TextSize = kit.Em(13)
		text := c.numbers[i].MinSize()
		c.numbers[i].Resize(text)
		c.numbers[i].Move(at.SubtractXY(text.Width/2, text.Height/2))
		c.numbers[i].Refresh()
	}
}
