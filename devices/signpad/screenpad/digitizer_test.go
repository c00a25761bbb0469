package screenpad

import (
	"context"
	"image"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/signpad/tablet"
)

// stylus is a digitizer of the tests: it gives what is put into it.
type stylus struct {
	samples chan casework.PenSample
	closed  chan struct{}
}

func (s stylus) digitizer() Digitizer {
	return Digitizer{Name: "Test stylus", Ranges: tablet.Ranges{MaxX: 30000, MaxY: 20000, MaxP: 8191}, Close: func() error { close(s.closed); return nil },
		Read: func(ctx context.Context) (casework.PenSample, error) {
			select {
			case one, ok := <-s.samples:
				if !ok {
					return one, casework.Refuse(casework.PadLost, "the display's pen is gone")
				}
				return one, nil
			case <-ctx.Done():
				return casework.PenSample{}, ctx.Err()
			}
		}}
}

func withStylus(t *testing.T) (*Screen, *Pad, stylus) {
	t.Helper()
	s := New(time.Now)
	s.Attach("DP-2", image.Pt(300, 200))
	st := stylus{make(chan casework.PenSample, 8), make(chan struct{})}
	p, err := s.OpenWith(st.digitizer())
	if err != nil {
		t.Fatal(err)
	}
	return s, p, st
}

func TestAPenOfTheDisplayWritesInItsOwnUnitsAndThePointerDoesNot(t *testing.T) {
	s, p, st := withStylus(t)
	if id := p.Identity(); id.Software() || id.MaxX != 30000 || id.MaxP != 8191 || id.Serial != "Test stylus" || id.Model != "DP-2" {
		t.Errorf("%+v", id)
	}
	ink := image.Rect(100, 50, 200, 150)
	if err := p.Show(t.Context(), grey(image.Pt(300, 200)), ink); err != nil {
		t.Fatal(err)
	}
	s.Pen(150, 100, 1, true) // the clerk's own mouse
	s.Leave()
	before := s.Display()
	for i := range 3 {
		st.samples <- casework.PenSample{X: 15000 + 500*i, Y: 10000, Pressure: 4000, Near: true, Down: true, Seq: i, Time: time.Duration(i) * 5 * time.Millisecond}
	}
	for i := range 3 {
		got, err := p.Read(t.Context())
		if err != nil || got.Seq != i || got.Pressure != 4000 || got.X != 15000+500*i {
			t.Fatalf("%+v %v", got, err)
		}
	}
	if s.Display().RGBAAt(152, 100) == before.RGBAAt(152, 100) {
		t.Error("the window shows no trace of it")
	}
}

func TestAReadEndsWithTheMonitorWithTheStylusAndWithItsContext(t *testing.T) {
	s, p, _ := withStylus(t)
	ended := make(chan error, 1)
	go func() { _, err := p.Read(context.Background()); ended <- err }()
	s.Detach()
	kindOf(t, casework.PadLost, <-ended)
	_, p, st := withStylus(t)
	close(st.samples)
	_, err := p.Read(t.Context())
	kindOf(t, casework.PadLost, err)
	_, p, st = withStylus(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Read(ctx); err != context.Canceled {
		t.Errorf("%v", err)
	}
	p.Close()
	<-st.closed
}

func TestWithoutAMonitorTheStylusIsGivenBack(t *testing.T) {
	st := stylus{make(chan casework.PenSample), make(chan struct{})}
	_, err := New(time.Now).OpenWith(st.digitizer())
	kindOf(t, casework.PadMissing, err)
	<-st.closed
}
