package stu_test

import (
	"bytes"
	"context"
	"image"
	"testing"
	"testing/synctest"

	"counterfoil/app/casework"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

// ofAll are pen reports of every kind, the pen near at 1, 1.
func ofAll() [][]byte {
	return [][]byte{
		{0x01, 0x80, 0, 0, 1, 0, 1},
		{0x30, 0x80, 0, 0, 1, 0, 1, 0, 50},
		{0x34, 0x80, 0, 0, 1, 0, 1, 0, 10, 0, 50},
	}
}

// ownReport is the kind that a model was asked for.
func ownReport(m softpad.Model) byte {
	switch {
	case m.Old:
		return 0x01
	case m.Whole:
		return 0x30
	}
	return 0x34
}

func TestAReportOfAnotherModelEndsThePadSinceItWouldHideAGap(t *testing.T) {
	for _, m := range everyModel() {
		for _, r := range ofAll() {
			pad, d := plugged(t, func(o *softpad.Opts) { o.Model = m })
			pad.Pen(100, 50, 0.5, false)
			read(t, d, 1)
			if r[0] == ownReport(m) {
				continue
			}
			pad.Input(r)
			if _, err := d.Read(t.Context()); casework.KindOf(err) != casework.PadGarbled {
				t.Errorf("%s, report %02x: %v", m.Name, r[0], err)
			}
		}
	}
}

func TestReportsFromBeforeThePadWasPreparedAreNotTaken(t *testing.T) {
	pad, d := plugged(t, nil)
	for range 20 {
		pad.Input(ofAll()[0])
	}
	pad.Pen(100, 50, 0.5, true)
	if s := read(t, d, 1)[0]; s.Seq != 0 || s.Time != 0 || !s.Down {
		t.Errorf("the first sample: %+v", s)
	}
}

func TestAPadThatSendsNothingButReportsOfAnotherModelIsNotReadForEver(t *testing.T) {
	pad, d := plugged(t, func(o *softpad.Opts) { o.Ring = 1000 })
	for range 100 {
		pad.Input(ofAll()[0])
	}
	if _, err := d.Read(t.Context()); casework.KindOf(err) != casework.PadGarbled {
		t.Errorf("got %v", err)
	}
}

func TestAReportThatComesTwiceEndsThePadWhereItCanBeTold(t *testing.T) {
	for _, m := range everyModel() {
		pad, d := plugged(t, func(o *softpad.Opts) { o.Model = m })
		for _, r := range ofAll() {
			if r[0] == ownReport(m) {
				pad.Input(r)
				pad.Input(r)
			}
		}
		read(t, d, 1)
		if m.Old { // without a sequence it is a pen that rests
			read(t, d, 1)
			continue
		}
		if _, err := d.Read(t.Context()); casework.KindOf(err) != casework.PadGarbled {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
}

func TestAPadThatAnswersLateIsWaitedForAndShowsThePicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := softpad.DefaultOpts()
		opts.Busy = 900 // looks, 10 ms apart, after each clear and each picture
		pad := softpad.New(opts)
		d, err := stu.New(context.Background(), pad.Link(), stu.DefaultOpts())
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		img := blank(pad.Size())
		checks(img, image.Rect(0, 0, 50, 50), 1)
		if err := d.Show(context.Background(), img, image.Rectangle{}); err != nil {
			t.Fatal(err)
		}
		same(t, pad, img)
		if bytes.Contains(pad.Reports(), []byte{0x04}) {
			t.Error("it was reset")
		}
	})
}
