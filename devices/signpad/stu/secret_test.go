package stu_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"image"
	"slices"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

// hostKey is one for all tests: making it takes longer than all that is done with it.
var hostKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// encrypting are the options of a driver that encrypts and does not wait.
func encrypting(t *testing.T) stu.Opts {
	t.Helper()
	host, err := hostKey()
	if err != nil {
		t.Fatal(err)
	}
	opts := stu.DefaultOpts()
	opts.Poll, opts.Turn, opts.Encrypt, opts.Host = time.Microsecond, 0, true, host
	return opts
}

// formats are a model for each of the three encrypted reports: 0x10, 0x33, 0x31.
// The last has a display smaller than its own.
func formats() []softpad.Model {
	small := softpad.STU520A()
	small.Width, small.Height = 320, 200
	return []softpad.Model{softpad.STU300(), softpad.STU430(), small}
}

// noon is when nothing moves but what a test moves.
func noon() time.Time { return time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC) }

// secured is a pad of model m whose pen data are encrypted.
func secured(t *testing.T, m softpad.Model, change func(*softpad.Opts)) (*softpad.Pad, *tapped, *stu.Dev) {
	t.Helper()
	opts := softpad.DefaultOpts()
	opts.Model, opts.Now = m, noon
	if change != nil {
		change(&opts)
	}
	pad := softpad.New(opts)
	line := &tapped{Device: pad.Link()}
	d, err := stu.New(t.Context(), line, encrypting(t))
	if err != nil {
		t.Fatal(m.Name, err)
	}
	t.Cleanup(func() { d.Close() })
	return pad, line, d
}

// tapped notes what goes over the line.
type tapped struct {
	hid.Device
	mu       sync.Mutex
	in       []byte   // ids of input reports
	sessions [][]byte // that captures were started with
	set      []byte   // ids of feature reports
}

func (l *tapped) ReadInput(ctx context.Context) ([]byte, error) {
	r, err := l.Device.ReadInput(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		l.in = append(l.in, r[0])
	}
	return r, err
}

func (l *tapped) SetFeature(r []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.set = append(l.set, r[0]); r[0] == 0x15 {
		l.sessions = append(l.sessions, slices.Clone(r[1:]))
	}
	return l.Device.SetFeature(r)
}

func (l *tapped) heard() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.in
}

func scheme(m softpad.Model) string {
	if m.Whole {
		return "dh-128+aes-128"
	}
	return "rsa-2048+aes-256"
}

// inked shows a picture that may be signed on.
func inked(t *testing.T, pad *softpad.Pad, d *stu.Dev) {
	t.Helper()
	if err := d.Show(t.Context(), blank(pad.Size()), image.Rectangle{Max: pad.Size()}); err != nil {
		t.Fatal(err)
	}
	if !pad.Capturing() {
		t.Fatal("where one signs pen data come in the clear")
	}
}

// scrawl writes strokes of n points each, and reads what came of them.
func scrawl(t *testing.T, pad *softpad.Pad, d *stu.Dev, strokes ...int) []casework.PenSample {
	t.Helper()
	var samples []casework.PenSample
	for _, n := range strokes {
		for i := range n {
			pad.Pen(float64(20+3*i), float64(30+i), 0.3+float64(i)/100, i > 0)
		}
		pad.Leave()
		samples = append(samples, read(t, d, n+1)...)
	}
	return samples
}

