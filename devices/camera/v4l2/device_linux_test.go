//go:build amd64 || arm64 || loong64 || riscv64

package v4l2_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/softcam"
	"counterfoil/devices/camera/v4l2"
)

var small = capture.Mode{Pixel: capture.YUYV, Width: 16, Height: 8, Rate: 30}

const long = time.Minute

func plugged(t *testing.T, o softcam.Opts) (*softcam.Camera, *v4l2.Device) {
	t.Helper()
	if o.Modes == nil {
		o.Modes = []capture.Mode{small}
	}
	c, d, err := softcam.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close(); c.Close() })
	return c, d
}

func streaming(t *testing.T, d *v4l2.Device) {
	t.Helper()
	if _, err := d.Agree(small); err != nil {
		t.Fatal(err)
	}
	if err := d.Start(3); err != nil {
		t.Fatal(err)
	}
}

func grey(v byte) []byte { return bytes.Repeat([]byte{v, 128}, 16*8) }

func TestFramesAreCopiedBeforeTheDriverHasItsBufferBack(t *testing.T) {
	c, d := plugged(t, softcam.Opts{})
	streaming(t, d)
	var kept [][]byte
	for i := range byte(20) {
		if !c.Send(grey(i)) {
			t.Fatal("it is gone")
		}
		f, err := d.Next(t.Context(), long, nil)
		if err != nil || f.Sequence != uint32(i)+1 {
			t.Fatalf("frame %d: %+v, %v", i, f.Sequence, err)
		}
		kept = append(kept, f.Data)
	}
	for i, f := range kept {
		if !bytes.Equal(f, grey(byte(i))) {
			t.Fatalf("frame %d was written over", i)
		}
	}
}

func TestABrokenFrameAndHalfAFrameAreNamedAndTheNextOneComes(t *testing.T) {
	c, d := plugged(t, softcam.Opts{})
	streaming(t, d)
	for _, send := range []func() bool{func() bool { return c.SendBroken(grey(1)) }, func() bool { return c.Send(grey(2)[:100]) }, func() bool { return c.Send(nil) }} {
		send()
		if _, err := d.Next(t.Context(), long, nil); !errors.Is(err, capture.ErrBroken) {
			t.Fatalf("got %v", err)
		}
	}
	c.Send(grey(4))
	if f, err := d.Next(t.Context(), long, nil); err != nil || !bytes.Equal(f.Data, grey(4)) {
		t.Fatal(err)
	}
}

func TestOfTheFramesThatWaitTheNewestIsTaken(t *testing.T) {
	c, d := plugged(t, softcam.Opts{})
	streaming(t, d)
	for round := range byte(5) {
		for i := range byte(3) {
			c.Send(grey(10*round + i))
		}
		if f, err := d.Next(t.Context(), long, nil); err != nil || f.Data[0] != 10*round+2 {
			t.Fatalf("%v, %v", f.Data[:1], err)
		}
	}
}

func TestSkipLeavesNoFrameThatWaited(t *testing.T) {
	c, d := plugged(t, softcam.Opts{})
	streaming(t, d)
	for i := range byte(3) {
		c.Send(grey(i))
	}
	if err := d.Skip(); err != nil {
		t.Fatal(err)
	}
	c.Send(grey(9))
	if f, err := d.Next(t.Context(), long, nil); err != nil || f.Data[0] != 9 {
		t.Fatalf("%v, %v", f.Data[:1], err)
	}
}

func TestACameraThatSendsNothingIsSilent(t *testing.T) {
	_, d := plugged(t, softcam.Opts{})
	streaming(t, d)
	if _, err := d.Next(t.Context(), time.Millisecond, nil); !errors.Is(err, capture.ErrSilent) {
		t.Fatalf("got %v", err)
	}
}

func TestACancelledWaitReturnsAndTheNextOneStillSees(t *testing.T) {
	c, d := plugged(t, softcam.Opts{})
	streaming(t, d)
	for i := range byte(50) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { _, err := d.Next(ctx, long, nil); done <- err }()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		c.Send(grey(i))
		if f, err := d.Next(t.Context(), long, nil); err != nil || f.Data[0] != i {
			t.Fatal(err)
		}
	}
}

func TestAnUnplugAndACloseEndAWait(t *testing.T) {
	for name, end := range map[string]struct {
		do   func(*softcam.Camera, *v4l2.Device)
		want error
	}{
		"unplug": {func(c *softcam.Camera, _ *v4l2.Device) { c.Unplug() }, capture.ErrUnplugged},
		"close":  {func(_ *softcam.Camera, d *v4l2.Device) { d.Close() }, capture.ErrClosed},
	} {
		c, d := plugged(t, softcam.Opts{})
		streaming(t, d)
		done := make(chan error, 1)
		go func() { _, err := d.Next(t.Context(), long, nil); done <- err }()
		end.do(c, d)
		if err := <-done; !errors.Is(err, end.want) {
			t.Errorf("%s: got %v", name, err)
		}
		d.Close()
		if _, err := d.Modes(); !errors.Is(err, capture.ErrClosed) {
			t.Errorf("%s: a closed camera answers %v", name, err)
		}
	}
}

func TestAChangeOfTheSourceIsSaidOnce(t *testing.T) {
	c, d := plugged(t, softcam.Opts{})
	streaming(t, d)
	c.Change([]capture.Mode{{Pixel: capture.YUYV, Width: 32, Height: 8, Rate: 30}})
	if _, err := d.Next(t.Context(), long, nil); !errors.Is(err, capture.ErrChanged) {
		t.Fatalf("got %v", err)
	}
	if modes, err := d.Modes(); err != nil || len(modes) != 1 || modes[0].Width != 32 {
		t.Fatalf("%v, %v", modes, err)
	}
	if _, err := d.Agree(small); !errors.Is(err, capture.ErrBusy) {
		t.Fatalf("a format was changed under mapped buffers: %v", err)
	}
	d.Stop()
	streaming(t, d)
	c.Send(bytes.Repeat([]byte{3}, 32*8*2))
	if f, err := d.Next(t.Context(), long, nil); err != nil || len(f.Data) != 512 {
		t.Fatalf("%d, %v", len(f.Data), err)
	}
}

func TestABusyCameraAndAFullBusAreToldApart(t *testing.T) {
	c, d := plugged(t, softcam.Opts{NoRoom: func(capture.Mode) bool { return true }})
	if _, err := d.Agree(small); err != nil {
		t.Fatal(err)
	}
	if err := d.Start(3); !errors.Is(err, capture.ErrNoRoom) {
		t.Fatalf("got %v", err)
	}
	c.Occupy(true)
	if _, err := d.Agree(small); !errors.Is(err, capture.ErrBusy) {
		t.Fatalf("got %v", err)
	}
}

func TestAnAnswerOtherThanTheWishIsWhatCounts(t *testing.T) {
	_, d := plugged(t, softcam.Opts{Answer: func(capture.Mode) capture.Mode { return capture.Mode{Pixel: capture.YUYV, Width: 64, Height: 32} }})
	if l, err := d.Agree(capture.Mode{Pixel: capture.YUYV, Width: 1111, Height: 777}); err != nil || l.Width != 64 || l.Height != 32 {
		t.Fatalf("%+v, %v", l, err)
	}
	_, d = plugged(t, softcam.Opts{Answer: func(capture.Mode) capture.Mode { return capture.Mode{Pixel: 'N', Width: 64, Height: 32} }})
	if _, err := d.Agree(small); !errors.Is(err, capture.ErrRefused) {
		t.Fatalf("a format that nobody asked for: %v", err)
	}
}
