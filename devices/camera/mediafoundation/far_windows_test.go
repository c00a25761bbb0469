//go:build amd64 || arm64

package mediafoundation_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/mediafoundation"
	"counterfoil/devices/camera/softcam"
)

const long = time.Minute // a camera that answers is not waited for so long

var tiny = capture.Mode{Pixel: capture.NV12, Width: 4, Height: 4, Rate: 30}

func plugged(t *testing.T, o softcam.Opts) (*softcam.Camera, *mediafoundation.Device) {
	t.Helper()
	if o.Modes == nil {
		o.Modes = []capture.Mode{tiny}
	}
	c, d, err := softcam.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close(); c.Close() })
	return c, d
}

// begin starts a mode and sends it its first frame, which Start waits for.
func begin(t *testing.T, c *softcam.Camera, d *mediafoundation.Device, m capture.Mode, first []byte) {
	t.Helper()
	if _, err := d.Agree(m); err != nil {
		t.Fatal(err)
	}
	go c.Send(first)
	if err := d.Start(1); err != nil {
		t.Fatal(err)
	}
	if f, err := d.Next(t.Context(), long, nil); err != nil || len(f.Data) != len(first) {
		t.Fatalf("%d bytes, %v", len(f.Data), err)
	}
}

// frame is an NV12 picture of 4 × 4 in which each line is a number.
func frame(lines ...byte) []byte {
	var b []byte
	for _, l := range lines {
		b = append(b, l, l, l, l)
	}
	return b
}

func TestAWaitForAFrameEndsWithItsContextWithSilenceAndWithClose(t *testing.T) {
	c, d := plugged(t, softcam.Opts{})
	first := frame(1, 2, 3, 4, 5, 6)
	begin(t, c, d, tiny, first)
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	if _, err := d.Next(ctx, long, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("with its context: %v", err)
	}
	if _, err := d.Next(t.Context(), time.Millisecond, nil); !errors.Is(err, capture.ErrSilent) {
		t.Errorf("with silence: %v", err)
	}
	go c.Send(first)
	if f, err := d.Next(t.Context(), long, nil); err != nil || !bytes.Equal(f.Data, first) {
		t.Errorf("after both: %d bytes, %v", len(f.Data), err)
	}
	ended := make(chan error, 1)
	go func() { _, err := d.Next(context.Background(), long, nil); ended <- err }()
	d.Close()
	if err := <-ended; !errors.Is(err, capture.ErrClosed) {
		t.Errorf("with Close: %v", err)
	}
}

func TestHalfAFrameIsBrokenAndTheNextOneIsNot(t *testing.T) {
	c, d := plugged(t, softcam.Opts{})
	whole := frame(1, 2, 3, 4, 5, 6)
	begin(t, c, d, tiny, whole)
	for _, broken := range [][]byte{whole[:len(whole)-1], {}} {
		go c.Send(broken)
		if _, err := d.Next(t.Context(), long, nil); !errors.Is(err, capture.ErrBroken) {
			t.Errorf("%d bytes: %v", len(broken), err)
		}
	}
	go c.Send(append(bytes.Clone(whole), 7))
	if f, err := d.Next(t.Context(), long, nil); err != nil || !bytes.HasPrefix(f.Data, whole) {
		t.Errorf("% x, %v", f.Data, err)
	}
}

func TestFramesFromBeforeSkipAreLetGo(t *testing.T) {
	c, d := plugged(t, softcam.Opts{})
	old, fresh := frame(1, 1, 1, 1, 1, 1), frame(2, 2, 2, 2, 2, 2)
	begin(t, c, d, tiny, old)
	if err := d.Skip(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for range 3 {
			c.SendTaken(old, 1)
		}
		c.SendTaken(fresh, math.MaxUint64)
	}()
	if f, err := d.Next(t.Context(), long, nil); err != nil || !bytes.Equal(f.Data, fresh) {
		t.Errorf("% x, %v", f.Data, err)
	}
	if err := d.Skip(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for c.SendTaken(old, 1) {
		}
	}()
	if f, err := d.Next(t.Context(), long, nil); err != nil || !bytes.Equal(f.Data, old) {
		t.Errorf("of a camera with another clock: % x, %v", f.Data, err)
	}
}

func TestLinesFromTheBottomUpComeFromTheTopDown(t *testing.T) {
	c, d := plugged(t, softcam.Opts{Upward: true, Modes: []capture.Mode{tiny, {Pixel: capture.MJPEG, Width: 4, Height: 4, Rate: 30}}})
	begin(t, c, d, tiny, frame(1, 2, 3, 4, 5, 6))
	go c.Send(frame(4, 3, 2, 1, 6, 5))
	if f, err := d.Next(t.Context(), long, nil); err != nil || !bytes.Equal(f.Data, frame(1, 2, 3, 4, 5, 6)) {
		t.Errorf("% x, %v", f.Data, err)
	}
}

func TestACameraThatAnotherProgramHasAndOneThatWentAreTold(t *testing.T) {
	c, d := plugged(t, softcam.Opts{})
	begin(t, c, d, tiny, frame(1, 2, 3, 4, 5, 6))
	if err := d.Stop(); err != nil {
		t.Fatal(err)
	}
	c.Occupy(true)
	if _, err := d.Agree(tiny); !errors.Is(err, capture.ErrBusy) {
		t.Errorf("another program: %v", err)
	}
	c.Occupy(false)
	begin(t, c, d, tiny, frame(1, 2, 3, 4, 5, 6))
	c.Unplug()
	d.Stop()
	if _, err := d.Agree(tiny); !errors.Is(err, capture.ErrUnplugged) {
		t.Errorf("unplugged: %v", err)
	}
}
