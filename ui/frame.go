package ui

import (
	"fyne.io/fyne/v2"

	"counterfoil/ui/kit"
)

// frame places the window's parts: header above, status below, three columns
// between them. Its objects are, in order: five grounds (window, header, left,
// right, status), four lines, the practice strip, header, left, middle, right,
// page, status.
type frame struct{ practice bool }

func (f *frame) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(1120, 640) }

// columns returns the widths of the outer columns for a window's width.
func columns(width float32) (left, right float32) {
	left = min(max(width*0.183, kit.Em(224)), max(kit.Em(304), 304))
	right = min(max(width*0.278, kit.Em(304)), max(kit.Em(480), 480))
	return float32(int(left)), float32(int(right))
}

func (f *frame) Layout(o []fyne.CanvasObject, size fyne.Size) {
	header, status := max(kit.Em(60), 56), max(kit.Em(40), 38)
	strip := float32(0)
	if f.practice {
		strip = 3
	}
	left, right := columns(size.Width)
	top, bottom := header+strip, size.Height-status
	height := bottom - top
	middle := size.Width - left - right
	place := func(i int, x, y, w, h float32) {
		o[i].Move(fyne.NewPos(x, y))
		o[i].Resize(fyne.NewSize(w, h))
	}
	place(0, 0, 0, size.Width, size.Height)
	place(1, 0, 0, size.Width, header)
	place(2, 0, top, left, height)
	place(3, size.Width-right, top, right, height)
	place(4, 0, bottom, size.Width, status)
	place(5, 0, header-1, size.Width, 1)
	place(6, left-1, top, 1, height)
	place(7, size.Width-right, top, 1, height)
	place(8, 0, bottom, size.Width, 1)
	place(9, 0, header, size.Width, strip)
	place(10, 0, 0, size.Width, header)
	place(11, 0, top, left, height)
	place(12, left, top, middle, height)
	place(13, size.Width-right, top, right, height)
	place(14, left, top, size.Width-left, height)
	place(15, 0, bottom, size.Width, status)
	for _, i := range []int{3, 7} { // a page takes the right column's room
		if o[14].Visible() {
			o[i].Hide()
		} else {
			o[i].Show()
		}
	}
}
