package stu

import (
	"testing"

	"counterfoil/app/casework"
)

func TestTheAllowListHoldsNothingThatLasts(t *testing.T) {
	for _, id := range []byte{0x04, 0x0A, 0x0C, 0x1A, 0x2B, 0x2C, 0x2E, 0x2F, 0x96, 0x97, 0xA0, 0xD0} {
		if maySet(id) {
			t.Errorf("report %02x may be set", id)
		}
	}
	d := &Dev{}
	if err := d.set(0x0C, 2, 0); casework.KindOf(err) != casework.PadUnsupported {
		t.Errorf("got %v", err)
	}
	if _, err := d.get(0xFF, 512); casework.KindOf(err) != casework.PadUnsupported {
		t.Errorf("got %v", err)
	}
}

func TestPenReportsAreDecoded(t *testing.T) {
	for name, c := range map[string]struct {
		raw  []byte
		want penReport
	}{
		"without option":         {[]byte{0x01, 0x91, 0x02, 0x12, 0x34, 0x05, 0x06}, penReport{x: 0x1234, y: 0x0506, pressure: 0x102, near: true, down: true}},
		"with an option":         {[]byte{0x30, 0x80, 0, 0, 1, 0, 2, 9, 9}, penReport{x: 1, y: 2, near: true}},
		"with time and sequence": {[]byte{0x34, 0x93, 0xFF, 0x2A, 0x30, 0x19, 0x50, 0xFF, 0xFE, 0x00, 0x07}, penReport{x: 10800, y: 6480, pressure: 1023, near: true, down: true, timed: true, time: 0xFFFE, seq: 7}},
		"lifted":                 {make34(), penReport{timed: true}},
	} {
		got, ok, err := decode(c.raw)
		if got != c.want || !ok || err != nil {
			t.Errorf("%s: got %+v %v %v", name, got, ok, err)
		}
	}
	if _, ok, err := decode([]byte{0x50, 0}); ok || err != nil {
		t.Errorf("a report that is not about the pen: %v %v", ok, err)
	}
}

func make34() []byte { return append([]byte{0x34}, make([]byte, 10)...) }

func FuzzInputReport(f *testing.F) {
	f.Add([]byte{0x01, 0x91, 0x02, 0x12, 0x34, 0x05, 0x06})
	f.Add(make34())
	f.Add([]byte{0x50})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, ok, err := decode(raw)
		if err != nil && (ok || casework.KindOf(err) != casework.PadGarbled) {
			t.Fatalf("%v %v", ok, err)
		}
		if ok && (p.pressure > 0x0FFF || p.x > 0xFFFF || p.down && !p.near) {
			t.Fatalf("%+v", p)
		}
	})
}
