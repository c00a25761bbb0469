//go:build amd64 || arm64 || loong64 || riscv64

package camera

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"runtime"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/camera/softcam"
	"counterfoil/devices/camera/v4l2"
)

var (
	liveMode  = v4l2.Mode{Pixel: v4l2.MJPEG, Width: 64, Height: 48, Rate: 30}
	fullMode  = v4l2.Mode{Pixel: v4l2.MJPEG, Width: 640, Height: 480, Rate: 5}
	plainMode = v4l2.Mode{Pixel: v4l2.YUYV, Width: 64, Height: 48, Rate: 30}
)

func webcam() softcam.Opts {
	return softcam.Opts{Modes: []v4l2.Mode{liveMode, fullMode}, Buffer: 1 << 17}
}

// pump sends what frame returns for the mode that is set, until the camera goes.
func pump(t testing.TB, c *softcam.Camera, frame func(v4l2.Mode) []byte) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for c.Send(frame(c.Mode())) {
		}
	}()
	t.Cleanup(func() { c.Unplug(); <-done })
}

func scenes(t testing.TB) func(v4l2.Mode) []byte {
	small, large, plain := scene(t, 64, 48), scene(t, 640, 480), yuyv(corner(64, 48))
	return func(m v4l2.Mode) []byte {
		switch m {
		case fullMode:
			return large
		case plainMode:
			return plain
		}
		return small
	}
}

// yuyv is the full range of an image as a camera writes it.
func yuyv(img *image.RGBA) []byte {
	var out []byte
	for y := range img.Rect.Dy() {
		for x := 0; x < img.Rect.Dx(); x += 2 {
			a, b := img.RGBAAt(x, y), img.RGBAAt(x+1, y)
			y0, cb, cr := color.RGBToYCbCr(a.R, a.G, a.B)
			y1, _, _ := color.RGBToYCbCr(b.R, b.G, b.B)
			out = append(out, y0, cb, y1, cr)
		}
	}
	return out
}

func attachTo(t testing.TB, so softcam.Opts, frame func(v4l2.Mode) []byte, change func(*AttachedOpts)) (*softcam.Camera, *Attached, error) {
	t.Helper()
	c, d, err := softcam.New(so)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	pump(t, c, frame)
	o := DefaultAttachedOpts()
	o.Silence = time.Minute
	if change != nil {
		change(&o)
	}
	a, err := attach(t.Context(), d, o)
	if err == nil {
		t.Cleanup(func() { a.Close() })
	}
	return c, a, err
}

func TestAPreviewIsSmallAStillIsFullAndThePreviewGoesOn(t *testing.T) {
	c, a, err := attachTo(t, webcam(), scenes(t), func(o *AttachedOpts) { o.Preview = image.Pt(64, 48) })
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if f, err := a.Frame(t.Context()); err != nil || width(t, f) != 64 {
			t.Fatal(err)
		}
		if s, err := a.Still(t.Context()); err != nil || width(t, s) != 640 || redAt(t, s) != "top left" {
			t.Fatal(err)
		}
	}
	if a.Name() != "Software camera" || c.Mode() != fullMode {
		t.Fatalf("%s %v", a.Name(), c.Mode())
	}
}

