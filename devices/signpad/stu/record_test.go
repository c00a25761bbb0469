package stu_test

import (
	"bytes"
	"context"
	"image"
	"os"
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

// converse is what a recording has in it: a pad starts, shows a picture, and a
// pen writes a little. hand moves the pen; nil where a transcript does.
func converse(ctx context.Context, dev hid.Device, hand func()) (casework.PadIdentity, []casework.PenSample, error) {
	opts := stu.DefaultOpts()
	opts.Poll = time.Microsecond
	d, err := stu.New(ctx, dev, opts)
	if err != nil {
		return casework.PadIdentity{}, nil, err
	}
	defer d.Close()
	img := blank(image.Pt(d.Identity().Width, d.Identity().Height))
	checks(img, image.Rect(10, 10, 40, 40), 9)
	if err := d.Show(ctx, img, image.Rect(0, 60, 320, 200)); err != nil {
		return d.Identity(), nil, err
	}
	if hand != nil {
		hand()
	}
	var samples []casework.PenSample
	for {
		s, err := d.Read(ctx)
		if err != nil {
			return d.Identity(), samples, err
		}
		if samples = append(samples, s); !s.Near {
			return d.Identity(), samples, nil
		}
	}
}

func recorded(t *testing.T) (string, casework.PadIdentity, []casework.PenSample) {
	t.Helper()
	opts := softpad.DefaultOpts()
	opts.Model = softpad.STU430()
	opts.Model.Encodings = 0x02 // compressed bytes may differ from one release of Go to the next
	pad := softpad.New(opts)
	var out bytes.Buffer
	r := transcript.Record(pad.Link(), &out)
	id, samples, err := converse(t.Context(), r, func() {
		for i := range 10 {
			pad.Pen(float64(50+i*7), 100, 0.5, i > 1)
		}
		pad.Leave()
	})
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	return out.String(), id, samples
}

func play(t *testing.T, text string) (*transcript.Player, casework.PadIdentity, []casework.PenSample, error) {
	t.Helper()
	p, err := transcript.Play(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	id, samples, err := converse(t.Context(), p, nil)
	return p, id, samples, err
}

func TestARecordedExchangePlaysBackToTheEnd(t *testing.T) {
	text, wantID, want := recorded(t)
	p, id, samples, err := play(t, text)
	if err != nil || p.End() != nil || id != wantID || !slices.Equal(samples, want) {
		t.Fatalf("%v, %v\n%+v, %d samples", err, p.End(), id, len(samples))
	}
}

// TestTheTranscriptInTestdataStillHolds plays what an earlier driver said. When
// the driver says something else on purpose, record it anew.
func TestTheTranscriptInTestdataStillHolds(t *testing.T) {
	raw, err := os.ReadFile("testdata/soft-430.txt")
	if err != nil {
		t.Fatal(err)
	}
	p, id, samples, err := play(t, string(raw))
	if err != nil || p.End() != nil || id.Model != "STU-430" || len(samples) != 11 {
		t.Fatalf("%v, %v: %+v, %d samples", err, p.End(), id, len(samples))
	}
}

func TestADifferenceAndALeftOverFail(t *testing.T) {
	text, _, _ := recorded(t)
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		if line == "" || line[0] == 'I' || strings.HasPrefix(line, "G 03") { // how often the status is asked for is the pad's affair
			continue
		}
		without := strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "")
		if p, _, _, err := play(t, without); err == nil && p.End() == nil {
			t.Errorf("line %d is missing, and nobody notices: %s", i+1, line)
		}
		if line[0] == 'S' {
			changed := slices.Clone(lines)
			changed[i] = strings.TrimSpace(line) + "00\n"
			if p, _, _, err := play(t, strings.Join(changed, "")); err == nil || p.End() == nil {
				t.Errorf("line %d differs, and nobody notices: %s", i+1, line)
			}
		}
	}
	if p, _, _, err := play(t, text+"S 20 00\n"); err != nil || p.End() == nil {
		t.Errorf("a report is left over: %v", err)
	}
	if p, _, _, err := play(t, text+"I 34 00000000000000000000\n"); err != nil || p.End() == nil {
		t.Errorf("an input report is left over: %v", err)
	}
}

func TestErrorsOfADeviceAreRecordedAndPlayed(t *testing.T) {
	pad := softpad.New(softpad.DefaultOpts())
	var out bytes.Buffer
	r := transcript.Record(pad.Link(), &out)
	talk := func(d hid.Device) []error {
		_, get := d.GetFeature(0x60, 64)
		set := d.SetFeature([]byte{0x60, 1})
		pad.Unplug()
		_, input := d.ReadInput(t.Context())
		return []error{get, set, input}
	}
	want := talk(r)
	p, err := transcript.Play(strings.NewReader("# a remark\n\n" + out.String()))
	if err != nil {
		t.Fatal(err)
	}
	if got := talk(p); !slices.Equal(got, want) || p.End() != nil {
		t.Fatalf("got %v, want %v; %v", got, want, p.End())
	}
}

func FuzzTranscript(f *testing.F) {
	f.Add("G 08 17 08 5354\nS 21 00\nI 34 00\nG 60 64 !refused\n")
	f.Add("S !closed")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := transcript.Play(strings.NewReader(text)); err == nil {
			p.GetFeature(8, 17)
			p.SetFeature([]byte{0x21, 0})
			p.End()
		}
	})
}
