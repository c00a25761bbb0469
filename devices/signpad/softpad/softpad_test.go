package softpad

import (
	"context"
	"errors"
	"image"
	"testing"
	"time"

	"counterfoil/devices/hid"
)

func result(t *testing.T, d hid.Device) byte {
	t.Helper()
	r, err := d.GetFeature(0x03, 5)
	if err != nil {
		t.Fatal(err)
	}
	return r[2]
}

// whole sends a picture of n bytes for a part and returns the pad's result.
func whole(t *testing.T, d hid.Device, encoding byte, a [8]byte, n int) byte {
	t.Helper()
	d.SetFeature(append([]byte{0x24, encoding, 1}, a[:]...))
	if r := result(t, d); r != resultOK {
		return r
	}
	for n > 0 {
		block := make([]byte, 256)
		block[0], block[1] = 0x26, byte(min(n, 253))
		if err := d.SetFeature(block); err != nil {
			t.Fatal(err)
		}
		n -= 253
	}
	d.SetFeature([]byte{0x27, 0})
	r := result(t, d)
	result(t, d) // ready again
	return r
}

func TestThePadJudgesPicturesAsFirmwareDoes(t *testing.T) {
	part := [8]byte{0, 0, 0, 0, 10, 0, 10, 0}
	opts := DefaultOpts()
	opts.Model.Encodings = 0x07
	d := New(opts).Link()
	for name, c := range map[string]struct {
		encoding byte
		area     [8]byte
		bytes    int
		want     byte
	}{
		"as it should be":           {enc16, part, 200, resultOK},
		"too short":                 {enc16, part, 199, resultBadParameter},
		"too long":                  {enc16, part, 201, resultTooLong},
		"much too long":             {enc16, part, 2000, resultTooLong},
		"not compressed":            {enc1zlib, part, 20, resultZlib},
		"an encoding it lacks":      {enc24, part, 300, resultEncoding},
		"an encoding there is none": {0x33, part, 300, resultEncoding},
		"beyond the display":        {enc16, [8]byte{0, 0, 0, 0, 0x21, 3, 1, 0}, 2, resultArea},
		"an empty part":             {enc16, [8]byte{5, 0, 5, 0, 5, 0, 5, 0}, 2, resultArea},
	} {
		if got := whole(t, d, c.encoding, c.area, c.bytes); got != c.want {
			t.Errorf("%s: result %02x, want %02x", name, got, c.want)
		}
	}
}

func TestThePadKeepsToItsStates(t *testing.T) {
	d := New(DefaultOpts()).Link()
	d.SetFeature(make256(0x26))
	if r := result(t, d); r != resultWrongState {
		t.Errorf("a block without a picture: %02x", r)
	}
	d.SetFeature([]byte{0x25, enc1})
	d.SetFeature([]byte{0x20, 0})
	if r := result(t, d); r != resultWrongState {
		t.Errorf("a clear within a picture: %02x", r)
	}
	d.SetFeature([]byte{0x27, 1})
	if r := result(t, d); r != resultOK {
		t.Errorf("abandoned: %02x", r)
	}
}

func make256(id byte) []byte { return append([]byte{id}, make([]byte, 255)...) }

func TestReportsOfAWrongLengthOrIDAreRefused(t *testing.T) {
	d := New(DefaultOpts()).Link()
	for _, r := range [][]byte{{}, {0x20}, {0x20, 0, 0}, {0x26, 1, 0, 9}, {0x99, 1}, {0x0C, 2, 0}, {0x04}} {
		if err := d.SetFeature(r); !errors.Is(err, hid.ErrRefused) {
			t.Errorf("%x: %v", r, err)
		}
	}
	if _, err := d.GetFeature(0x60, 64); !errors.Is(err, hid.ErrRefused) {
		t.Errorf("got %v", err)
	}
}

func TestALinkEndsWithTheNextOneAndWithThePlug(t *testing.T) {
	pad := New(DefaultOpts())
	first := pad.Link()
	second := pad.Link()
	if _, err := first.ReadInput(t.Context()); !errors.Is(err, hid.ErrClosed) {
		t.Errorf("the first link: %v", err)
	}
	pad.Unplug()
	if _, err := second.ReadInput(t.Context()); !errors.Is(err, hid.ErrUnplugged) {
		t.Errorf("the second link: %v", err)
	}
	if err := pad.Link().SetFeature([]byte{0x20, 0}); !errors.Is(err, hid.ErrUnplugged) {
		t.Errorf("a link to nothing: %v", err)
	}
	if err := pad.Play(t.Context(), [][]Point{{{X: 1}}}); !errors.Is(err, hid.ErrUnplugged) {
		t.Errorf("a hand on nothing: %v", err)
	}
	pad.Plug()
	if _, err := pad.Link().GetFeature(0x08, 17); err != nil || !pad.Plugged() {
		t.Errorf("plugged in again: %v", err)
	}
}

func TestAMouseBecomesTwoHundredReportsASecond(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	opts := DefaultOpts()
	opts.Now = func() time.Time { return now }
	pad := New(opts)
	d := pad.Link()
	d.SetFeature([]byte{0x32, 3})
	pad.Pen(100, 100, 0, true)
	for i := range 5 { // a mouse every 20 ms
		now = now.Add(20 * time.Millisecond)
		pad.Pen(float64(110+i*10), 100, 0, true)
	}
	n, lastX, lastTime := 0, 0, 0
	for ; n < 21; n++ {
		r, err := d.ReadInput(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		x, ms, pressure := int(r[3])<<8|int(r[4]), int(r[7])<<8|int(r[8]), int(r[1]&0x0F)<<8|int(r[2])
		if x < lastX || n > 0 && ms != lastTime+5 || pressure < 200 || pressure > 900 {
			t.Fatalf("report %d: x %d after %d, time %d after %d, pressure %d", n, x, lastX, ms, lastTime, pressure)
		}
		lastX, lastTime = x, ms
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.ReadInput(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("more than 21 reports in 100 ms: %v", err)
	}
}

func TestAPatientHandIsGivenUpWithItsContext(t *testing.T) {
	pad := New(DefaultOpts())
	pad.Link() // nobody reads
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- pad.Play(ctx, Signature(image.Rect(0, 0, 800, 480))) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}
