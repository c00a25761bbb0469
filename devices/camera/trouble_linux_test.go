//go:build amd64 || arm64 || loong64 || riscv64

package camera

import (
	"errors"
	"image"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/softcam"
)

func TestACameraThatSendsNothingButHalvesIsGarbled(t *testing.T) {
	whole := scene(t, 64, 48)
	_, _, err := attachTo(t, softcam.Opts{Modes: []capture.Mode{liveMode}}, func(capture.Mode) []byte { return whole[:len(whole)/2] }, nil)
	if casework.KindOf(err) != casework.CameraGarbled {
		t.Fatalf("got %v", err)
	}
}

func TestABusWithoutRoomGetsTheNextSizeAndIsNotAskedAgain(t *testing.T) {
	o := webcam()
	refused := 0
	o.NoRoom = func(m capture.Mode) bool {
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
	so := softcam.Opts{Modes: []capture.Mode{liveMode}}
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
	for _, next := range []capture.Mode{plainMode, fullMode, liveMode} {
		c.Change([]capture.Mode{next})
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
		capture.ErrNoAccess: casework.CameraDenied, capture.ErrBusy: casework.CameraBusy, capture.ErrUnsupported: casework.CameraUnsupported,
		capture.ErrUnplugged: casework.CameraLost, capture.ErrSilent: casework.CameraLost, capture.ErrBroken: casework.CameraGarbled,
		errors.New("ioctl: no"): casework.CameraLost,
	} {
		if got := casework.KindOf(refusal(err)); got != want {
			t.Errorf("%v is %s, want %s", err, got, want)
		}
	}
	nodes := []capture.Node{{Path: "/dev/video0", Name: "Face", Denied: true}, {Path: "/dev/video2", Name: "Document", Bus: "usb-1"}}
	for which, want := range map[string]casework.RefusalKind{"": "", "usb-1": "", "Document": "", "/dev/video2": "", "Face": casework.CameraDenied, "Third": casework.CameraMissing} {
		n, err := pick(nodes, which)
		if casework.KindOf(err) != want || err == nil && n.Path != "/dev/video2" {
			t.Errorf("%q: %+v, %v", which, n, err)
		}
	}
}
