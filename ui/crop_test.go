package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"counterfoil/app/desk"
	"counterfoil/ui/kit"
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
		if len(heardOf(b, "cut")) > 0 {
			return view != nil
		}
		b.press(fyne.KeyReturn) // refused until the picture is decoded
		return false
	})
	b.until(func() bool { return pageShown(b) })
	b.press(fyne.KeyF8)
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

// looks goes back to the corners where the page is shown, has it cut out, and
// returns the corners that the desk is given for that.
func looks(b *bench) string {
	b.t.Helper()
	n := len(heardOf(b, "cut"))
	b.until(func() bool { return len(b.turns) == 0 })
	b.press(fyne.KeyReturn)
	b.until(func() bool { return len(heardOf(b, "cut")) > n && pageShown(b) })
	b.press(fyne.KeyF8)
	list := heardOf(b, "cut")
	return list[len(list)-1]
}

// pageShown reports whether Enter would keep what is shown.
func pageShown(b *bench) bool {
	for _, o := range test.LaidOutObjects(b.w.screen.Object()) {
		if k, ok := o.(*kit.Button); ok && k.Label() == b.w.t("ui.crop.keep") {
			return true
		}
	}
	return false
}

func TestACornerIsMovedByItsNumberAndTheArrows(t *testing.T) {
	b := newBench(t, nil)
	cropping(b)
	const found = "cut [{402 80} {945 140} {868 884} {322 838}]"
	if got := looks(b); got != found {
		t.Fatalf("what was found is %s", got)
	}
	b.types("3")
	b.press(fyne.KeyRight)
	b.press(fyne.KeyRight)
	b.press(fyne.KeyDown)
	if got := looks(b); got != "cut [{402 80} {945 140} {881 890} {322 838}]" {
		t.Errorf("moved to %s", got)
	}
	b.types("1")
	for range 100 {
		b.press(fyne.KeyLeft)
	}
	if got := looks(b); got != "cut [{0 80} {945 140} {881 890} {322 838}]" {
		t.Errorf("it left the picture: %s", got)
	}
	b.press(fyne.KeyF5)
	if got := looks(b); got != found {
		t.Errorf("back to what was found: %s", got)
	}
	b.types("0")
	if got := looks(b); got != "cut [{0 0} {1280 0} {1280 960} {0 960}]" {
		t.Errorf("the whole picture: %s", got)
	}
	b.press(fyne.KeyF8)
	b.hears("retake")
}

func TestThePictureIsTurnedOn9(t *testing.T) {
	b := newBench(t, nil)
	b.show(stages(b.items, b.w.opt.Catalogue)[string(desk.StagePhoto)])
	b.types("9")
	b.hears("turn")
	cropping(b)
	b.types("9")
	b.until(func() bool { return len(heardOf(b, "turn")) == 2 })
	b.until(func() bool { return len(b.turns) == 0 })
	looks(b)
	b.press(fyne.KeyReturn)
	b.until(func() bool { return pageShown(b) })
	b.types("9") // what would be kept is shown: it is not turned behind that
	if n := len(heardOf(b, "turn")); n != 2 {
		t.Errorf("turned %d times", n)
	}
}

func TestThePageIsLookedAtBeforeItIsKept(t *testing.T) {
	b := newBench(t, nil)
	cropping(b)
	b.press(fyne.KeyReturn)
	b.until(func() bool { return pageShown(b) })
	if n := len(heardOf(b, "crop")); n != 0 {
		t.Fatalf("it was kept %d times before anybody looked", n)
	}
	b.press(fyne.KeyRight) // no corner is seen: none moves
	b.until(func() bool { return len(b.turns) == 0 })
	b.press(fyne.KeyReturn)
	b.hears("crop [{402 80} {945 140} {868 884} {322 838}]")
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
	got := looks(b)
	if !strings.HasPrefix(got, "cut [{402 80} {945 140} {") || !strings.HasSuffix(got, " {322 838}]") || strings.Contains(got, "{868 884}") {
		t.Errorf("%s", got)
	}
}
