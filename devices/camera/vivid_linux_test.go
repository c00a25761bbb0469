//go:build vm && (amd64 || arm64 || loong64 || riscv64)

package camera

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/v4l2"
)

// These tests want a kernel with the module vivid loaded, one device, and root:
// they run in the virtual machine of the device tests. Nothing is skipped; on a
// machine without vivid they fail.

func vivid(t *testing.T) capture.Node {
	t.Helper()
	nodes, err := v4l2.Find()
	if err != nil {
		t.Fatal(err)
	}
	if len(nodes) != 1 || nodes[0].Name != "vivid" {
		t.Fatalf("want vivid's capture node alone, got %+v", nodes)
	}
	return nodes[0]
}

func opened(t *testing.T) *v4l2.Device {
	t.Helper()
	d, err := v4l2.Open(vivid(t).Path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// press writes one of vivid's controls by its name.
func press(t *testing.T, d *v4l2.Device, name string, value int32) capture.ControlID {
	t.Helper()
	list, err := d.Controls()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(c capture.Control) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("vivid has no control %q", name)
	}
	if err := d.Set(list[i].ID, value); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return list[i].ID
}

func start(t *testing.T, d *v4l2.Device) capture.Layout {
	t.Helper()
	l, err := d.Agree(capture.Mode{Pixel: capture.YUYV, Width: 640, Height: 480, Rate: 30})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Start(buffers); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestOnVividOnlyTheCaptureNodeIsACamera(t *testing.T) {
	n := vivid(t)
	others := 0
	for _, e := range nodesIn(t) {
		if path := "/dev/" + e; path != n.Path {
			if _, err := v4l2.Open(path); !errors.Is(err, capture.ErrNoCamera) {
				t.Errorf("%s: %v", path, err)
			}
			others++
		}
	}
	if others == 0 {
		t.Error("vivid has no other node: nothing was told apart")
	}
}

func nodesIn(t *testing.T) (names []string) {
	entries, err := os.ReadDir("/sys/class/video4linux")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "video") {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestOnVividTheModesAreListedAndAnotherSizeIsAnsweredWithItsOwn(t *testing.T) {
	d := opened(t)
	modes, err := d.Modes()
	if err != nil || !slices.ContainsFunc(modes, func(m capture.Mode) bool {
		return m.Pixel == capture.YUYV && m.Width == 1280 && m.Height == 720 && m.Rate > 0
	}) {
		t.Fatalf("%+v, %v", modes, err)
	}
	t.Logf("%d modes, %+v first", len(modes), modes[0])
	l, err := d.Agree(capture.Mode{Pixel: capture.YUYV, Width: 1111, Height: 777})
	if err != nil || l.Width == 1111 {
		t.Fatalf("%+v, %v", l, err)
	}
}

func TestOnVividAPreviewLivesAStillIsFullAndThePreviewGoesOn(t *testing.T) {
	o := DefaultAttachedOpts()
	o.MaxPixels, o.Silence = 1920*1080, time.Minute
	a, err := OpenAttached(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if a.Name() != "vivid" {
		t.Errorf("name %q", a.Name())
	}
	var last []byte
	begun := time.Now()
	for range 20 {
		f, err := a.Frame(t.Context())
		if err != nil || width(t, f) != 1280 || bytes.Equal(f, last) {
			t.Fatalf("the preview stands still: %v", err)
		}
		last = f
	}
	t.Logf("20 previews in %v", time.Since(begun))
	begun = time.Now()
	s, err := a.Still(t.Context())
	if err != nil || width(t, s) != 1920 {
		t.Fatal(err)
	}
	t.Logf("a still in %v", time.Since(begun))
	if f, err := a.Frame(t.Context()); err != nil || width(t, f) != 1280 {
		t.Fatal(err)
	}
	if out := os.Getenv("PICTURES"); out != "" {
		if err := os.WriteFile(out+"/vivid-still.jpg", s, 0o644); err != nil {
			t.Error(err)
		}
	}
}

func TestOnVividADamagedFrameIsNamedAndTheNextOneComes(t *testing.T) {
	d := opened(t)
	start(t, d)
	if _, err := d.Next(t.Context(), time.Minute, nil); err != nil {
		t.Fatal(err)
	}
	press(t, d, "Inject V4L2_BUF_FLAG_ERROR", 1)
	broken := 0
	for range 10 {
		if _, err := d.Next(t.Context(), time.Minute, nil); errors.Is(err, capture.ErrBroken) {
			broken++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if broken != 1 {
		t.Errorf("%d damaged frames of one", broken)
	}
}

func TestOnVividDroppedFramesShowAsAJump(t *testing.T) {
	d := opened(t)
	start(t, d)
	press(t, d, "Percentage of Dropped Buffers", 50)
	defer press(t, d, "Percentage of Dropped Buffers", 0)
	first, err := d.Next(t.Context(), time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	last := first
	for range 20 {
		if last, err = d.Next(t.Context(), time.Minute, last.Data); err != nil {
			t.Fatal(err)
		}
	}
	if last.Sequence-first.Sequence <= 20 {
		t.Errorf("from %d to %d", first.Sequence, last.Sequence)
	}
}

func TestOnVividAFatalErrorEndsAndOpeningAnewHelps(t *testing.T) {
	d := opened(t)
	start(t, d)
	press(t, d, "Inject Fatal Streaming Error", 1)
	var err error
	for range 10 * maxBroken {
		if _, err = d.Next(t.Context(), time.Minute, nil); err != nil {
			break
		}
	}
	if err == nil {
		t.Fatal("it goes on")
	}
	t.Logf("a fatal error is %v", err)
	d.Close()
	d = opened(t)
	start(t, d)
	if _, err := d.Next(t.Context(), time.Minute, nil); err != nil {
		t.Fatal(err)
	}
}

func TestOnVividRefusedBuffersAreSaid(t *testing.T) {
	d := opened(t)
	if _, err := d.Agree(capture.Mode{Pixel: capture.YUYV, Width: 640, Height: 480}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Inject VIDIOC_REQBUFS Error", "Inject VIDIOC_QBUF Error", "Inject VIDIOC_STREAMON Error"} {
		press(t, d, name, 1)
		if err := d.Start(buffers); err == nil {
			t.Errorf("%s: it streams", name)
		}
		if err := d.Start(buffers); err != nil {
			t.Errorf("after %s: %v", name, err)
		}
		d.Stop()
	}
}

func TestOnVividASecondProgramIsBusyAndTheFirstGoesOn(t *testing.T) {
	a := opened(t)
	start(t, a)
	b := opened(t)
	if _, err := b.Agree(capture.Mode{Pixel: capture.YUYV, Width: 1280, Height: 720}); !errors.Is(err, capture.ErrBusy) {
		t.Errorf("got %v", err)
	}
	if _, err := a.Next(t.Context(), time.Minute, nil); err != nil {
		t.Fatal(err)
	}
}

func TestOnVividAControlKeepsItsValue(t *testing.T) {
	d := opened(t)
	id := press(t, d, "Brightness", 200)
	if v, err := d.Value(id); err != nil || v != 200 {
		t.Fatalf("%d, %v", v, err)
	}
	press(t, d, "Brightness", 128)
	if err := d.Set(capture.Focus, 1); !errors.Is(err, capture.ErrRefused) {
		t.Errorf("vivid has no focus: %v", err)
	}
}

// TestOnVividAChangeOfTheSourceIsTakenUp gives vivid's picture another
// colorspace, upon which it says that its source changed.
func TestOnVividAChangeOfTheSourceIsTakenUp(t *testing.T) {
	d := opened(t)
	l := start(t, d)
	if _, err := d.Next(t.Context(), time.Minute, nil); err != nil {
		t.Fatal(err)
	}
	other := opened(t)
	press(t, other, "Colorspace", 1)
	defer press(t, other, "Colorspace", 2) // sRGB, as it was
	var err error
	for range 10 {
		if _, err = d.Next(t.Context(), time.Minute, nil); err != nil {
			break
		}
	}
	if !errors.Is(err, capture.ErrChanged) {
		t.Fatalf("got %v", err)
	}
	d.Stop()
	if again := start(t, d); again != l {
		t.Errorf("%+v after %+v", again, l)
	}
	if _, err := d.Next(t.Context(), time.Minute, nil); err != nil {
		t.Fatal(err)
	}
}

// TestOnVividANodeThatMayNotBeOpenedIsDenied runs itself as nobody.
func TestOnVividANodeThatMayNotBeOpenedIsDenied(t *testing.T) {
	if os.Getuid() != 0 {
		nodes, err := v4l2.Find()
		if err != nil || len(nodes) != 1 || !nodes[0].Denied || !strings.HasPrefix(nodes[0].Name, "vivid") {
			t.Fatalf("%+v, %v", nodes, err)
		}
		if _, err := OpenAttached(t.Context(), DefaultAttachedOpts()); casework.KindOf(err) != casework.CameraDenied {
			t.Fatalf("got %v", err)
		}
		return
	}
	for _, name := range nodesIn(t) {
		if err := os.Chmod("/dev/"+name, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestOnVividAnUnplugIsALoss is the last one: the node is gone after it.
func TestOnVividAnUnplugIsALoss(t *testing.T) {
	o := DefaultAttachedOpts()
	o.MaxPixels, o.Silence = 640*480, time.Minute
	a, err := OpenAttached(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	d := opened(t)
	press(t, d, "Disconnect", 1)
	if _, err := a.Frame(t.Context()); casework.KindOf(err) != casework.CameraLost {
		t.Fatalf("got %v", err)
	}
	if _, err := a.Still(t.Context()); casework.KindOf(err) != casework.CameraLost {
		t.Fatalf("got %v", err)
	}
}
