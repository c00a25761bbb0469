package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"counterfoil/app/desk"
)

// cropping shows a page whose corners were found, and returns the widget with them.
func cropping(b *bench) fyne.Draggable {
	b.t.Helper()
	b.show(stages(b.items, b.w.opt.Catalogue)[string(desk.StageCrop)])
	var view fyne.Draggable
	b.until(func() bool {
		for _, o := range test.LaidOutObjects(b.w.screen.Object()) {
			if d, ok := o.(fyne.Draggable); ok && o.Size().Height > 100 {
				if _, ok := o.(desktop.Mouseable); ok {
					view = d
				}
			}
		}
		b.press(fyne.KeyReturn) // refused until the picture is decoded
		return view != nil && len(heardOf(b, "crop")) > 0
	})
	return view
}

func heardOf(b *bench, what string) []string {
	var list []string
	for _, h := range b.desk.heard() {
		if strings.HasPrefix(h, what) {
			list = append(list, h)
		}
	}
	return list
}

// keeps presses Enter and returns the corners that the desk is then given.
func keeps(b *bench) string {
	b.t.Helper()
	n := len(heardOf(b, "crop"))
	b.until(func() bool { return len(b.turns) == 0 })
	b.press(fyne.KeyReturn)
	b.until(func() bool { return len(heardOf(b, "crop")) > n })
	list := heardOf(b, "crop")
	return list[len(list)-1]
}

func TestACornerIsMovedByItsNumberAndTheArrows(t *testing.T) {
	b := newBench(t, nil)
	cropping(b)
	const found = "crop [{402 80} {945 140} {868 884} {322 838}]"
	if got := keeps(b); got != found {
		t.Fatalf("what was found is %s", got)
	}
	b.types("3")
	b.press(fyne.KeyRight)
	b.press(fyne.KeyRight)
	b.press(fyne.KeyDown)
	if got := keeps(b); got != "crop [{402 80} {945 140} {881 890} {322 838}]" {
		t.Errorf("moved to %s", got)
	}
	b.types("1")
	for range 100 {
		b.press(fyne.KeyLeft)
	}
	if got := keeps(b); got != "crop [{0 80} {945 140} {881 890} {322 838}]" {
		t.Errorf("it left the picture: %s", got)
	}
	b.press(fyne.KeyF5)
	if got := keeps(b); got != found {
		t.Errorf("back to what was found: %s", got)
	}
	b.types("0")
	if got := keeps(b); got != "crop [{0 0} {1280 0} {1280 960} {0 960}]" {
		t.Errorf("the whole picture: %s", got)
	}
	b.press(fyne.KeyF8)
	b.hears("retake")
}

func TestThePointerTakesTheNearestCornerAlong(t *testing.T) {
	b := newBench(t, nil)
	view := cropping(b)
	at := view.(fyne.CanvasObject).Size()
	drag := func(x, y, dx, dy float32) {
		view.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x+dx, y+dy)}, Dragged: fyne.NewDelta(dx, dy)})
		view.DragEnd()
	}
	drag(at.Width-1, at.Height-1, -1, -1) // the lower right one is nearest, however far
	got := keeps(b)
	if !strings.HasPrefix(got, "crop [{402 80} {945 140} {") || !strings.HasSuffix(got, " {322 838}]") || strings.Contains(got, "{868 884}") {
		t.Errorf("%s", got)
	}
}
