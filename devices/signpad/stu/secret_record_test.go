package stu_test

import (
	"bytes"
	"fmt"
	"image"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
	"counterfoil/devices/hid/transcript"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

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
