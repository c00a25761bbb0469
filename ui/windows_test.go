package ui

import (
	"bytes"
	"fmt"
	"image"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/devices/signpad/screenpad"
	"counterfoil/ui/look"
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

func TestAKeyThatComesBeforeTheFirstFrameIsNotLost(t *testing.T) {
	b := newBench(t, nil)
	b.show(sampleBase(desk.StageIdle))
	b.w.app.NewWindow("another") // Fyne's test driver now takes every object for one of this window, as its real one takes one that was never painted for one of none
	for _, want := range []string{"en", "zh-CN"} {
		b.press(fyne.KeyF6)
		if b.w.opt.Language != want {
			t.Fatalf("the key did not reach the window: it speaks %s", b.w.opt.Language)
		}
	}
	b.press(fyne.KeyF7)
	if b.w.opt.Mode != look.Dark {
		t.Errorf("the appearance is %s", b.w.opt.Mode)
	}
}

func TestTheCitizensWindowShowsWhatThePadShowsWhileThereIsAMonitor(t *testing.T) {
	b := newBench(t, nil)
	monitor := false
	b.w.openCitizen(func() []Monitor {
		if monitor {
			return beside("DP-2")
		}
		return beside()
	}, covered)
	windows := func() int { return len(b.w.app.Driver().AllWindows()) }
	before := windows()
	s := sampleBase(desk.StageIdle)
	s.Screen = casework.Picture{Image: samplePad()}
	b.show(s)
	b.w.tick()
	if windows() != before {
		t.Fatal("a window was opened without a monitor for it")
	}
	for range 2 { // it comes, it goes, and comes back
		monitor = true
		b.w.tick()
		b.w.tick()
		if windows() != before+1 || b.w.citizen.screen.Image != image.Image(s.Screen.Image) {
			t.Fatalf("%d windows with the monitor, want %d", windows(), before+1)
		}
		monitor = false
		b.w.tick()
		if windows() != before {
			t.Fatal("the window stayed when its monitor went away")
		}
	}
}

func TestTheMonitorOfTheSettingsIsTheCitizensAndTheDevicesPageNamesAll(t *testing.T) {
	var told int
	b := newBench(t, func(o *Options) { o.Monitor, o.Monitors = "DP-2", func([]Monitor) { told++ } })
	names := []string{"DP-1", "DP-2"}
	b.w.openCitizen(func() []Monitor { return beside(names...) }, covered)
	b.show(sampleBase(desk.StageIdle))
	if b.w.citizen.win == nil || b.w.citizen.monitor.Name != "DP-2" || told != 1 {
		t.Fatalf("the citizen's is %v, told %d times", b.w.citizen.monitor, told)
	}
	b.press(fyne.KeyF10)
	b.onPage("显示器 HDMI-1@0,0，1400 × 900：窗口人员屏", "显示器 DP-1@1400,0，800 × 600", "显示器 DP-2@2200,0，800 × 600：办事人屏")
	names = names[:1]
	b.w.tick()
	if b.w.citizen.win != nil || told != 2 {
		t.Errorf("it went to another monitor, told %d times", told)
	}
	b.onPage("显示器 DP-1@1400,0，800 × 600", "设置中指定的显示器 DP-2 未接入")
}

func TestTheSecondMonitorIsThePadWhileItIsThere(t *testing.T) {
	screen := screenpad.New(time.Now)
	b := newBench(t, func(o *Options) { o.Screen = screen })
	authorizing(b)
	monitor := ""
	b.w.openCitizen(func() []Monitor {
		if monitor == "" {
			return beside()
		}
		return beside(monitor)
	}, covered)
	if _, err := screen.Open(); casework.KindOf(err) != casework.PadMissing {
		t.Fatalf("a pad without a monitor: %v", err)
	}
	for _, size := range []float32{800, 640} { // it comes, goes, and another comes
		monitor = fmt.Sprint("DP-", size)
		b.w.tick()
		win := b.w.citizen.win
		win.Resize(fyne.NewSize(300, 200)) // on its way to the full screen
		b.w.tick()
		win.Resize(fyne.NewSize(size, 480))
		b.w.tick()
		if screen.Display() != nil {
			t.Fatal("a window on its way is taken for the pad")
		}
		b.w.tick()
		pad, err := screen.Open()
		if err != nil {
			t.Fatal(err)
		}
		if id := pad.Identity(); id.Model != monitor || id.Width != int(size) || id.Height != 480 {
			t.Errorf("the pad is %+v", id)
		}
		img := image.NewRGBA(image.Rect(0, 0, int(size), 480))
		if err := pad.Show(t.Context(), img, image.Rectangle{}); err != nil {
			t.Fatal(err)
		}
		face := b.w.citizen.face
		b.until(func() bool { return face.pixels != nil && bytes.Equal(face.pixels.Pix, img.Pix) })
		face.MouseDown(at(100, 200, desktop.MouseButtonPrimary))
		face.MouseUp(at(100, 200, desktop.MouseButtonPrimary))
		for _, down := range []bool{true, false} {
			if got, err := pad.Read(t.Context()); err != nil || got.X != 100 || got.Y != 200 || got.Down != down {
				t.Errorf("the pen is %+v, %v", got, err)
			}
		}
		win.Canvas().OnTypedRune()('6')
		b.hears("digit 6")
		monitor = ""
		b.w.tick()
		if _, err := pad.Read(t.Context()); casework.KindOf(err) != casework.PadLost || b.w.citizen.win != nil {
			t.Errorf("without the monitor: %v", err)
		}
	}
}

func covered(fyne.Window, Monitor) bool { return true }

// onPage waits until the page that is open says all of it, each on a line.
func (b *bench) onPage(want ...string) {
	b.t.Helper()
	b.until(func() bool {
		var all []string
		for _, o := range texts(b.w.page) {
			all = append(all, o.Text)
		}
		return !slices.ContainsFunc(want, func(s string) bool { return !slices.Contains(all, s) })
	})
}

// beside returns the clerk's monitor and others to its right.
func beside(names ...string) []Monitor {
	all := []Monitor{{Name: "HDMI-1", At: image.Rect(0, 0, 1400, 900), Primary: true}}
	for i, name := range names {
		all = append(all, Monitor{Name: name, At: image.Rect(1400+800*i, 0, 2200+800*i, 600)})
	}
	return all
}
