package v4l2

import (
	"slices"
	"testing"

	"counterfoil/devices/camera/capture"
)

// put writes words at offsets, as a driver fills in a structure.
func put(length int, words map[int]uint32) []byte {
	b := make([]byte, length)
	for at, v := range words {
		le.PutUint32(b[at:], v)
	}
	return b
}

func TestANodesOwnCapabilitiesCountAndNotThoseOfItsDevice(t *testing.T) {
	for name, c := range map[string]struct {
		all, own uint32
		want     bool
	}{
		"capture":                              {0x84A00001, 0x04200001, true},
		"metadata beside a capture node":       {0x84A00001, 0x04A00000, false},
		"output":                               {0x84200003, 0x04200002, false},
		"an old driver without its nodes' own": {0x04000001, 0, true},
		"only read()":                          {0x81000001, 0x01000001, false},
		"several planes":                       {0x84201000, 0x04201000, false},
	} {
		b := put(capabilityLen, map[int]uint32{84: c.all, 88: c.own})
		copy(b[16:], "Document camera")
		copy(b[48:], "usb-0000:00:14.0-3")
		got := parseCapability(b)
		if got.takesPictures() != c.want || got.name != "Document camera" || got.bus != "usb-0000:00:14.0-3" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestSizesAndRatesAreReadFromListsAndRanges(t *testing.T) {
	s, discrete := parseSize(put(frmsizeLen, map[int]uint32{8: 1, 12: 1280, 16: 720}))
	if !discrete || !slices.Equal(s.sizes(), [][2]int{{1280, 720}}) {
		t.Errorf("a list: %v", s.sizes())
	}
	s, discrete = parseSize(put(frmsizeLen, map[int]uint32{8: 3, 12: 320, 16: 1300, 20: 20, 24: 240, 28: 980, 32: 20}))
	if discrete || !slices.Equal(s.sizes(), [][2]int{{1300, 980}, {1280, 960}, {1280, 720}, {800, 600}, {640, 480}}) {
		t.Errorf("a range: %v", s.sizes())
	}
	for name, bad := range map[string]span{"nothing": {}, "backwards": {640, 320, 1, 480, 240, 1}, "huge": {1, 1 << 30, 1, 1, 1 << 30, 1}} {
		if got := bad.sizes(); got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
	if rate, discrete := parseInterval(put(frmivalLen, map[int]uint32{16: 1, 20: 1001, 24: 30000})); !discrete || rate < 29.96 || rate > 29.98 {
		t.Errorf("rate %v", rate)
	}
	if rate, _ := parseInterval(put(frmivalLen, map[int]uint32{16: 1})); rate != 0 {
		t.Errorf("no rate is %v", rate)
	}
}

func TestAnAnswerThatCannotBeIsNoLayout(t *testing.T) {
	yuyv := map[int]uint32{8: 640, 12: 480, 16: uint32(capture.YUYV), 24: 1280, 28: 640 * 480 * 2, 32: 8, 36: privMagic, 48: 1}
	if l := parseFormat(put(formatLen, yuyv)); !l.Sound() || !l.Full || l.Stride != 1280 {
		t.Fatalf("%+v", l)
	}
	for name, change := range map[string]map[int]uint32{
		"no width":            {8: 0},
		"a width that is odd": {8: 639},
		"a stride too short":  {24: 1278},
		"a stride too long":   {24: 1 << 31},
		"a frame too short":   {28: 640*480*2 - 1},
		"a frame too long":    {28: 1 << 31},
		"another format":      {16: uint32('N' | 'V'<<8 | '1'<<16 | '2'<<24)},
		"a side too long":     {12: 1 << 20},
	} {
		b := put(formatLen, yuyv)
		for at, v := range change {
			le.PutUint32(b[at:], v)
		}
		if l := parseFormat(b); l.Sound() {
			t.Errorf("%s: %+v", name, l)
		}
	}
	limited := put(formatLen, map[int]uint32{32: 8, 36: privMagic})
	if parseFormat(limited).Full {
		t.Error("YUYV has the limited range unless it says otherwise")
	}
}

func TestABufferAndAControlAreReadAsTheDriverFilledThemIn(t *testing.T) {
	v := parseBuffer(put(bufferLen, map[int]uint32{0: 2, 8: 5000, 12: 0x2041, 56: 77, 64: 0x20000, 72: 0x10000}))
	if want := (buffer{index: 2, used: 5000, flags: 0x2041, sequence: 77, offset: 0x20000, length: 0x10000, broken: true}); v != want {
		t.Errorf("%+v", v)
	}
	b := put(queryctrlLen, map[int]uint32{0: uint32(capture.Focus), 4: 1, 40: 0xFFFFFFF6, 44: 250, 48: 5, 52: 30, 56: 0x10})
	copy(b[8:], "Focus, Absolute\x00rubbish")
	c, is := parseControl(b)
	if want := (capture.Control{ID: capture.Focus, Name: "Focus, Absolute", Min: -10, Max: 250, Step: 5, Default: 30}); c != want || !is {
		t.Errorf("%+v", c)
	}
	if _, is := parseControl(put(queryctrlLen, map[int]uint32{0: 0x00980001, 4: 6})); is {
		t.Error("a heading is no control")
	}
	for v, want := range map[int32]int32{-100: -10, 31: 30, 33: 35, 249: 250, 1000: 250} {
		if got := c.Near(v); got != want {
			t.Errorf("near %d: %d, want %d", v, got, want)
		}
	}
}

func FuzzLayouts(f *testing.F) {
	f.Add(make([]byte, formatLen))
	f.Add(put(formatLen, map[int]uint32{8: 640, 12: 480, 16: uint32(capture.YUYV), 24: 1280, 28: 614400}))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = append(b, make([]byte, formatLen)...)
		parseCapability(b)
		parseBuffer(b)
		if c, _ := parseControl(b); c.Min <= c.Max && (c.Near(0) < c.Min || c.Near(0) > c.Max) {
			t.Errorf("%+v: %d", c, c.Near(0))
		}
		s, _ := parseSize(b)
		for _, size := range s.sizes() {
			if size[0] < 1 || size[1] < 1 || size[0] > capture.MaxSide || size[1] > capture.MaxSide {
				t.Errorf("%+v: %v", s, size)
			}
		}
		if l := parseFormat(b); l.Sound() && l.Pixel == capture.YUYV && l.Stride*l.Height > capture.MaxFrame {
			t.Errorf("%+v", l)
		}
	})
}
