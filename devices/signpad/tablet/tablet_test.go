package tablet

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/evdev"
	"counterfoil/devices/signpad"
)

// written is a device of which everything is written down: what it answers when
// asked, and its frames.
type written struct {
	axes   map[uint16]evdev.Axis
	held   map[uint16]bool
	frames []evdev.Frame
	end    error
	closed bool
}

func (w *written) Axis(code uint16) (evdev.Axis, error) {
	a, ok := w.axes[code]
	if !ok {
		return a, errors.New("no such axis")
	}
	return a, nil
}

func (w *written) Held(codes ...uint16) ([]bool, error) {
	out := make([]bool, len(codes))
	for i, c := range codes {
		out[i] = w.held[c]
	}
	return out, nil
}

func (w *written) Read(ctx context.Context) (evdev.Frame, error) {
	if len(w.frames) == 0 {
		return evdev.Frame{}, w.end
	}
	f := w.frames[0]
	w.frames = w.frames[1:]
	return f, nil
}

func (w *written) Close() error { w.closed = true; return nil }

func pen() *written {
	return &written{end: evdev.ErrUnplugged, held: map[uint16]bool{}, axes: map[uint16]evdev.Axis{absX: {Min: 100, Max: 20100}, absY: {Max: 11000}, absPressure: {Max: 8191}}}
}

func frame(ms int, events ...evdev.Event) evdev.Frame {
	return evdev.Frame{At: time.Hour + time.Duration(ms)*time.Millisecond, Events: events}
}

func abs(code uint16, v int32) evdev.Event {
	return evdev.Event{Type: evdev.TypeAbs, Code: code, Value: v}
}
func btn(code uint16, v int32) evdev.Event {
	return evdev.Event{Type: evdev.TypeKey, Code: code, Value: v}
}

// all reads to the end, which must be an unplug.
func all(t *testing.T, w *written) []casework.PenSample {
	t.Helper()
	d, err := over(w, evdev.Node{Name: "Pen display"})
	if err != nil {
		t.Fatal(err)
	}
	var list []casework.PenSample
	for {
		s, err := d.Read(t.Context())
		if err != nil {
			if casework.KindOf(err) != casework.PadLost {
				t.Fatal(err)
			}
			return list
		}
		list = append(list, s)
	}
}

