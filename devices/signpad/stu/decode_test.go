package stu

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/softpad"
)

func TestTheAllowListHoldsNothingThatLasts(t *testing.T) {
	for _, id := range []byte{0x0A, 0x0C, 0x1A, 0x1B, 0x2B, 0x2C, 0x2E, 0x2F, 0x96, 0x97, 0xA0, 0xD0} {
		if maySet(id) {
			t.Errorf("report %02x may be set", id)
		}
	}
	d := &Dev{}
	if err := d.set(0x04, 1); casework.KindOf(err) != casework.PadUnsupported {
		t.Errorf("a hard reset: %v", err)
	}
	if err := d.set(0x0C, 2, 0); casework.KindOf(err) != casework.PadUnsupported {
		t.Errorf("got %v", err)
	}
	if _, err := d.get(0xFF, 512); casework.KindOf(err) != casework.PadUnsupported {
		t.Errorf("got %v", err)
	}
}

// written is a device that notes what is written to it.
type written struct{ ids []byte }

func (w *written) GetFeature(id byte, size int) ([]byte, error) { return nil, hid.ErrRefused }
func (w *written) SetFeature(r []byte) error                    { w.ids = append(w.ids, r[0]); return nil }
func (w *written) ReadInput(context.Context) ([]byte, error)    { return nil, hid.ErrUnplugged }
func (w *written) Close() error                                 { return nil }

func TestOfAllReportsOnlyTheListedOnesAreWritten(t *testing.T) {
	w := &written{}
	d := &Dev{dev: w}
	for id := range 256 {
		report := []byte{byte(id), 0}
		if id == 0x40 {
			report = make([]byte, 68)
			report[0], report[1] = 0x40, 5
		}
		if err := d.set(report...); (err != nil) != !maySet(byte(id)) || err != nil && casework.KindOf(err) != casework.PadUnsupported {
			t.Errorf("report %02x: %v", id, err)
		}
	}
	for command := range 256 {
		report := make([]byte, 68)
		report[0], report[1] = 0x40, byte(command)
		if err := (&Dev{dev: &written{}}).set(report...); (err == nil) != bytes.Contains([]byte{1, 2, 4, 5}, []byte{byte(command)}) {
			t.Errorf("encryption command %02x: %v", command, err)
		}
	}
	if want := []byte{0x04, 0x13, 0x15, 0x16, 0x20, 0x21, 0x24, 0x25, 0x26, 0x27, 0x28, 0x2A, 0x2D, 0x32, 0x40}; !bytes.Equal(w.ids, want) {
		t.Errorf("written: %x\nwant     %x", w.ids, want)
	}
}

// TestEveryWriteGoesThroughTheList: the list is worth what the one place is that
// asks it.
func TestEveryWriteGoesThroughTheList(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]int{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(f, "_test.go") {
			calls["set"] += strings.Count(string(text), ".SetFeature(")
			calls["get"] += strings.Count(string(text), ".GetFeature(")
		}
	}
	if calls["set"] != 1 || calls["get"] != 1 {
		t.Errorf("calls of the device: %v", calls)
	}
}

func TestAReportOfEveryIDAndLengthIsReadOrRefused(t *testing.T) {
	sizes := map[int]int{0x01: 7, 0x30: 9, 0x34: 11}
	for id := range 256 {
		for n := 1; n <= 64; n++ {
			for _, fill := range []byte{0x00, 0x80, 0x90, 0xFF} {
				r := bytes.Repeat([]byte{fill}, n)
				r[0] = byte(id)
				_, ok, err := decode(r)
				if ok != (sizes[id] == n) {
					t.Fatalf("report %02x of %d bytes: %v, %v", id, n, ok, err)
				}
			}
		}
	}
}

