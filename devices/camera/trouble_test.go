//go:build (linux && (amd64 || arm64 || loong64 || riscv64)) || (windows && (amd64 || arm64))

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

// TestAnUnplugAtEveryRequestIsALoss counts the requests of two previews and a still,
// and unplugs at each.
func TestAnUnplugAtEveryRequestIsALoss(t *testing.T) {
	use := func(after int, silence time.Duration) (asked int, err error) {
		c, d, err := softcam.New(fitted())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		before := c.Asked()
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
		o.Preview, o.Silence = image.Pt(64, 48), silence
		a, err := attach(t.Context(), d, o)
		if err != nil {
			return c.Asked() - before, err
		}
		defer a.Close()
		if _, err = a.Still(t.Context()); err == nil {
			_, err = a.Frame(t.Context())
		}
		return c.Asked() - before, err
	}
	total, err := use(-1, time.Minute)
	if err != nil || total < 12 {
		t.Fatalf("%d requests, %v", total, err)
	}
	for after := range total {
		asked, err := use(after, silence)
		if err == nil && asked <= after { // how often it polls in vain differs from run to run
			continue
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
