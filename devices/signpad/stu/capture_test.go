package stu_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
	"counterfoil/devices/hid/transcript"
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

// dice are the same each time they are made.
func dice() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{4, 2}) }

// TestAnEncryptedExchangePlaysBackToTheLastByte: the session and the host's keys are
// drawn from the options, and the pad's answers are in the transcript.
func TestAnEncryptedExchangePlaysBackToTheLastByte(t *testing.T) {
	for _, m := range formats() {
		sopts := softpad.DefaultOpts()
		sopts.Model, sopts.Now, sopts.Model.Encodings = m, noon, m.Encodings&^0x01
		pad := softpad.New(sopts)
		write := func(dev hid.Device, hand func()) ([]casework.PenSample, error) {
			opts := encrypting(t)
			opts.Random, opts.Now = dice(), func() time.Time { return time.Time{} }
			d, err := stu.New(t.Context(), dev, opts)
			if err != nil {
				return nil, err
			}
			defer d.Close()
			if err := d.Show(t.Context(), blank(pad.Size()), image.Rectangle{Max: pad.Size()}); err != nil {
				return nil, err
			}
			hand()
			samples := read(t, d, 11)
			return samples, d.Show(t.Context(), blank(pad.Size()), image.Rectangle{})
		}
		var text bytes.Buffer
		r := transcript.Record(pad.Link(), &text)
		want, err := write(r, func() {
			for i := range 10 {
				pad.Pen(float64(20+i), 30, 0.5, i > 1)
			}
			pad.Leave()
		})
		if err != nil || r.Err() != nil {
			t.Fatal(m.Name, err, r.Err())
		}
		p, err := transcript.Play(strings.NewReader(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := write(p, func() {})
		if err != nil || p.End() != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", m.Name, err, p.End())
		}
	}
}

func TestSomebodyWhoReadsAllTheTimeSeesEveryCaptureWhole(t *testing.T) {
	pad, _, d := secured(t, softpad.STU430(), nil)
	samples, ended := make(chan casework.PenSample, 1<<16), make(chan error, 1)
	go func() {
		for {
			s, err := d.Read(t.Context())
			if err != nil {
				ended <- err
				return
			}
			samples <- s
		}
	}()
	for i := range 12 {
		var ink image.Rectangle
		if i%2 == 0 {
			ink = image.Rect(0, 0, 320, 200)
		}
		img := blank(pad.Size())
		checks(img, image.Rect(0, 0, 40, 40), uint64(i))
		if err := d.Show(t.Context(), img, ink); err != nil {
			t.Fatal(err)
		}
		if err := pad.Play(t.Context(), softpad.Signature(image.Rect(0, 60, 320, 200))); err != nil {
			t.Fatal(err)
		}
	}
	pad.Unplug()
	if err := <-ended; casework.KindOf(err) != casework.PadLost {
		t.Fatal(err)
	}
	close(samples)
	n, last := 0, -1
	for s := range samples {
		if s.Seq <= last {
			t.Fatal(fmt.Sprint(s.Seq, " after ", last))
		}
		n, last = n+1, s.Seq
	}
	if n < 1000 {
		t.Errorf("only %d samples", n)
	}
}
