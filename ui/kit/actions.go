package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

type actions struct {
	gap, width            float32
	left, second, primary *Button
}

// Actions puts a screen's buttons on one line: left at its left end, second and
// primary at its right end. Where they don't fit, primary goes below, at the
// right end as ever; where left and second don't fit either, second goes with
// it, and below left alone where even those two are too wide. Each may be nil.
func Actions(gap float32, left, second, primary *Button) *fyne.Container {
	var objects []fyne.CanvasObject
	for _, b := range []*Button{left, second, primary} {
		if b != nil {
			objects = append(objects, b)
		}
	}
	return container.New(&actions{gap: gap, left: left, second: second, primary: primary}, objects...)
}

// needs returns the width of buttons beside each other.
func (a *actions) needs(line ...*Button) float32 {
	w := float32(0)
	for _, b := range line {
		if w > 0 {
			w += a.gap
		}
		w += b.MinSize().Width
	}
	return w
}

// lines shares the visible buttons among lines of a width.
func (a *actions) lines(width float32) [][]*Button {
	all := seen(a.left, a.second, a.primary)
	above, below := seen(a.left, a.second), seen(a.second, a.primary)
	switch {
	case len(all) < 2 || a.needs(all...) <= width:
		return [][]*Button{all}
	case len(all) == 3 && a.needs(above...) <= width:
		return [][]*Button{above, {a.primary}}
	case len(all) == 3 && a.needs(below...) <= width:
		return [][]*Button{{a.left}, below}
	}
	var lines [][]*Button
	for _, b := range all {
		lines = append(lines, []*Button{b})
	}
	return lines
}

func seen(list ...*Button) []*Button {
	var out []*Button
	for _, b := range list {
		if b != nil && b.Visible() {
			out = append(out, b)
		}
	}
	return out
}

func lineHeight(line []*Button) float32 {
	h := float32(0)
	for _, b := range line {
		h = max(h, b.MinSize().Height)
	}
	return h
}

func (a *actions) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	lines := a.lines(width)
	h := a.gap * float32(len(lines)-1)
	for _, line := range lines {
		h += lineHeight(line)
	}
	return h
}

// MinSize claims the width of the widest button: the rest can go below it.
func (a *actions) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, b := range seen(a.left, a.second, a.primary) {
		w = max(w, b.MinSize().Width)
	}
	width := a.width
	if width == 0 { // not laid out yet
		width = a.needs(seen(a.left, a.second, a.primary)...)
	}
	return fyne.NewSize(w, a.heightFor(objects, max(w, width)))
}

func (a *actions) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	a.width = size.Width
	y := float32(0)
	for _, line := range a.lines(size.Width) {
		h, needs := lineHeight(line), a.needs(line...)
		right := min(needs+floor(size.Width-needs), size.Width) // whole pixels between: as in a row
		for i := len(line) - 1; i >= 0; i-- {
			b := line[i]
			w := min(b.MinSize().Width, size.Width)
			x := right - w
			if b == a.left {
				x = 0
			}
			b.Move(fyne.NewPos(x, y))
			b.Resize(fyne.NewSize(w, h))
			right = x - a.gap
		}
		y += h + a.gap
	}
}
