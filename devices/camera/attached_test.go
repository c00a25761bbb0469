//go:build (linux && (amd64 || arm64 || loong64 || riscv64)) || (windows && (amd64 || arm64))

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

	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/softcam"
)

var (
	liveMode  = capture.Mode{Pixel: capture.MJPEG, Width: 64, Height: 48, Rate: 30}
	fullMode  = capture.Mode{Pixel: capture.MJPEG, Width: 640, Height: 480, Rate: 5}
	plainMode = capture.Mode{Pixel: capture.YUYV, Width: 64, Height: 48, Rate: 30}
)

func webcam() softcam.Opts {
	return softcam.Opts{Modes: []capture.Mode{liveMode, fullMode}, Buffer: 1 << 17}
}

// pump sends what frame returns for the mode that is set, until the camera goes.
func pump(t testing.TB, c *softcam.Camera, frame func(capture.Mode) []byte) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for c.Send(frame(c.Mode())) {
		}
	}()
	t.Cleanup(func() { c.Unplug(); <-done })
}

func scenes(t testing.TB) func(capture.Mode) []byte {
	small, large, plain := scene(t, 64, 48), scene(t, 640, 480), yuyv(corner(64, 48))
	return func(m capture.Mode) []byte {
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

func attachTo(t testing.TB, so softcam.Opts, frame func(capture.Mode) []byte, change func(*AttachedOpts)) (*softcam.Camera, *Attached, error) {
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
	_, a, err := attachTo(t, softcam.Opts{Modes: []capture.Mode{plainMode}}, scenes(t), nil)
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
	_, a, err := attachTo(t, softcam.Opts{Modes: []capture.Mode{liveMode}}, func(capture.Mode) []byte {
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

// TestALongPreviewKeepsNothing looks at 3,000 pictures of 640 × 480, five
// minutes at ten a second, and lets each go.
func TestALongPreviewKeepsNothing(t *testing.T) {
	_, a, err := attachTo(t, softcam.Opts{Modes: []capture.Mode{fullMode}, Buffer: 1 << 17}, scenes(t), nil)
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