func TestAStrokeOfAPenIsReadInItsOwnUnitsAndTime(t *testing.T) {
	w := pen()
	w.frames = []evdev.Frame{
		frame(-9, abs(absX, 5)), // before it is near: nothing
		frame(0, btn(btnToolPen, 1), abs(absX, 1100), abs(absY, 500)),
		frame(5, btn(btnTouch, 1), abs(absPressure, 300)),
		frame(10, abs(absX, 1200), abs(absPressure, 400)),
		frame(15, btn(btnTouch, 0), abs(absPressure, 0)),
		frame(20, btn(btnToolPen, 0)),
		frame(90, abs(absX, 0)),
	}
	want := []casework.PenSample{
		{X: 1000, Y: 500, Near: true},
		{X: 1000, Y: 500, Near: true, Down: true, Pressure: 300, Time: 5 * time.Millisecond, Seq: 1},
		{X: 1100, Y: 500, Near: true, Down: true, Pressure: 400, Time: 10 * time.Millisecond, Seq: 2},
		{X: 1100, Y: 500, Near: true, Time: 15 * time.Millisecond, Seq: 3},
		{Time: 20 * time.Millisecond, Seq: 4},
	}
	if got := all(t, w); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestWhatTheKernelDroppedIsAGapAndThePenIsAskedForAnew(t *testing.T) {
	w := pen()
	w.frames = []evdev.Frame{frame(0, btn(btnToolPen, 1), btn(btnTouch, 1), abs(absX, 600)), {At: time.Hour + time.Second, Lost: true}, frame(1005, abs(absX, 900))}
	w.axes[absX], w.held = evdev.Axis{Min: 100, Max: 20100, Value: 800}, map[uint16]bool{btnToolPen: true, btnTouch: true}
	got := all(t, w)
	if len(got) != 3 || got[1].X != 700 || !got[1].Down || signpad.Lost(got) != 1 {
		t.Errorf("%d lost of %+v", signpad.Lost(got), got)
	}
}

func TestAFingerHasNoPressureAndNoHovering(t *testing.T) {
	w := pen()
	delete(w.axes, absPressure)
	w.frames = []evdev.Frame{frame(0, btn(btnTouch, 1), abs(absX, 200), abs(absY, 300)), frame(8, btn(btnTouch, 0))}
	got := all(t, w)
	if len(got) != 2 || got[0].Pressure != 1 || !got[0].Down || got[1].Near {
		t.Errorf("%+v", got)
	}
}

func TestTheOtherEndOfThePenWritesNothing(t *testing.T) {
	w := pen()
	w.frames = []evdev.Frame{frame(0, btn(btnToolRub, 1), abs(absX, 200)), frame(8, btn(btnTouch, 1)), frame(9, btn(btnTouch, 0)), frame(10, btn(btnToolRub, 0))}
	if got := all(t, w); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestADeviceThatGivesNoPlacesIsRefusedAndClosed(t *testing.T) {
	for name, change := range map[string]func(*written){
		"no x":          func(w *written) { delete(w.axes, absX) },
		"an empty axis": func(w *written) { w.axes[absY] = evdev.Axis{} },
		"a huge axis":   func(w *written) { w.axes[absX] = evdev.Axis{Min: -1 << 31, Max: 1<<31 - 1} },
	} {
		w := pen()
		change(w)
		if _, err := over(w, evdev.Node{}); casework.KindOf(err) != casework.PadUnsupported || !w.closed {
			t.Errorf("%s: %v, closed %v", name, err, w.closed)
		}
	}
}

func TestTheFirstPenIsTakenBeforeATouchScreenUnlessOneIsNamed(t *testing.T) {
	found := []evdev.Node{{Name: "keys", Kind: evdev.Keyboard}, {Name: "glass", Kind: evdev.Touch}, {Name: "stylus", Kind: evdev.Pen}}
	for which, want := range map[string]string{"": "stylus", "glass": "glass", "stylus": "stylus", "keys": "", "other": ""} {
		if n, _ := choose(found, which); n.Name != want {
			t.Errorf("%q: %q", which, n.Name)
		}
	}
}

func TestARefusalSaysWhatToDo(t *testing.T) {
	for err, want := range map[error]casework.RefusalKind{
		&evdev.AccessError{Path: "p", Rule: "r"}: casework.PadDenied, evdev.ErrBusy: casework.PadBusy,
		evdev.ErrUnplugged: casework.PadLost, evdev.ErrClosed: casework.PadLost, evdev.ErrUnsupported: casework.PadUnsupported,
	} {
		if got := casework.KindOf(refusal(err)); got != want {
			t.Errorf("%v: %s", err, got)
		}
	}
	other := errors.New("other")
	if !errors.Is(refusal(other), other) {
		t.Error("another error is another")
	}
}

func FuzzFramesOfADigitizer(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5})
	f.Fuzz(func(t *testing.T, b []byte) {
		w := pen()
		codes := []evdev.Event{abs(absX, 0), abs(absY, 0), abs(absPressure, 0), btn(btnToolPen, 0), btn(btnToolRub, 0), btn(btnTouch, 0)}
		for i := 0; i+2 < len(b); i += 3 {
			e := codes[int(b[i])%len(codes)]
			e.Value = int32(int8(b[i+1])) * 300
			w.frames = append(w.frames, evdev.Frame{At: time.Duration(b[i+2]) * time.Millisecond, Lost: b[i] > 240, Events: []evdev.Event{e}})
		}
		last := -1
		for _, s := range all(t, w) {
			if s.X < 0 || s.X > 20000 || s.Y < 0 || s.Y > 11000 || s.Pressure < 0 || s.Pressure > 8191 || s.Seq <= last || s.Down && !s.Near || s.Time < 0 {
				t.Fatalf("%+v after %d", s, last)
			}
			last = s.Seq
		}
	})
}
