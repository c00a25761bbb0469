//go:build vm

package devicevm_test

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
	"counterfoil/devices/signpad"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

// machine sees what is attached, as the application does: it looks when the
// kernel says that something came or went, and never otherwise.
type machine struct {
	t       *testing.T
	changed <-chan struct{}
}

func watched(t *testing.T) *machine {
	t.Helper()
	changed, err := hid.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &machine{t: t, changed: changed}
}

// until waits for an event after which the pads that are found are as wanted.
func (m *machine) until(what string, wanted func([]hid.Node) bool) []hid.Node {
	m.t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case <-m.changed:
		case <-late:
			m.t.Fatalf("%s: not within the time", what)
		}
		found, err := hid.Find(stu.Vendor, stu.Products())
		if err != nil {
			m.t.Fatal(err)
		}
		if wanted(found) {
			m.t.Logf("%s: %+v", what, found)
			return found
		}
	}
}

// one waits until exactly one pad is there, by this way.
func (m *machine) one(transport string) hid.Node {
	m.t.Helper()
	return m.until("one pad on "+transport, func(f []hid.Node) bool { return len(f) == 1 && f[0].Transport == transport })[0]
}

func (m *machine) none() {
	m.t.Helper()
	m.until("no pad", func(f []hid.Node) bool { return len(f) == 0 })
}

func open(t *testing.T, n hid.Node) *stu.Dev {
	t.Helper()
	device, err := hid.Open(n)
	if err != nil {
		t.Fatal(err)
	}
	opts := stu.DefaultOpts()
	opts.Poll = time.Millisecond
	d, err := stu.New(t.Context(), device, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func newPad(bulk bool) *softpad.Pad {
	opts := softpad.DefaultOpts()
	opts.Bulk = bulk
	return softpad.New(opts)
}

// picture is a page with black and white and, within colour, shades that
// survive 16 bits a pixel.
func picture(seed int, colour image.Rectangle) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 800, 480))
	draw.Draw(img, img.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	for y := 40; y < 200; y++ {
		for x := 40; x < 760; x++ {
			if (x*x+y*y*seed)%7 < 3 {
				img.SetRGBA(x, y, color.RGBA{A: 0xFF})
			}
		}
	}
	for y := colour.Min.Y; y < colour.Max.Y; y++ {
		for x := colour.Min.X; x < colour.Max.X; x++ {
			r, g, b := uint8(x*seed)&31, uint8(y)&63, uint8(x^y)&31
			img.SetRGBA(x, y, color.RGBA{r<<3 | r>>2, g<<2 | g>>4, b<<3 | b>>2, 0xFF})
		}
	}
	return img
}

// conforms is what every pad must do by every way: show a picture to the pixel,
// and deliver every report of a signature in order.
func conforms(t *testing.T, pad *softpad.Pad, d *stu.Dev) {
	t.Helper()
	img, ink := picture(3, image.Rect(60, 220, 160, 260)), image.Rect(200, 280, 700, 460)
	began := time.Now()
	if err := d.Show(t.Context(), img, ink); err != nil {
		t.Fatal(err)
	}
	t.Logf("%v: a picture in %v, %d bytes by the bulk endpoint", d, time.Since(began).Round(time.Millisecond), pad.Carried())
	shown := pad.Display()
	for i := range img.Pix {
		if shown.Pix[i] != img.Pix[i] {
			t.Fatalf("pixel %d,%d is not as sent", i/4%800, i/4/800)
		}
	}
	signed := make(chan error, 1)
	go func() { signed <- pad.Play(t.Context(), softpad.Signature(ink)) }()
	var samples []casework.PenSample
	for len(samples) == 0 || samples[len(samples)-1].Near { // the last report is of the pen that left
		s, err := d.Read(t.Context())
		if err != nil {
			t.Fatalf("after %d samples: %v", len(samples), err)
		}
		samples = append(samples, s)
	}
	if err := <-signed; err != nil {
		t.Fatal(err)
	}
	if lost := signpad.Lost(samples); lost != 0 || len(samples) < 100 {
		t.Fatalf("%d samples, %d lost", len(samples), lost)
	}
	t.Logf("%d samples, none lost", len(samples))
}

// gone reads until the pad's end, which must be an unplug.
func gone(t *testing.T, d *stu.Dev) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		_, err := d.Read(ctx)
		if err == nil {
			continue
		}
		if casework.KindOf(err) != casework.PadLost {
			t.Fatalf("not an unplug: %v", err)
		}
		return
	}
}
