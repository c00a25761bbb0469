package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// tall is a layout whose height depends on its width. Fyne's MinSize can't say
// that, so the layouts here ask each other first and answer MinSize for the
// width that they were given last.
type tall interface {
	heightFor(objects []fyne.CanvasObject, width float32) float32
}

// tallObject is a widget whose height depends on its width.
type tallObject interface {
	HeightFor(width float32) float32
}

// HeightFor returns the height that o needs at a width.
func HeightFor(o fyne.CanvasObject, width float32) float32 {
	switch v := o.(type) {
	case tallObject:
		return v.HeightFor(width)
	case *fyne.Container:
		if l, ok := v.Layout.(tall); ok {
			return l.heightFor(v.Objects, width)
		}
	}
	return o.MinSize().Height
}

func floor(f float32) float32 { return float32(int(f)) }

func isSpacer(o fyne.CanvasObject) bool { _, ok := o.(*layout.Spacer); return ok }

// Space returns what takes the room that is left in a Column or a Row.
func Space() fyne.CanvasObject { return &layout.Spacer{} }

type column struct{ gap, width float32 }

// Column stacks objects from the top, each as wide as the column.
func Column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&column{gap: gap}, objects...)
}

func (c *column) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	total, n := float32(0), 0
	for _, o := range objects {
		if !o.Visible() || isSpacer(o) {
			continue
		}
		total += HeightFor(o, width)
		n++
	}
	return total + c.gap*float32(max(n-1, 0))
}

func (c *column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, o := range objects {
		if o.Visible() {
			w = max(w, o.MinSize().Width)
		}
	}
	return fyne.NewSize(w, c.heightFor(objects, max(w, c.width)))
}

func (c *column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	c.width = size.Width
	room := size.Height - c.heightFor(objects, size.Width)
	spare, lack := max(room, 0), max(-room, 0)
	spacers := 0
	for _, o := range objects {
		if isSpacer(o) {
			spacers++
		}
	}
	y := float32(0)
	for _, o := range objects {
		switch {
		case isSpacer(o):
			y += spare / float32(spacers)
		case o.Visible():
			h := HeightFor(o, size.Width)
			if lack > 0 && isScroll(o) { // what can scroll gives way
				give := min(lack, max(h-Em(48), 0))
				h, lack = h-give, lack-give
			}
			o.Move(fyne.NewPos(0, y))
			o.Resize(fyne.NewSize(size.Width, h))
			y += h + c.gap
		}
	}
}

type flex struct{ weight float32 }

// Flex makes an object take the width that is left in its Row.
func Flex(o fyne.CanvasObject) *fyne.Container { return FlexBy(1, o) }

// FlexBy is Flex with a share of the width that is left.
func FlexBy(weight float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&flex{weight: weight}, o)
}

func (f *flex) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return HeightFor(objects[0], width)
}

// MinSize claims little width: what is in a flex is cut or broken to what it gets.
func (f *flex) MinSize(objects []fyne.CanvasObject) fyne.Size {
	m := objects[0].MinSize()
	return fyne.NewSize(min(m.Width, Em(24)), m.Height)
}

func (f *flex) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(size)
}

func flexOf(o fyne.CanvasObject) float32 {
	if isSpacer(o) {
		return 1
	}
	if c, ok := o.(*fyne.Container); ok {
		if f, ok := c.Layout.(*flex); ok {
			return f.weight
		}
	}
	return 0
}

type row struct {
	gap, width float32
	align      align
}

type align int

const (
	middle align = iota
	top
	fill
)

// Row puts objects beside each other, centred on its height.
func Row(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&row{gap: gap}, objects...)
}

// RowTop is Row with the objects at its top.
func RowTop(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&row{gap: gap, align: top}, objects...)
}

// RowFill is Row with every object as high as the row.
func RowFill(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&row{gap: gap, align: fill}, objects...)
}

// widths shares a width among the visible objects; -1 marks a hidden one.
func (r *row) widths(objects []fyne.CanvasObject, width float32) []float32 {
	out := make([]float32, len(objects))
	left, weights, n := width, float32(0), 0
	for i, o := range objects {
		switch w := flexOf(o); {
		case !o.Visible():
			out[i] = -1
			continue
		case w > 0:
			weights += w
		default:
			out[i] = o.MinSize().Width
			left -= out[i]
		}
		n++
	}
	left = max(left-r.gap*float32(max(n-1, 0)), 0)
	for i, o := range objects {
		if w := flexOf(o); w > 0 && out[i] >= 0 {
			out[i] = floor(left * w / weights) // whole pixels: a clip would cut a border off
		}
	}
	return out
}

func (r *row) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	h := float32(0)
	for i, w := range r.widths(objects, width) {
		if w >= 0 && !isSpacer(objects[i]) {
			h = max(h, HeightFor(objects[i], w))
		}
	}
	return h
}

func (r *row) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w, n := float32(0), 0
	for _, o := range objects {
		if o.Visible() {
			w += o.MinSize().Width
			n++
		}
	}
	w += r.gap * float32(max(n-1, 0))
	return fyne.NewSize(w, r.heightFor(objects, max(w, r.width)))
}

func (r *row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	r.width = size.Width
	x := float32(0)
	for i, w := range r.widths(objects, size.Width) {
		if w < 0 {
			continue
		}
		o, y := objects[i], float32(0)
		h := HeightFor(o, w)
		switch r.align {
		case middle:
			y = (size.Height - h) / 2
		case fill:
			h = size.Height
		}
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
		x += w + r.gap
	}
}

type beside struct{ gap, narrow, share, width float32 }

// Beside puts two objects beside each other, equally high, a with its share (0…1)
// of the width; where there is less than narrow pixels at 100 % they stand below
// each other.
func Beside(gap, narrow, share float32, a, b fyne.CanvasObject) *fyne.Container {
	return container.New(&beside{gap: gap, narrow: narrow, share: share}, a, b)
}

func (b *beside) split(width float32) (float32, float32) {
	left := floor((width - b.gap) * b.share)
	return left, width - b.gap - left
}

func (b *beside) stacked(width float32) bool { return width < Em(b.narrow) }

func (b *beside) heightFor(o []fyne.CanvasObject, width float32) float32 {
	if b.stacked(width) {
		return HeightFor(o[0], width) + b.gap + HeightFor(o[1], width)
	}
	left, right := b.split(width)
	return max(HeightFor(o[0], left), HeightFor(o[1], right))
}

func (b *beside) MinSize(o []fyne.CanvasObject) fyne.Size {
	w := max(b.width, 120)
	return fyne.NewSize(120, b.heightFor(o, w))
}

func (b *beside) Layout(o []fyne.CanvasObject, size fyne.Size) {
	b.width = size.Width
	o[0].Move(fyne.NewPos(0, 0))
	if b.stacked(size.Width) {
		h := HeightFor(o[0], size.Width)
		o[0].Resize(fyne.NewSize(size.Width, h))
		o[1].Move(fyne.NewPos(0, h+b.gap))
		o[1].Resize(fyne.NewSize(size.Width, HeightFor(o[1], size.Width)))
		return
	}
	left, right := b.split(size.Width)
	o[0].Resize(fyne.NewSize(left, size.Height))
	o[1].Move(fyne.NewPos(left+b.gap, 0))
	o[1].Resize(fyne.NewSize(right, size.Height))
}
