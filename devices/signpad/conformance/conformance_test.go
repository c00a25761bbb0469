package conformance_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"image"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/signpad/conformance"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

func everyModel() []softpad.Model {
	return []softpad.Model{softpad.STU300(), softpad.STU430(), softpad.STU500(), softpad.STU520A(), softpad.STU530(), softpad.STU540()}
}

func way(m softpad.Model, bulk bool) (*softpad.Pad, conformance.Way) {
	return wayBy(m, bulk, nil)
}

// wayBy opens the pad with encryption where there is a host's key.
func wayBy(m softpad.Model, bulk bool, host *rsa.PrivateKey) (*softpad.Pad, conformance.Way) {
	opts := softpad.DefaultOpts()
	opts.Model, opts.Bulk = m, bulk
	pad := softpad.New(opts)
	w := conformance.Soft(pad, func(ctx context.Context) (conformance.Pad, error) {
		opts := stu.DefaultOpts()
		opts.Poll, opts.Turn = time.Microsecond, 0
		opts.Encrypt, opts.Host = host != nil, host
		return stu.New(ctx, pad.Link(), opts)
	})
	w.Limits = func(conformance.Pad) (bool, bool) { return m.Old, m.Old }
	return pad, w
}

func TestEveryModelConformsWithEncryptedPenData(t *testing.T) {
	host, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range everyModel() {
		t.Run(m.Name, func(t *testing.T) {
			pad, w := wayBy(m, true, host)
			captured, open := 0, w.Open
			w.Open = func(ctx context.Context) (conformance.Pad, error) {
				p, err := open(ctx)
				if err == nil && p.Identity().Encryption == "" {
					t.Error("its pen data are not encrypted")
				}
				return p, err
			}
			write := w.Write
			w.Write = func(ctx context.Context, in, out image.Rectangle) error {
				if pad.Capturing() {
					captured++
				}
				return write(ctx, in, out)
			}
			if err := conformance.Err(conformance.Run(bounded(t), w)); err != nil {
				t.Error(err)
			}
			if captured != 2 {
				t.Errorf("%d of two times of writing came encrypted", captured)
			}
		})
	}
}

func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func TestEveryModelOfSoftwarePadConforms(t *testing.T) {
	for _, m := range everyModel() {
		for name, bulk := range map[string]bool{"by reports": false, "by bulk": true} {
			t.Run(m.Name+" "+name, func(t *testing.T) {
				pad, w := way(m, bulk)
				for _, r := range conformance.Run(bounded(t), w) {
					if r.Err != nil {
						t.Errorf("%s: %v", r.Name, r.Err)
					}
				}
				for _, id := range pad.Reports() {
					if bytes.IndexByte([]byte{0x0A, 0x0C, 0x1A, 0x2B, 0x2C, 0x2E, 0x2F}, id) >= 0 {
						t.Errorf("report %02x was written, which outlives a power cut", id)
					}
				}
			})
		}
	}
}

// spoilt is a pad that does one thing wrongly.
type spoilt struct {
	conformance.Pad
	show func(*image.RGBA, image.Rectangle) (*image.RGBA, image.Rectangle)
	read func(casework.PenSample, error) (casework.PenSample, error)
	id   func(casework.PadIdentity) casework.PadIdentity
}

func (s spoilt) Identity() casework.PadIdentity {
	if s.id != nil {
		return s.id(s.Pad.Identity())
	}
	return s.Pad.Identity()
}

func (s spoilt) Show(ctx context.Context, img *image.RGBA, ink image.Rectangle) error {
	if s.show != nil {
		img, ink = s.show(img, ink)
	}
	return s.Pad.Show(ctx, img, ink)
}

func (s spoilt) Read(ctx context.Context) (casework.PenSample, error) {
	sample, err := s.Pad.Read(ctx)
	if s.read != nil {
		return s.read(sample, err)
	}
	return sample, err
}

// TestEachFaultFailsTheCheckThatLooksForIt: a suite that cannot fail says
// nothing.
func TestEachFaultFailsTheCheckThatLooksForIt(t *testing.T) {
	opened := 0
	for name, c := range map[string]struct {
		check int // how many results there are: the last one failed
		spoil spoilt
	}{
		"no model":     {1, spoilt{id: func(id casework.PadIdentity) casework.PadIdentity { id.Model = ""; return id }}},
		"a coarse pen": {1, spoilt{id: func(id casework.PadIdentity) casework.PadIdentity { id.MaxX = 10; return id }}},
		"a pixel beside": {2, spoilt{show: func(img *image.RGBA, ink image.Rectangle) (*image.RGBA, image.Rectangle) {
			out := image.NewRGBA(img.Rect)
			copy(out.Pix, img.Pix[4:])
			return out, ink
		}}},
		"ink everywhere": {3, spoilt{show: func(img *image.RGBA, ink image.Rectangle) (*image.RGBA, image.Rectangle) {
			if !ink.Empty() {
				ink = img.Rect
			}
			return img, ink
		}}},
		"no ink": {3, spoilt{show: func(img *image.RGBA, _ image.Rectangle) (*image.RGBA, image.Rectangle) {
			return img, image.Rectangle{}
		}}},
		"a gap": {3, spoilt{read: func(s casework.PenSample, err error) (casework.PenSample, error) {
			if s.Seq > 40 {
				s.Seq += 3
			}
			return s, err
		}}},
		"a clock that runs back": {3, spoilt{read: func(s casework.PenSample, err error) (casework.PenSample, error) {
			s.Time = -s.Time
			return s, err
		}}},
		"an unplug that says garbled": {6, spoilt{read: func(s casework.PenSample, err error) (casework.PenSample, error) {
			if casework.KindOf(err) == casework.PadLost {
				err = casework.Refuse(casework.PadGarbled, "")
			}
			return s, err
		}}},
		"another pad when opened again": {6, spoilt{id: func(id casework.PadIdentity) casework.PadIdentity {
			if opened > 1 {
				id.Serial = "EMU9"
			}
			return id
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			opened = 0
			_, w := way(softpad.STU540(), false)
			open := w.Open
			w.Open = func(ctx context.Context) (conformance.Pad, error) {
				opened++
				pad, err := open(ctx)
				c.spoil.Pad = pad
				return c.spoil, err
			}
			results := conformance.Run(bounded(t), w)
			if len(results) != c.check || conformance.Err(results) == nil {
				t.Errorf("%d results: %v", len(results), conformance.Err(results))
			}
		})
	}
}

func TestAPadThatLosesReportsDoesNotConform(t *testing.T) {
	pad, w := way(softpad.STU430(), false)
	write := w.Write
	w.Write = func(ctx context.Context, in, out image.Rectangle) error {
		pad.Pen(float64(in.Min.X+5), float64(in.Min.Y+5), 0, false)
		pad.Drop(2)
		return write(ctx, in, out)
	}
	if results := conformance.Run(bounded(t), w); len(results) != 3 || conformance.Err(results) == nil {
		t.Errorf("%+v", results)
	}
}

func TestAPadThatCannotBeOpenedFailsWithItsReason(t *testing.T) {
	_, w := way(softpad.STU430(), false)
	w.Open = func(context.Context) (conformance.Pad, error) {
		return nil, casework.Refuse(casework.PadDenied, "no rule")
	}
	results := conformance.Run(bounded(t), w)
	if len(results) != 1 || !errors.Is(conformance.Err(results), casework.Refuse(casework.PadDenied, "")) {
		t.Errorf("%+v", results)
	}
}
