package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

type inset struct{ top, right, bottom, left, width float32 }

// Inset puts room around an object.
func Inset(top, right, bottom, left float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&inset{top: top, right: right, bottom: bottom, left: left}, o)
}

func (p *inset) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return HeightFor(objects[0], width-p.left-p.right) + p.top + p.bottom
}

func (p *inset) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := objects[0].MinSize().Width + p.left + p.right
	return fyne.NewSize(w, p.heightFor(objects, max(w, p.width)))
}

func (p *inset) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	p.width = size.Width
	objects[0].Move(fyne.NewPos(p.left, p.top))
	objects[0].Resize(fyne.NewSize(size.Width-p.left-p.right, size.Height-p.top-p.bottom))
}

type layers struct{ width float32 }

// Layers puts objects on top of each other, the last one in front.
func Layers(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&layers{}, objects...)
}

func (l *layers) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	h := float32(0)
	for _, o := range objects {
		if o.Visible() {
			h = max(h, HeightFor(o, width))
		}
	}
	return h
}

func (l *layers) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, o := range objects {
		if o.Visible() {
			w = max(w, o.MinSize().Width)
		}
	}
	return fyne.NewSize(w, l.heightFor(objects, max(w, l.width)))
}

func (l *layers) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(size)
	}
}

type sized struct{ w, h float32 }

// Sized gives an object at least a width and a height; 0 leaves its own.
func Sized(w, h float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&sized{w: w, h: h}, o)
}

func (s *sized) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return max(s.h, HeightFor(objects[0], width))
}

func (s *sized) MinSize(objects []fyne.CanvasObject) fyne.Size {
	m := objects[0].MinSize()
	w := max(s.w, m.Width)
	if s.w > 0 { // a fixed width: what is inside breaks its lines or is cut
		w = s.w
	}
	return fyne.NewSize(w, s.heightFor(objects, w))
}

func (s *sized) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(size)
}

// Fill returns a plain rectangle.
func Fill(c fyne.ThemeColorName) *canvas.Rectangle { return canvas.NewRectangle(colorOf(c)) }

// Panel returns a rectangle with round corners and a line around it.
func Panel(ground, line fyne.ThemeColorName, radius float32) *canvas.Rectangle {
	r := Fill(ground)
	r.CornerRadius, r.StrokeColor, r.StrokeWidth = radius, colorOf(line), 1
	return r
}

// Rule returns a horizontal line of one pixel.
func Rule() fyne.CanvasObject { return Sized(0, 1, Fill(Line)) }

// Card returns a surface with a title row and content below it. extra stands at
// the right end of the title and may be nil.
func Card(title string, extra fyne.CanvasObject, body ...fyne.CanvasObject) *fyne.Container {
	objects := body
	if title != "" {
		head := []fyne.CanvasObject{Flex(Heading(title))}
		if extra != nil {
			head = append(head, extra)
		}
		objects = append([]fyne.CanvasObject{Row(12, head...)}, body...)
	}
	return Layers(Panel(Surface, Line, 12), Inset(20, 24, 20, 24, Column(14, objects...)))
}

type scrolling struct {
	content *fyne.Container
	scroll  *container.Scroll
}

// Scroll lets content that is higher than its room scroll; the content gets the
// whole width.
func Scroll(content *fyne.Container) *fyne.Container {
	s := container.NewVScroll(content)
	return container.New(&scrolling{content: content, scroll: s}, s)
}

func (s *scrolling) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	return HeightFor(s.content, width)
}

func (s *scrolling) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(s.content.MinSize().Width, Em(48))
}

func (s *scrolling) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	s.content.Resize(fyne.NewSize(size.Width, HeightFor(s.content, size.Width)))
	s.scroll.Move(fyne.NewPos(0, 0))
	s.scroll.Resize(size)
	s.scroll.Refresh()
}

// Reveal scrolls a Scroll so that o, which is in its content, can be seen.
func Reveal(in *fyne.Container, o fyne.CanvasObject) {
	s, ok := in.Layout.(*scrolling)
	if !ok || s.scroll.Size().Height == 0 {
		return
	}
	driver := fyne.CurrentApp().Driver()
	y := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(s.content).Y
	view, at := s.scroll.Size().Height, s.scroll.Offset.Y
	switch {
	case y < at+40:
		at = max(y-40, 0)
	case y+o.Size().Height > at+view-16:
		at = y + o.Size().Height - view + 16
	default:
		return
	}
	s.scroll.ScrollToOffset(fyne.NewPos(0, at))
}

// ScrollBy scrolls a Scroll by so many pixels, down where by is positive.
func ScrollBy(in *fyne.Container, by float32) {
	if s, ok := in.Layout.(*scrolling); ok {
		most := max(s.content.Size().Height-s.scroll.Size().Height, 0)
		s.scroll.ScrollToOffset(fyne.NewPos(0, min(max(s.scroll.Offset.Y+by, 0), most)))
	}
}

type aspect struct{ ratio, widest float32 }

// Aspect keeps an object at a ratio of width to height, as wide as there is
// room, and no wider than widest pixels.
func Aspect(ratio, widest float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&aspect{ratio: ratio, widest: widest}, o)
}

func (a *aspect) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	return min(width, a.widest) / a.ratio
}

func (a *aspect) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(120, 120/a.ratio)
}

func (a *aspect) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w := min(size.Width, a.widest, size.Height*a.ratio)
	objects[0].Resize(fyne.NewSize(w, w/a.ratio))
	objects[0].Move(fyne.NewPos((size.Width-w)/2, 0))
}

func isScroll(o fyne.CanvasObject) bool {
	c, ok := o.(*fyne.Container)
	if !ok {
		return false
	}
	_, ok = c.Layout.(*scrolling)
	return ok
}

type below struct{ gap float32 }

// Below puts an object under a head and gives it all the room that is left.
func Below(gap float32, head, o fyne.CanvasObject) *fyne.Container {
	return container.New(&below{gap}, head, o)
}

func (b *below) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(120, objects[0].MinSize().Height+b.gap+Em(48))
}

func (b *below) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	h := HeightFor(objects[0], size.Width)
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(fyne.NewSize(size.Width, h))
	objects[1].Move(fyne.NewPos(0, h+b.gap))
	objects[1].Resize(fyne.NewSize(size.Width, max(size.Height-h-b.gap, 0)))
}
