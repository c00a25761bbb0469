package stu_test

import (
	"context"
	"errors"
	"image"
	"slices"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

func withBulk(o *softpad.Opts) { o.Bulk = true }

func TestAPictureGoesByTheBulkEndpointWhereThereIsOne(t *testing.T) {
	for name, flags := range map[string]byte{"16 bits": 0x0E, "24 bits": 0x0A, "one bit": 0x02, "one bit and zlib": 0x03} {
		t.Run(name, func(t *testing.T) {
			pad, d := plugged(t, func(o *softpad.Opts) {
				o.Bulk, o.Model.Encodings, o.Model.Colour = true, flags, flags&0x0C != 0
			})
			img := blank(pad.Size())
			fill := checks
			if flags&0x0C != 0 {
				fill = noise
			}
			fill(img, img.Rect, 1)
			pad.Reports()
			if err := d.Show(t.Context(), img, image.Rectangle{}); err != nil {
				t.Fatal(err)
			}
			same(t, pad, img)
			if r := pad.Reports(); slices.Contains(r, 0x26) || pad.Carried() == 0 {
				t.Errorf("blocks were sent by reports, %d bytes by the endpoint", pad.Carried())
			}
		})
	}
}

func TestAFewDigitsGoByReportsEvenWithABulkEndpoint(t *testing.T) {
	pad, d := plugged(t, withBulk)
	img := blank(pad.Size())
	checks(img, image.Rect(10, 10, 40, 20), 1)
	if err := d.Show(t.Context(), img, image.Rectangle{}); err != nil {
		t.Fatal(err)
	}
	same(t, pad, img)
	if pad.Carried() != 0 {
		t.Errorf("%d bytes went by the endpoint", pad.Carried())
	}
}

func TestABulkEndpointThatStallsIsDoneWithout(t *testing.T) {
	pad, d := plugged(t, withBulk)
	pad.Jam(true)
	img := blank(pad.Size())
	for seed := range uint64(2) { // the second is not tried by the endpoint
		noise(img, img.Rect, seed)
		if err := d.Show(t.Context(), img, image.Rectangle{}); err != nil {
			t.Fatal(err)
		}
		same(t, pad, img)
		pad.Jam(false)
	}
	if pad.Carried() != 0 {
		t.Errorf("%d bytes went by an endpoint that does not work", pad.Carried())
	}
}

// deaf has a bulk endpoint that the pad behind knows nothing of.
type deaf struct{ hid.Device }

func (deaf) WriteBulk(context.Context, []byte) error { return errors.New("it must not come to that") }

func TestAPadThatRefusesBulkPicturesGetsThemByReports(t *testing.T) {
	pad := softpad.New(softpad.DefaultOpts())
	opts := stu.DefaultOpts()
	opts.Poll = time.Microsecond
	d, err := stu.New(t.Context(), deaf{pad.Link()}, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	img := blank(pad.Size())
	noise(img, image.Rect(0, 0, 300, 300), 1)
	if err := d.Show(t.Context(), img, image.Rectangle{}); err != nil {
		t.Fatal(err)
	}
	same(t, pad, img)
}

func TestAnUnplugInTheMiddleOfABulkPictureIsAnUnplug(t *testing.T) {
	for n := 1; ; n++ {
		pad, d := plugged(t, withBulk)
		pad.UnplugAfter(n)
		img := blank(pad.Size())
		noise(img, image.Rect(0, 0, 60, 60), 1)
		err := d.Show(t.Context(), img, image.Rectangle{})
		if err == nil {
			if n < 5 {
				t.Fatalf("the picture took %d transfers", n)
			}
			return
		}
		if casework.KindOf(err) != casework.PadLost {
			t.Fatalf("transfer %d: %v", n, err)
		}
	}
}
