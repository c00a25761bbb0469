package shift

import (
	"fyne.io/fyne/v2"

	"counterfoil/ui/kit"
)

// pageLayout places the head, the refusal, two columns that scroll, what was said
// last, and the actions.
type pageLayout struct{}

func (pageLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(720, 320) }

func (pageLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, problem, left, right, said, foot := objects[0], objects[1], objects[2], objects[3], objects[4], objects[5]
	const side, gap = 36, 24
	w := size.Width - 2*side
	place := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, max(h, 0)))
	}
	y := float32(28)
	h := kit.HeightFor(head, w)
	place(head, side, y, w, h)
	y += h + 16
	if problem.Visible() {
		h = kit.HeightFor(problem, w)
		place(problem, side, y, w, h)
		y += h + 14
	}
	footHeight, saidHeight := kit.HeightFor(foot, w), kit.HeightFor(said, w)
	footY := size.Height - footHeight - 28
	place(foot, side, footY, w, footHeight)
	saidY := footY - saidHeight - 8
	place(said, side, saidY, w, saidHeight)
	column := float32(int((w - gap) * 0.46))
	place(left, side, y, column, saidY-8-y)
	place(right, side+column+gap, y, w-gap-column, saidY-8-y)
}
