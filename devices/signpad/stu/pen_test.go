package stu_test

import (
	"image"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/signpad"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

func read(t *testing.T, d *stu.Dev, n int) []casework.PenSample {
	t.Helper()
	out := make([]casework.PenSample, n)
	for i := range out {
		s, err := d.Read(t.Context())
		if err != nil {
			t.Fatalf("sample %d: %v", i, err)
		}
		out[i] = s
	}
	return out
}

func TestThePensWayAcrossTheWrapIsUnbroken(t *testing.T) {
	pad, d := plugged(t, nil)
	pad.Wind(10)
	for i := range 30 {
		pad.Pen(float64(100+i), 200, 0.5, i > 2)
	}
	pad.Leave()
	samples := read(t, d, 31)
	for i, s := range samples {
		if s.Seq != i || i > 0 && s.Time < samples[i-1].Time+5*time.Millisecond {
			t.Fatalf("sample %d: %+v", i, s)
		}
	}
	first, last := samples[3], samples[30]
	if !first.Down || !first.Near || first.Pressure != 512 || first.X != 1391 || first.Y != 2700 {
		t.Errorf("first touch: %+v", first)
	}
	if samples[2].Down || samples[2].Pressure != 0 || !samples[2].Near {
		t.Errorf("hover: %+v", samples[2])
	}
	if last.Near || last.Down || last.X != 0 {
		t.Errorf("lift: %+v", last)
	}
	if signpad.Lost(samples) != 0 {
		t.Error("nothing was lost")
	}
}

func TestLostReportsShowAsAJumpAndMakeTheInkIncomplete(t *testing.T) {
	pad, d := plugged(t, nil)
	pad.Pen(100, 100, 0.5, true)
	pad.Drop(3)
	for range 5 {
		pad.Pen(101, 100, 0.5, true)
	}
	samples := read(t, d, 3)
	if samples[1].Seq != 4 || signpad.Lost(samples) != 3 {
		t.Fatalf("got %+v", samples)
	}
}

func TestASlowReaderLosesReportsAsWithAKernelNode(t *testing.T) {
	pad, d := plugged(t, nil)
	for range 100 {
		pad.Pen(100, 100, 0.5, true)
	}
	samples := read(t, d, 63)
	pad.Pen(100, 100, 0.5, true)
	samples = append(samples, read(t, d, 1)...)
	if signpad.Lost(samples) != 37 {
		t.Fatalf("lost %d", signpad.Lost(samples))
	}
}

func TestGarbageEndsThePadWithItsReason(t *testing.T) {
	for name, r := range map[string][]byte{
		"unknown id":        {0x77, 1, 2, 3},
		"too short":         {0x34, 0x80, 0, 0},
		"too long":          {0x01, 0x80, 0, 0, 1, 0, 1, 9},
		"outside":           {0x01, 0x80, 0, 0xFF, 0xFF, 0, 1},
		"too hard":          {0x01, 0x9F, 0xFF, 0, 1, 0, 1},
		"touching from far": {0x01, 0x10, 0, 0, 1, 0, 1},
		"encrypted":         append([]byte{0x33}, make([]byte, 16)...),
		"two encrypted":     append([]byte{0x10}, make([]byte, 16)...),
		"with options":      append([]byte{0x31}, make([]byte, 20)...),
		"empty":             {},
	} {
		t.Run(name, func(t *testing.T) {
			pad, d := plugged(t, nil)
			pad.Input(r)
			if _, err := d.Read(t.Context()); casework.KindOf(err) != casework.PadGarbled {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestASequenceThatRunsBackIsGarbage(t *testing.T) {
	pad, d := plugged(t, nil)
	report := []byte{0x34, 0x80, 0, 0, 1, 0, 1, 0, 10, 0, 50}
	pad.Input(report)
	pad.Input(report)
	read(t, d, 1)
	if _, err := d.Read(t.Context()); casework.KindOf(err) != casework.PadGarbled {
		t.Fatalf("got %v", err)
	}
}

func TestTheDeviceDrawsInkWhereItMayAndTheNextPictureClearsIt(t *testing.T) {
	pad, d := plugged(t, nil)
	img := blank(pad.Size())
	area := image.Rect(28, 124, 772, 358)
	if err := d.Show(t.Context(), img, area); err != nil {
		t.Fatal(err)
	}
	pad.Pen(20, 20, 0.5, true) // outside
	pad.Pen(24, 20, 0.5, true)
	pad.Leave()
	pad.Pen(100, 200, 0.5, true)
	pad.Pen(140, 200, 0.5, true)
	pad.Leave()
	read(t, d, 6)
	lcd := pad.Display()
	if lcd.RGBAAt(120, 200).R > 0x40 || lcd.RGBAAt(22, 20).R != 0xFF {
		t.Fatalf("ink %v, outside %v", lcd.RGBAAt(120, 200), lcd.RGBAAt(22, 20))
	}
	if err := d.Show(t.Context(), img, area); err != nil {
		t.Fatal(err)
	}
	same(t, pad, img)
	pad.Pen(100, 200, 0.5, true)
	pad.Pen(140, 200, 0.5, true)
	pad.Leave()
	read(t, d, 3)
	if err := d.Show(t.Context(), img, image.Rectangle{}); err != nil {
		t.Fatal(err)
	}
	pad.Pen(200, 200, 0.5, true)
	pad.Pen(240, 200, 0.5, true)
	same(t, pad, img)
}

func TestARehearsedSignatureIsCompleteInkThatPasses(t *testing.T) {
	pad, d := plugged(t, nil)
	done := make(chan error, 1)
	go func() { done <- pad.Play(t.Context(), softpad.Signature(image.Rect(28, 124, 772, 358))) }()
	ink := casework.Ink{Pad: d.Identity()}
	for {
		s, err := d.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ink.Samples = append(ink.Samples, s)
		if !s.Near {
			break
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	ink.Lost = signpad.Lost(ink.Samples)
	if err := ink.Check(); err != nil {
		t.Fatalf("%d samples: %v", len(ink.Samples), err)
	}
}
