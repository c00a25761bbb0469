package stu_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

// timed notes when captures are started and ended, and that the pad is left alone
// afterwards.
type timed struct {
	hid.Device
	t      *testing.T
	turned time.Time // the latest start or end
	began  time.Time
}

func (d *timed) quiet() {
	if since := time.Since(d.turned); since < 20*time.Millisecond {
		d.t.Errorf("the pad was asked %s after a capture started or ended", since)
	}
}

func (d *timed) GetFeature(id byte, size int) ([]byte, error) {
	d.quiet()
	return d.Device.GetFeature(id, size)
}

func (d *timed) SetFeature(r []byte) error {
	d.quiet()
	switch r[0] {
	case 0x15:
		d.began, d.turned = time.Now(), time.Now()
	case 0x16:
		if since := time.Since(d.began); since < 80*time.Millisecond {
			d.t.Errorf("a capture was ended after %s", since)
		}
		d.turned = time.Now()
	}
	return d.Device.SetFeature(r)
}

func TestACaptureIsGivenItsTime(t *testing.T) {
	for _, m := range formats() {
		synctest.Test(t, func(t *testing.T) {
			opts := softpad.DefaultOpts()
			opts.Model, opts.Calculating = m, 50
			pad := softpad.New(opts)
			dopts := encrypting(t)
			dopts.Poll, dopts.Turn = stu.DefaultOpts().Poll, stu.DefaultOpts().Turn
			d, err := stu.New(context.Background(), &timed{Device: pad.Link(), t: t}, dopts)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			for range 2 {
				inked(t, pad, d)
				if err := d.Show(t.Context(), blank(pad.Size()), image.Rectangle{}); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestACaptureThatAnEarlierProgramLeftIsEnded(t *testing.T) {
	for _, m := range formats() {
		for _, encrypt := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				opts := softpad.DefaultOpts()
				opts.Model = m
				pad := softpad.New(opts)
				dopts := encrypting(t)
				dopts.Poll = stu.DefaultOpts().Poll
				d, err := stu.New(context.Background(), pad.Link(), dopts)
				if err != nil {
					t.Fatal(err)
				}
				inked(t, pad, d)
				d.Close() // as a program that dies: without another picture
				if dopts.Encrypt = encrypt; !pad.Capturing() {
					t.Fatal("it does not capture any more")
				}
				pad.Reports()
				if d, err = stu.New(context.Background(), pad.Link(), dopts); err != nil {
					t.Fatal(err)
				}
				defer d.Close()
				if pad.Capturing() || bytes.Contains(pad.Reports(), []byte{0x04}) {
					t.Error("the capture was not ended, or only by a reset")
				}
				if err := d.Show(context.Background(), blank(pad.Size()), image.Rectangle{}); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestAPadThatTakesItsTimeOverAKeyIsWaitedFor(t *testing.T) {
	for _, m := range formats() {
		synctest.Test(t, func(t *testing.T) {
			opts := softpad.DefaultOpts()
			opts.Model, opts.Calculating = m, 900 // looks, 10 ms apart
			pad := softpad.New(opts)
			dopts := encrypting(t)
			dopts.Poll = stu.DefaultOpts().Poll
			d, err := stu.New(context.Background(), pad.Link(), dopts)
			if err != nil || d.Identity().Encryption != scheme(m) {
				t.Fatalf("%s: %v", m.Name, err)
			}
			defer d.Close()
			inked(t, pad, d)
		})
	}
}

// TestAPictureThatIsGivenUpAtAnyReportLeavesThePadUsable ends the context at each
// feature report of showing a picture to sign, and shows it again.
func TestAPictureThatIsGivenUpAtAnyReportLeavesThePadUsable(t *testing.T) {
	for _, m := range formats()[:2] {
		for n := 1; ; n++ {
			opts := softpad.DefaultOpts()
			opts.Model, opts.Now = m, noon
			pad := softpad.New(opts)
			ctx, cancel := context.WithCancel(t.Context())
			line := &impatient{Device: pad.Link(), cancel: func() {}}
			d, err := stu.New(t.Context(), line, encrypting(t))
			if err != nil {
				t.Fatal(err)
			}
			line.cancel, line.left = cancel, n
			err = d.Show(ctx, blank(pad.Size()), image.Rect(0, 50, 100, 100))
			cancel()
			if err == nil && line.left > 0 {
				if n < 15 {
					t.Fatalf("only %d reports", n)
				}
				d.Close()
				break
			}
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Fatalf("%s, at report %d: %v", m.Name, n, err)
			}
			inked(t, pad, d)
			scrawl(t, pad, d, 4)
			d.Close()
		}
	}
}

// impatient ends a context at a feature report.
type impatient struct {
	hid.Device
	cancel func()
	left   int
}

func (d *impatient) count() {
	if d.left--; d.left == 0 {
		d.cancel()
	}
}

func (d *impatient) GetFeature(id byte, size int) ([]byte, error) {
	d.count()
	return d.Device.GetFeature(id, size)
}

func (d *impatient) SetFeature(r []byte) error {
	d.count()
	return d.Device.SetFeature(r)
}
