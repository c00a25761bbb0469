package records

import (
	"fyne.io/fyne/v2"

	"counterfoil/ui/kit"
)

// pageLayout places title, search, list, detail and actions.
type pageLayout struct{}

func (pageLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(720, 320) }

func (pageLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	title, search, list, detail, foot := objects[0], objects[1], objects[2], objects[3], objects[4]
	const side, gap = 36, 20
	w := size.Width - 2*side
	left := float32(int((w - gap) * 0.46))
	place := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	}
	y := float32(28)
	titleHeight, searchHeight := kit.HeightFor(title, left), kit.HeightFor(search, left)
	place(title, side, y, left, titleHeight)
	footHeight := kit.HeightFor(foot, w)
	footY := size.Height - footHeight - 28
	place(foot, side, footY, w, footHeight)
	place(search, side, y+titleHeight+12, left, searchHeight)
	listY := y + titleHeight + 12 + searchHeight + 12
	place(list, side, listY, left, footY-16-listY)
	place(detail, side+left+gap, y, w-left-gap, footY-16-y)
}

// layoutFill gives its one object all the room.
type layoutFill struct{}

func (layoutFill) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(240, 120) }
func (layoutFill) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		h := size.Height
		if c, ok := o.(*fyne.Container); ok && len(c.Objects) > 1 { // a card is as high as it needs
			h = min(h, kit.HeightFor(o, size.Width))
		}
		o.Move(fyne.NewPos(0, 0))
		o.Resize(fyne.NewSize(size.Width, h))
	}
}

// operatorsLayout places title, state, list and buttons below each other.
type operatorsLayout struct{}

func (operatorsLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(480, 320) }

func (operatorsLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	const side, gap = 36, 12
	w, y := size.Width-2*side, float32(28)
	put := func(o fyne.CanvasObject, h float32) {
		o.Move(fyne.NewPos(side, y))
		o.Resize(fyne.NewSize(w, max(h, 0)))
		y += h + gap
	}
	put(o[0], kit.HeightFor(o[0], w))
	put(o[1], kit.HeightFor(o[1], w))
	foot := kit.HeightFor(o[3], w)
	put(o[2], size.Height-28-foot-gap-y)
	put(o[3], foot)
}
