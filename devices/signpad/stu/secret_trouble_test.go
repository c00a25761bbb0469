package stu_test

import (
	"bytes"
	"context"
	"image"
	"testing"
	"testing/synctest"

	"counterfoil/app/casework"
	"counterfoil/devices/signpad"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

func TestAPadThatOffersNoEncryptionIsUsedInTheClearAndSaysSo(t *testing.T) {
	for _, m := range formats() {
		pad, _, d := secured(t, m, func(o *softpad.Opts) { o.Plain = true })
		if got := d.Identity().Encryption; got != "" {
			t.Errorf("%s: %q", m.Name, got)
		}
		if err := d.Show(t.Context(), blank(pad.Size()), image.Rectangle{Max: pad.Size()}); err != nil {
			t.Fatal(m.Name, err)
		}
		scrawl(t, pad, d, 5)
		if bytes.Contains(pad.Reports(), []byte{0x15}) {
			t.Errorf("%s: a capture was started", m.Name)
		}
	}
}

func TestAPadWhoseEncryptionFailsWhenItIsOpenedIsUsedInTheClear(t *testing.T) {
	for _, m := range formats() {
		for _, flaw := range []softpad.Flaw{softpad.RefusesKey, softpad.RefusesCapture, softpad.EndlessKey, softpad.ForeignHost} {
			if flaw == softpad.ForeignHost && m.Whole {
				continue // it sends no key
			}
			synctest.Test(t, func(t *testing.T) {
				opts := softpad.DefaultOpts()
				opts.Model = m
				pad := softpad.New(opts)
				pad.Flaw(flaw)
				dopts := encrypting(t)
				dopts.Poll, dopts.Turn = stu.DefaultOpts().Poll, stu.DefaultOpts().Turn
				d, err := stu.New(context.Background(), pad.Link(), dopts)
				if err != nil {
					t.Fatalf("%s, flaw %d: %v", m.Name, flaw, err)
				}
				defer d.Close()
				if got := d.Identity().Encryption; got != "" || pad.Capturing() {
					t.Errorf("%s, flaw %d: %q", m.Name, flaw, got)
				}
				if err := d.Show(t.Context(), blank(pad.Size()), image.Rectangle{Max: pad.Size()}); err != nil {
					t.Fatal(err)
				}
				scrawl(t, pad, d, 5)
			})
		}
	}
}

func TestAPadThatEncryptsWithAnotherKeyOrSessionIsGarbledAtItsFirstReport(t *testing.T) {
	for _, m := range formats() {
		for _, flaw := range []softpad.Flaw{softpad.ForeignSession, softpad.ForeignKey} {
			pad, _, d := secured(t, m, nil)
			pad.Flaw(flaw)
			inked(t, pad, d)
			pad.Pen(30, 30, 0.5, true)
			pad.Leave()
			if _, err := d.Read(t.Context()); casework.KindOf(err) != casework.PadGarbled {
				t.Errorf("%s, flaw %d: %v", m.Name, flaw, err)
			}
		}
	}
}

func TestAPadThatStopsToAgreeOnKeysShowsNothingToSignAndIsClearWhenOpenedAnew(t *testing.T) {
	for _, m := range formats() {
		pad, _, d := secured(t, m, nil)
		pad.Flaw(softpad.RefusesKey)
		err := d.Show(t.Context(), blank(pad.Size()), image.Rectangle{Max: pad.Size()})
		if casework.KindOf(err) != casework.PadGarbled || pad.Capturing() {
			t.Errorf("%s: %v", m.Name, err)
		}
		again, err := stu.New(t.Context(), pad.Link(), encrypting(t))
		if err != nil || again.Identity().Encryption != "" {
			t.Fatalf("%s: %v", m.Name, err)
		}
		again.Close()
	}
}

func TestAClearReportWithinACaptureEndsThePad(t *testing.T) {
	for _, m := range formats() {
		pad, _, d := secured(t, m, nil)
		inked(t, pad, d)
		scrawl(t, pad, d, 4)
		for _, r := range ofAll() {
			if r[0] == ownReport(m) {
				pad.Input(r)
			}
		}
		if _, err := d.Read(t.Context()); casework.KindOf(err) != casework.PadGarbled {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
}

func TestReportsThatWaitFromBeforeATurnDoNoHarm(t *testing.T) {
	for _, m := range formats() {
		pad, _, d := secured(t, m, nil)
		for range 9 { // nobody reads them before the capture starts
			pad.Pen(30, 30, 0.5, false)
		}
		inked(t, pad, d)
		if s := scrawlFirst(t, pad, d); s.Near != true || s.X == 0 {
			t.Errorf("%s: the first of the capture is %+v", m.Name, s)
		}
		for range 8 { // nobody reads these before it ends
			pad.Pen(40, 40, 0.5, true)
		}
		if err := d.Show(t.Context(), blank(pad.Size()), image.Rectangle{}); err != nil {
			t.Fatal(err)
		}
		pad.Leave()
		late := 0
		for s := (casework.PenSample{Near: true}); s.Near; late++ {
			s = read(t, d, 1)[0]
		}
		if late != 9 {
			t.Errorf("%s: %d samples came of the eight and the one that left", m.Name, late)
		}
	}
}

// scrawlFirst moves the pen twice and reads both samples; one report may hold them.
func scrawlFirst(t *testing.T, pad *softpad.Pad, d *stu.Dev) casework.PenSample {
	t.Helper()
	pad.Pen(30, 30, 0.5, true)
	pad.Pen(31, 30, 0.5, true)
	return read(t, d, 2)[0]
}

func TestReportsThatAreLostInACaptureShowAsAGapWhereThereIsASequence(t *testing.T) {
	for _, m := range formats() {
		pad, _, d := secured(t, m, nil)
		inked(t, pad, d)
		before := scrawl(t, pad, d, 5)
		pad.Drop(2)
		after := scrawlGap(t, pad, d)
		lost := map[bool]int{true: 4, false: 2}[m.Whole] // two in a block
		if m.Old {
			lost = 0
		}
		if got := signpad.Lost(append(before, after...)); got != lost {
			t.Errorf("%s: %d are missing, want %d", m.Name, got, lost)
		}
	}
}

func scrawlGap(t *testing.T, pad *softpad.Pad, d *stu.Dev) []casework.PenSample {
	t.Helper()
	for i := range 10 {
		pad.Pen(float64(50+i), 50, 0.5, true)
	}
	pad.Leave()
	var samples []casework.PenSample
	for {
		s := read(t, d, 1)[0]
		if samples = append(samples, s); !s.Near {
			return samples
		}
	}
}

func TestAnUnplugAtEveryReportOfAgreeingOnAKeyIsAnOrdinaryEvent(t *testing.T) {
	for _, m := range formats()[:2] {
		opts := softpad.DefaultOpts()
		opts.Model = m
		for n := 1; ; n++ {
			pad := softpad.New(opts)
			pad.UnplugAfter(n)
			img := blank(pad.Size())
			d, err := stu.New(t.Context(), pad.Link(), encrypting(t))
			if err == nil {
				err = d.Show(t.Context(), img, image.Rect(0, 50, 100, 100))
			}
			if err == nil {
				err = d.Show(t.Context(), img, image.Rectangle{})
			}
			if err == nil {
				if n < 40 {
					t.Fatalf("only %d reports", n)
				}
				break
			}
			if casework.KindOf(err) != casework.PadLost {
				t.Fatalf("%s, at report %d: %v", m.Name, n, err)
			}
			pad.Plug()
			if d, err = stu.New(t.Context(), pad.Link(), encrypting(t)); err != nil || d.Identity().Encryption != scheme(m) {
				t.Fatalf("%s, plugged in again after report %d: %v", m.Name, n, err)
			}
			d.Close()
		}
	}
}
