//go:build amd64 || arm64 || loong64 || riscv64

package camera

import (
	"image"
	"testing"
	"time"

	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/softcam"
)

// fitted is a camera with all that softcam has here.
func fitted() softcam.Opts {
	o := webcam()
	o.Controls = controls()
	return o
}

// silence of a camera that was unplugged is not waited for: the kernel tells.
const silence = time.Minute

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
