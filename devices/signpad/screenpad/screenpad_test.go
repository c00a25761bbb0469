package screenpad

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/devices/signpad"
)

// attached returns a screen with a monitor, its pad, and its clock's next time.
func attached(t *testing.T) (*Screen, *Pad) {
	t.Helper()
	at := time.Unix(0, 0)
	s := New(func() time.Time { at = at.Add(10*time.Millisecond + 7*time.Nanosecond); return at })
	s.Attach("DP-2", image.Pt(300, 200))
	p, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	return s, p
}

func grey(size image.Point) *image.RGBA {
	img := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(img, img.Rect, image.NewUniform(color.Gray{0xC0}), image.Point{}, draw.Src)
	return img
}

func kindOf(t *testing.T, want casework.RefusalKind, err error) {
	t.Helper()
	if casework.KindOf(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestTheWindowShowsThePictureToThePixelAndThePointerDrawsInTheInkAreaAlone(t *testing.T) {
	s, p := attached(t)
	img, ink := grey(image.Pt(300, 200)), image.Rect(100, 50, 200, 150)
	if err := p.Show(t.Context(), img, ink); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(s.Display().Pix, img.Pix) {
		t.Fatal("the window shows something else")
	}
	for x := 0.0; x < 300; x += 5 {
		s.Pen(x, 100, 0, true)
	}
	got := s.Display()
	for y := range 200 {
		for x := range 300 {
			changed := got.RGBAAt(x, y) != img.RGBAAt(x, y)
			if changed && !image.Pt(x, y).In(ink) {
				t.Fatalf("ink at %d, %d", x, y)
			}
			if y == 100 && x > 105 && x < 195 && !changed {
				t.Fatalf("no ink at %d, %d", x, y)
			}
		}
	}
	if err := p.Show(t.Context(), img, ink); err != nil || !bytes.Equal(s.Display().Pix, img.Pix) {
		t.Error("the ink stayed when the picture was shown again: ", err)
	}
	kindOf(t, casework.PadGarbled, p.Show(t.Context(), grey(image.Pt(10, 10)), image.Rectangle{}))
}

func TestThePointerIsAPenWithoutPressureWhoseInkIsForPracticeAlone(t *testing.T) {
	s, p := attached(t)
	id := p.Identity()
	if id.Model != "DP-2" || id.MaxP != 1 || id.Width != 300 || id.MaxY != 200 || !id.Software() {
		t.Errorf("it says of itself %+v", id)
	}
	s.Pen(10, 20, 0.7, false)
	s.Pen(11, 21, 0.7, true)
	s.Pen(-5, 1000, 0, true) // dragged out of the window
	s.Leave()
	want := []casework.PenSample{{X: 10, Y: 20, Near: true}, {X: 11, Y: 21, Near: true, Down: true, Pressure: 1}, {X: 0, Y: 199, Near: true, Down: true, Pressure: 1}, {X: 0, Y: 199}}
	for i, w := range want {
		got, err := p.Read(t.Context())
		w.Seq, w.Time = i, time.Duration(i+1)*10*time.Millisecond
		if err != nil || got != w {
			t.Errorf("sample %d is %+v %v, want %+v", i, got, err, w)
		}
	}
}

func TestAMonitorThatGoesIsAPadThatIsLostAndOneThatComesIsAnother(t *testing.T) {
	s, p := attached(t)
	s.Pen(10, 10, 0, true)
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := p.Read(context.Background()); err != nil {
				ended <- err
				return
			}
		}
	}()
	s.Detach()
	kindOf(t, casework.PadLost, <-ended)
	kindOf(t, casework.PadLost, p.Show(t.Context(), grey(image.Pt(300, 200)), image.Rectangle{}))
	if s.Display() != nil {
		t.Error("a display without a monitor")
	}
	_, err := s.Open()
	kindOf(t, casework.PadMissing, err)
	s.Pen(1, 1, 0, true) // the last moves of a window that closes
	s.Leave()
	s.Attach("DP-2", image.Pt(400, 200))
	again, err := s.Open()
	if err != nil || again.Identity().Width != 400 {
		t.Fatal(err)
	}
	p.Close() // late, and of the one before
	s.Attach("DP-2", image.Pt(400, 200))
	s.Pen(2, 2, 0, false)
	if got, err := again.Read(t.Context()); err != nil || got.X != 2 {
		t.Errorf("the new pad says %v %v", got, err)
	}
}

func TestAReadEndsWithItsContext(t *testing.T) {
	_, p := attached(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestWhatASlowReaderMissesShowsInTheSequence: nothing else is lost, doubled or
// out of order.
func TestWhatASlowReaderMissesShowsInTheSequence(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := New(time.Now)
		s.Attach("DP-2", image.Pt(300, 200))
		p, err := s.Open()
		if err != nil {
			t.Fatal(err)
		}
		sent := rapid.IntRange(1, kept+200).Draw(r, "samples")
		for range sent {
			s.Pen(1, 1, 0, true)
		}
		s.Leave()
		var got []casework.PenSample
		for len(got) == 0 || got[len(got)-1].Near {
			sample, err := p.Read(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, sample)
		}
		if len(got) != min(sent+1, kept) || signpad.Lost(got) != 0 || got[0].Seq != sent+1-len(got) {
			r.Fatalf("%d samples, the first %d", len(got), got[0].Seq)
		}
	})
}