func TestPenReportsAreDecoded(t *testing.T) {
	for name, c := range map[string]struct {
		raw  []byte
		want penReport
	}{
		"without option":         {[]byte{0x01, 0x91, 0x02, 0x12, 0x34, 0x05, 0x06}, penReport{x: 0x1234, y: 0x0506, pressure: 0x102, near: true, down: true}},
		"with an option":         {[]byte{0x30, 0x80, 0, 0, 1, 0, 2, 9, 9}, penReport{x: 1, y: 2, near: true, option: true, value: 0x0909}},
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

// answers is a device that answers every question out of a heap of bytes.
type answers struct {
	written
	heap []byte
}

func (a *answers) GetFeature(id byte, size int) ([]byte, error) {
	n := size
	if len(a.heap) > 0 && a.heap[0] > 0xF0 { // another length than asked for
		n = int(a.heap[0] & 0x0F)
	}
	r := make([]byte, n)
	a.heap = a.heap[copy(r, a.heap):]
	if len(r) > 0 && r[0] < 0xE0 {
		r[0] = id
	}
	return r, nil
}

// FuzzFeatureReports lets a pad say anything while it is identified.
func FuzzFeatureReports(f *testing.F) {
	for _, name := range []string{"STU-300", "STU-430", "STU-500", "STU-520A", "STU-530", "STU-540"} {
		heap := append([]byte{3, 0, 0, 0, 0, 8}, name...)
		f.Add(append(heap, make([]byte, 80)...))
	}
	host, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, heap []byte) {
		a := &answers{heap: heap}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
		defer cancel()
		opts := DefaultOpts()
		opts.Poll, opts.Patience, opts.Turn = time.Nanosecond, time.Microsecond, 0
		opts.Encrypt, opts.Host = true, host
		d, err := New(ctx, a, opts)
		if (d == nil) != (err != nil) {
			t.Fatalf("%v %v", d, err)
		}
		switch kind := casework.KindOf(err); {
		case errors.Is(err, context.DeadlineExceeded): // it waits for a pad that is starting
		case err == nil:
			if id := d.Identity(); id.Width*id.Height > 2048*2048 || id.MaxX < 1 || id.MaxY < 1 || id.MaxP < 1 {
				t.Fatalf("%+v", id)
			}
		case kind != casework.PadGarbled && kind != casework.PadUnsupported && kind != casework.PadLost:
			t.Fatal(err)
		}
		for _, id := range a.ids {
			if !maySet(id) {
				t.Fatalf("report %02x was written", id)
			}
		}
	})
}

func TestZerosThatATransportPutsBehindAReportAreTakenAway(t *testing.T) {
	report := []byte{0x34, 0x91, 0x02, 0x12, 0x34, 0x05, 0x06, 1, 2, 3, 4}
	padded := append(bytes.Clone(report), make([]byte, 6)...)
	if got := unpadded(padded); !bytes.Equal(got, report) {
		t.Errorf("% x", got)
	}
	for name, r := range map[string][]byte{
		"whole": report, "short": report[:5], "empty": {}, "of another id": {0x55, 0, 0}, "with something behind it": append(bytes.Clone(report), 0, 7),
	} {
		if got := unpadded(r); !bytes.Equal(got, r) {
			t.Errorf("%s: % x became % x", name, r, got)
		}
	}
}

// TestAPadBehindAPaddingTransportIsReadAsAnyOther: over a link that hands out every
// report as a record of 17 bytes, as Windows does.
func TestAPadBehindAPaddingTransportIsReadAsAnyOther(t *testing.T) {
	pad := softpad.New(softpad.DefaultOpts())
	opts := DefaultOpts()
	opts.Transport = "hid.dll"
	d, err := New(t.Context(), padding{pad.Link()}, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	go pad.Tap(t.Context(), image.Pt(100, 100))
	for {
		s, err := d.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s.Down {
			return
		}
	}
}

// padding is a device whose reports have one length.
type padding struct{ hid.Device }

func (p padding) ReadInput(ctx context.Context) ([]byte, error) {
	r, err := p.Device.ReadInput(ctx)
	return append(r, make([]byte, max(17-len(r), 0))...), err
}
