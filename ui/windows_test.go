package ui

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// touch is what a pad was told of its pen.
type touch struct {
	x, y float64
	down bool
}

// slate is a practice pad that notes what the mouse does.
type slate struct {
	lcd     *image.RGBA
	changed chan struct{}
	pen     []touch
	left    int
	plugged bool
}

func (s *slate) Display() *image.RGBA           { return s.lcd }
func (s *slate) Changed() <-chan struct{}       { return s.changed }
func (s *slate) Pen(x, y, _ float64, down bool) { s.pen = append(s.pen, touch{x, y, down}) }
func (s *slate) Leave()                         { s.left++ }
func (s *slate) Unplug()                        { s.plugged = false }
func (s *slate) Plug()                          { s.plugged = true }

func at(x, y float32, button desktop.MouseButton) *desktop.MouseEvent {
	return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Button: button}
}

func TestTheMouseIsThePenOfThePracticePad(t *testing.T) {
	newBench(t, nil)
	pad := &slate{lcd: samplePad(), changed: make(chan struct{}, 1)}
	face := newPadFace(pad)
	face.Resize(fyne.NewSize(800, 480))
	face.MouseIn(at(10, 10, 0))
	face.MouseDown(at(100, 200, desktop.MouseButtonPrimary))
	face.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(140, 220)}})
	face.MouseUp(at(140, 220, desktop.MouseButtonPrimary))
	face.MouseOut()
	want := []touch{{10, 10, false}, {100, 200, true}, {140, 220, true}, {140, 220, false}}
	if len(pad.pen) != len(want) || pad.left != 1 {
		t.Fatalf("the pad felt %v and was left %d times", pad.pen, pad.left)
	}
	for i := range want {
		if pad.pen[i] != want[i] {
			t.Errorf("touch %d was %v, want %v", i, pad.pen[i], want[i])
		}
	}
}

func TestKeysTypedOverThePracticePadReachTheClerksWindow(t *testing.T) {
	b := newBench(t, nil)
	authorizing(b)
	win := b.w.openPad(&slate{lcd: samplePad(), changed: make(chan struct{}, 1)})
	if win.Title() != PadTitle {
		t.Errorf("the pad's window is called %q", win.Title())
	}
	win.Canvas().OnTypedRune()('6')
	b.hears("digit 6")
}

func TestTheCitizensWindowShowsWhatThePadShows(t *testing.T) {
	b := newBench(t, nil)
	screen := b.w.openCitizen()
	s := sampleBase(desk.StageIdle)
	s.Screen = casework.Picture{Image: samplePad()}
	showsBoth(b, s, screen)
}

// showsBoth sends a snapshot to each of the two subscriptions.
func showsBoth(b *bench, s desk.Snapshot, screen *canvas.Image) {
	b.t.Helper()
	for screen.Image != s.Screen.Image {
		s.Revision++
		select {
		case b.desk.shows <- s:
		default:
		}
		f := <-b.turns
		f()
	}
}
