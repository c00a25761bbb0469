package stu_test

import (
	"context"
	"image"
	"testing"
	"time"

	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

// BenchmarkPenReportToSample is a pen report's way through the driver, with the
// software pad's making of it.
func BenchmarkPenReportToSample(b *testing.B) {
	pad := softpad.New(softpad.DefaultOpts())
	d, err := stu.New(b.Context(), pad.Link(), stu.DefaultOpts())
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	b.ReportAllocs()
	for b.Loop() {
		pad.Pen(400, 300, 0.5, true)
		if _, err := d.Read(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncryptedPenReportToSample is the same within a capture, the pad's
// encrypting included.
func BenchmarkEncryptedPenReportToSample(b *testing.B) {
	pad := softpad.New(softpad.DefaultOpts())
	opts := stu.DefaultOpts()
	opts.Encrypt = true
	d, err := stu.New(b.Context(), pad.Link(), opts)
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	if err := d.Show(b.Context(), blank(pad.Size()), image.Rectangle{Max: pad.Size()}); err != nil || !pad.Capturing() {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		pad.Pen(400, 300, 0.5, true)
		if _, err := d.Read(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// A full-speed bus has frames of 1 ms. How many packets of 64 bytes a pad's
// control pipe gets into one is the host's affair, so the time of a picture lies
// between one packet a frame and one whole report a frame.
const (
	packet = 64
	frames = 1000 // a second
)

// counted notes the feature reports, both ways.
type counted struct {
	hid.Device
	bytes, reports, packets int
}

func (c *counted) note(n int) {
	c.bytes += n
	c.reports++
	c.packets += (n + packet - 1) / packet
}

func (c *counted) GetFeature(id byte, size int) ([]byte, error) {
	c.note(size)
	return c.Device.GetFeature(id, size)
}

func (c *counted) SetFeature(r []byte) error {
	c.note(len(r))
	return c.Device.SetFeature(r)
}

// BenchmarkShow is one picture on a display that holds another: what it costs on
// the wire by reports, how long that takes on a full-speed bus at best and at
// worst (reckoned, not waited for), and what the driver and the software pad need
// themselves. A page has a paragraph and a coloured button, noise is all there is.
func BenchmarkShow(b *testing.B) {
	for _, m := range everyModel() {
		for _, name := range []string{"page", "noise"} {
			b.Run(m.Name+"/"+name, func(b *testing.B) {
				opts := softpad.DefaultOpts()
				opts.Model = m
				link := &counted{Device: softpad.New(opts).Link()}
				dopts := stu.DefaultOpts()
				dopts.Poll = time.Microsecond
				d, err := stu.New(context.Background(), link, dopts)
				if err != nil {
					b.Fatal(err)
				}
				defer d.Close()
				white := blank(image.Pt(m.Width, m.Height))
				img := pageOrNoise(m, name == "noise")
				for b.Loop() {
					b.StopTimer()
					if err := d.Show(b.Context(), white, image.Rectangle{}); err != nil {
						b.Fatal(err)
					}
					link.bytes, link.reports, link.packets = 0, 0, 0
					b.StartTimer()
					if err := d.Show(b.Context(), img, image.Rectangle{}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(link.bytes), "wire-B/op")
				b.ReportMetric(float64(link.reports)/frames, "best-s/op")
				b.ReportMetric(float64(link.packets)/frames, "worst-s/op")
			})
		}
	}
}

func pageOrNoise(m softpad.Model, everywhere bool) *image.RGBA {
	img := blank(image.Pt(m.Width, m.Height))
	text, button := image.Rect(m.Width/20, m.Height/10, m.Width*3/4, m.Height/2), image.Rect(m.Width/20, m.Height*3/4, m.Width/4, m.Height*7/8)
	if everywhere {
		text, button = img.Rect, img.Rect
	}
	if checks(img, text, 1); m.Colour {
		noise(img, button, 1)
	}
	return img
}