func TestAnEncryptedStrokeIsTheClearOneSampleBySample(t *testing.T) {
	for _, m := range everyModel() {
		sopts := softpad.DefaultOpts()
		sopts.Model, sopts.Now = m, noon
		var all [2][]casework.PenSample
		for i, encrypt := range []bool{false, true} {
			pad := softpad.New(sopts)
			opts := encrypting(t)
			opts.Now, opts.Encrypt = noon, encrypt
			line := &tapped{Device: pad.Link()}
			d, err := stu.New(t.Context(), line, opts)
			if err != nil {
				t.Fatal(m.Name, err)
			}
			if err := d.Show(t.Context(), blank(pad.Size()), image.Rectangle{Max: pad.Size()}); err != nil {
				t.Fatal(m.Name, err)
			}
			all[i] = scrawl(t, pad, d, 12, 7, 20)
			want := map[bool]string{true: scheme(m)}[encrypt]
			if got := d.Identity().Encryption; got != want {
				t.Errorf("%s says of its encryption %q, not %q", m.Name, got, want)
			}
			for _, id := range line.heard() {
				if (id != ownReport(m)) != encrypt {
					t.Errorf("%s, encrypted %v: report %02x", m.Name, encrypt, id)
				}
			}
			d.Close()
		}
		if !slices.Equal(all[0], all[1]) {
			t.Errorf("%s\nclear     %+v\nencrypted %+v", m.Name, all[0], all[1])
		}
	}
}

func TestPenDataAreEncryptedWhereOneSignsAndNowhereElse(t *testing.T) {
	for _, m := range formats() {
		pad, line, d := secured(t, m, nil)
		show := func(seed uint64, ink bool) {
			t.Helper()
			img := blank(pad.Size())
			checks(img, image.Rect(5, 5, 60, 60), seed)
			var r image.Rectangle
			if ink {
				r = image.Rect(100, 20, 300, 90)
			}
			if err := d.Show(t.Context(), img, r); err != nil {
				t.Fatal(m.Name, err)
			}
			if pad.Capturing() != ink {
				t.Fatalf("%s: with ink %v it captures: %v", m.Name, ink, pad.Capturing())
			}
			same(t, pad, img)
			for _, s := range scrawl(t, pad, d, 9, 4) {
				if s.Pressure > d.Identity().MaxP {
					t.Errorf("%s: %+v", m.Name, s)
				}
			}
		}
		for i, ink := range []bool{false, true, true, false, true, false} {
			show(uint64(i/2), ink)
		}
		if n := len(line.sessions); n != 4 { // one of them to see whether the pad can do it
			t.Errorf("%s: %d captures", m.Name, n)
		}
		for i, s := range line.sessions {
			if bytes.Equal(s, make([]byte, 4)) || slices.ContainsFunc(line.sessions[:i], func(o []byte) bool { return bytes.Equal(s, o) }) {
				t.Errorf("%s: the sessions %x", m.Name, line.sessions)
			}
		}
	}
}

func TestTheSamePictureAgainTakesInkAwayAndBeginsAnotherCapture(t *testing.T) {
	for _, m := range formats() {
		pad, line, d := secured(t, m, nil)
		for range 2 {
			inked(t, pad, d)
			same(t, pad, blank(pad.Size()))
			scrawl(t, pad, d, 10)
		}
		if len(line.sessions) != 3 {
			t.Errorf("%s: %d captures", m.Name, len(line.sessions))
		}
		before := len(line.set)
		inked(t, pad, d)
		inked(t, pad, d) // nothing was drawn in between
		if n := bytes.Count(line.set[before:], []byte{0x15}); n != 1 {
			t.Errorf("%s: an unchanged picture began %d captures", m.Name, n)
		}
	}
}

func TestASequenceThatBeginsAnewWithACaptureGoesOn(t *testing.T) {
	for _, m := range formats() {
		pad, _, d := secured(t, m, nil)
		pad.Flaw(softpad.NewSequence)
		last := -1
		for i := range 6 {
			if i%2 == 0 {
				inked(t, pad, d)
			} else if err := d.Show(t.Context(), blank(pad.Size()), image.Rectangle{}); err != nil {
				t.Fatal(err)
			}
			for _, s := range scrawl(t, pad, d, 31) {
				if s.Seq <= last && !m.Old {
					t.Fatalf("%s: %d follows %d", m.Name, s.Seq, last)
				}
				last = s.Seq
			}
		}
	}
}