func TestAPlainCamerasPicturesHaveTheirColours(t *testing.T) {
	_, a, err := attachTo(t, softcam.Opts{Modes: []v4l2.Mode{plainMode}}, scenes(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := a.Frame(t.Context())
	if err != nil || redAt(t, f) != "top left" {
		t.Fatalf("%s %v", redAt(t, f), err)
	}
	s, err := a.Still(t.Context())
	if err != nil || redAt(t, s) != "top left" {
		t.Fatal(err)
	}
	img, _ := jpeg.Decode(bytes.NewReader(s))
	if r, _, _, _ := img.At(50, 40).RGBA(); r>>8 < 196 || r>>8 > 204 {
		t.Fatalf("grey 200 is %d", r>>8)
	}
}

func TestFramesWithoutTablesHalvesAndOtherSizesDoNotEndThePreview(t *testing.T) {
	whole, other := scene(t, 64, 48), scene(t, 320, 240)
	turn := 0
	_, a, err := attachTo(t, softcam.Opts{Modes: []v4l2.Mode{liveMode}}, func(v4l2.Mode) []byte {
		turn++
		return [][]byte{withoutTables(t, whole), whole[:len(whole)/2], other, []byte("rubbish"), append(bytes.Clone(whole), 0, 0, 0, 0)}[turn%5]
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if f, err := a.Frame(t.Context()); err != nil || width(t, f) != 64 {
			t.Fatal(err)
		}
		if s, err := a.Still(t.Context()); err != nil || width(t, s) != 64 {
			t.Fatal(err)
		}
	}
}

func TestACameraThatSendsNothingButHalvesIsGarbled(t *testing.T) {
	whole := scene(t, 64, 48)
	_, _, err := attachTo(t, softcam.Opts{Modes: []v4l2.Mode{liveMode}}, func(v4l2.Mode) []byte { return whole[:len(whole)/2] }, nil)
	if casework.KindOf(err) != casework.CameraGarbled {
		t.Fatalf("got %v", err)
	}
}

func TestABusWithoutRoomGetsTheNextSizeAndIsNotAskedAgain(t *testing.T) {
	o := webcam()
	refused := 0
	o.NoRoom = func(m v4l2.Mode) bool {
		if m == fullMode {
			refused++
		}
		return m == fullMode
	}
	_, a, err := attachTo(t, o, scenes(t), func(o *AttachedOpts) { o.Preview = image.Pt(64, 48) })
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if s, err := a.Still(t.Context()); err != nil || width(t, s) != 64 {
			t.Fatal(err)
		}
	}
	if refused != 1 {
		t.Fatalf("asked %d times", refused)
	}
}

func TestAFormatThatChangesBehindOurBackIsTakenUp(t *testing.T) {
	now := liveMode
	so := softcam.Opts{Modes: []v4l2.Mode{liveMode}}
	c, d, err := softcam.New(so)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	pump(t, c, scenes(t))
	o := DefaultAttachedOpts()
	o.Silence = time.Minute
	a, err := attach(t.Context(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, next := range []v4l2.Mode{plainMode, fullMode, liveMode} {
		c.Change([]v4l2.Mode{next})
		for c.Mode() != next {
			if _, err := a.Frame(t.Context()); err != nil {
				t.Fatalf("from %v to %v: %v", now, next, err)
			}
		}
		if f, err := a.Frame(t.Context()); err != nil || width(t, f) != next.Width {
			t.Fatalf("from %v to %v: %v", now, next, err)
		}
		now = next
	}
}

// TestAnUnplugAtEveryRequestIsALoss counts the requests of opening, two
// previews and a still, and unplugs at each.
func TestAnUnplugAtEveryRequestIsALoss(t *testing.T) {
	use := func(after int) (asked int, err error) {
		c, d, err := softcam.New(softcam.Opts{Modes: webcam().Modes, Buffer: 1 << 17, Controls: controls()})
		if err != nil {
			return 0, nil // before there was a device
		}
		defer c.Close()
		c.UnplugAfter(after)
		done := make(chan struct{})
		frames := scenes(t)
		go func() {
			defer close(done)
			for c.Send(frames(c.Mode())) {
			}
		}()
		defer func() { c.Unplug(); <-done }()
		o := DefaultAttachedOpts()
		o.Preview, o.Silence = image.Pt(64, 48), time.Minute
		a, err := attach(t.Context(), d, o)
		if err != nil {
			return c.Asked(), err
		}
		defer a.Close()
		if _, err = a.Still(t.Context()); err == nil {
			_, err = a.Frame(t.Context())
		}
		return c.Asked(), err
	}
	total, err := use(-1)
	if err != nil || total < 30 {
		t.Fatalf("%d requests, %v", total, err)
	}
	for after := range total - 1 {
		asked, err := use(after)
		if err == nil && asked <= after+1 { // the first request was before the count
			continue // how often it polls in vain differs from run to run
		}
		if casework.KindOf(err) != casework.CameraLost {
			t.Fatalf("after %d of %d: %v", after, total, err)
		}
	}
}

func TestEachTroubleHasItsOwnWords(t *testing.T) {
	for err, want := range map[error]casework.RefusalKind{
		v4l2.ErrNoAccess: casework.CameraDenied, v4l2.ErrBusy: casework.CameraBusy, v4l2.ErrUnsupported: casework.CameraUnsupported,
		v4l2.ErrUnplugged: casework.CameraLost, v4l2.ErrSilent: casework.CameraLost, v4l2.ErrBroken: casework.CameraGarbled,
		errors.New("ioctl: no"): casework.CameraLost,
	} {
		if got := casework.KindOf(refusal(err)); got != want {
			t.Errorf("%v is %s, want %s", err, got, want)
		}
	}
	nodes := []v4l2.Node{{Path: "/dev/video0", Name: "Face", Denied: true}, {Path: "/dev/video2", Name: "Document", Bus: "usb-1"}}
	for which, want := range map[string]casework.RefusalKind{"": "", "usb-1": "", "Document": "", "/dev/video2": "", "Face": casework.CameraDenied, "Third": casework.CameraMissing} {
		n, err := pick(nodes, which)
		if casework.KindOf(err) != want || err == nil && n.Path != "/dev/video2" {
			t.Errorf("%q: %+v, %v", which, n, err)
		}
	}
}

func controls() []v4l2.Control {
	return []v4l2.Control{
		{ID: v4l2.Rotation, Name: "Rotate", Min: 0, Max: 180, Step: 180},
		{ID: v4l2.ExposureMode, Name: "Exposure, Auto", Min: 0, Max: 3, Step: 1},
		{ID: v4l2.Exposure, Name: "Exposure (Absolute)", Min: 10, Max: 5000, Step: 10},
		{ID: v4l2.Focus, Name: "Focus (absolute)", Min: 0, Max: 250, Step: 5},
		{ID: v4l2.FocusAuto, Name: "Focus, Auto", Min: 0, Max: 1, Step: 1},
	}
}

func TestFocusExposureAndRotationAreSetWhereTheCameraHasThem(t *testing.T) {
	o := webcam()
	o.Controls = controls()
	c, a, err := attachTo(t, o, scenes(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Value(v4l2.FocusAuto) != 1 || c.Value(v4l2.ExposureMode) != v4l2.ExposurePrior {
		t.Error("they are automatic unless told otherwise")
	}
	if can := a.Can(); !can.Focus || !can.Exposure || !can.Rotation || len(can.Modes) != 2 {
		t.Errorf("%+v", can)
	}
	c, a, err = attachTo(t, o, scenes(t), func(o *AttachedOpts) {
		o.Focus, o.Exposure, o.Turn = Adjust{Manual: true, Value: 123}, Adjust{Manual: true, Value: 9999}, 180
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Value(v4l2.Focus) != 125 || c.Value(v4l2.Exposure) != 5000 || c.Value(v4l2.ExposureMode) != v4l2.ExposureFixed || c.Value(v4l2.Rotation) != 180 {
		t.Error("focus, exposure or rotation is another")
	}
	if f, err := a.Frame(t.Context()); err != nil || redAt(t, f) != "top left" {
		t.Errorf("turned twice: %v", err)
	}
}

func TestAPictureIsTurnedHereWhereTheCameraCannot(t *testing.T) {
	for _, m := range []v4l2.Mode{liveMode, plainMode} {
		for turn, want := range map[Turn]string{0: "top left", 90: "top right", 180: "bottom right", 270: "bottom left"} {
			_, a, err := attachTo(t, softcam.Opts{Modes: []v4l2.Mode{m}, Controls: controls()[1:]}, scenes(t), func(o *AttachedOpts) { o.Turn = turn })
			if err != nil {
				t.Fatal(err)
			}
			f, err := a.Frame(t.Context())
			if err != nil || redAt(t, f) != want {
				t.Errorf("%v preview by %d: %s, %v", m, turn, redAt(t, f), err)
			}
			s, err := a.Still(t.Context())
			if err != nil || redAt(t, s) != want {
				t.Errorf("%v still by %d: %s, %v", m, turn, redAt(t, s), err)
			}
			a.Close()
		}
	}
}

// TestALongPreviewKeepsNothing looks at 3,000 pictures of 640 × 480, five
// minutes at ten a second, and lets each go.
func TestALongPreviewKeepsNothing(t *testing.T) {
	_, a, err := attachTo(t, softcam.Opts{Modes: []v4l2.Mode{fullMode}, Buffer: 1 << 17}, scenes(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	held := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := held()
	for range 3000 {
		if _, err := a.Frame(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if after := held(); after > before+1<<20 {
		t.Fatalf("%d bytes more", after-before)
	}
}

func TestAContextThatEndsEndsAPictureAndTheNextOneIsTaken(t *testing.T) {
	_, a, err := attachTo(t, webcam(), scenes(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 { // a frame that is there already is handed out
		if _, err = a.Still(ctx); err != nil {
			break
		}
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if _, err := a.Still(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkAttachedPreview(b *testing.B) {
	for _, m := range []v4l2.Mode{{Pixel: v4l2.MJPEG, Width: 1280, Height: 720, Rate: 30}, {Pixel: v4l2.YUYV, Width: 1280, Height: 720, Rate: 10}} {
		b.Run(m.Pixel.String(), func(b *testing.B) { benchmark(b, m, (*Attached).Frame) })
	}
}

func BenchmarkAttachedStill(b *testing.B) {
	for _, m := range []v4l2.Mode{{Pixel: v4l2.MJPEG, Width: 2592, Height: 1944, Rate: 15}, {Pixel: v4l2.MJPEG, Width: 4608, Height: 3456, Rate: 5}, {Pixel: v4l2.YUYV, Width: 2592, Height: 1944, Rate: 2}} {
		b.Run(m.Pixel.String()+" "+image.Pt(m.Width, m.Height).String(), func(b *testing.B) { benchmark(b, m, (*Attached).Still) })
	}
}

func benchmark(b *testing.B, m v4l2.Mode, picture func(*Attached, context.Context) ([]byte, error)) {
	frame := scene(b, m.Width, m.Height)
	if !m.Pixel.Compressed() {
		frame = yuyv(corner(m.Width, m.Height))
	}
	_, a, err := attachTo(b, softcam.Opts{Modes: []v4l2.Mode{m}, Buffer: len(frame)}, func(v4l2.Mode) []byte { return frame }, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := picture(a, b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
