package scanner

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/devices/evdev"
)

// recording plays frames back, each after its pause, and then its end or nothing.
type recording struct {
	frames []evdev.Frame
	pauses map[int]time.Duration // before the frame of that number
	end    error                 // nil: it goes on without a word
	at     int
}

func (r *recording) Read(ctx context.Context) (evdev.Frame, error) {
	wait := time.Duration(0)
	if r.at < len(r.frames) {
		wait = r.pauses[r.at]
	} else if r.end == nil {
		<-ctx.Done()
		return evdev.Frame{}, ctx.Err()
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
		r.pauses[r.at] = 0 // it comes next time
		return evdev.Frame{}, ctx.Err()
	case <-t.C:
	}
	if r.at == len(r.frames) {
		return evdev.Frame{}, r.end
	}
	r.at++
	return r.frames[r.at-1], nil
}

func (r *recording) Close() error { return nil }

func key(code uint16, value int32) evdev.Frame {
	return evdev.Frame{Events: []evdev.Event{{Type: 4, Code: 4, Value: 30}, {Type: evdev.TypeKey, Code: code, Value: value}}}
}

// presses returns the frames of a text as a scanner types it, shift included.
func presses(text string) []evdev.Frame {
	var all []evdev.Frame
	for _, c := range []byte(text) {
		code, shift := codeOf(c)
		if shift {
			all = append(all, key(keyLeftShift, 1))
		}
		all = append(all, key(code, 1), key(code, 0))
		if shift {
			all = append(all, key(keyLeftShift, 0))
		}
	}
	return all
}

func codeOf(c byte) (uint16, bool) {
	for code := range uint16(100) {
		for _, shift := range []bool{false, true} {
			if typed(code, shift, false) == c {
				return code, shift
			}
		}
	}
	return 0, false
}

func TestWhatAScannerTypesIsReadWholeWithItsCapitalsAndSigns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const link = "https://centre.example/c/#12345678"
		k := read(&recording{frames: append(presses("11010519491231002X\r"), presses(link+"\r")...), pauses: map[int]time.Duration{}})
		for _, want := range []string{"11010519491231002X", link} {
			if got, err := k.Read(t.Context()); got != want || err != nil {
				t.Fatalf("got %q %v, want %q", got, err, want)
			}
		}
	})
}

func TestHalfAScanOrOneWithAHoleIsSpoiltAndTheNextIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		half := presses("1234")
		hole := append(presses("12"), append([]evdev.Frame{{Lost: true}}, presses("5678\r")...)...)
		all := append(append(append([]evdev.Frame{}, half...), hole...), presses("87654321\r")...)
		k := read(&recording{frames: all, pauses: map[int]time.Duration{len(half): time.Second}})
		for _, words := range []string{"half a scan", "one with a hole"} {
			if _, err := k.Read(t.Context()); !errors.Is(err, ErrSpoilt) {
				t.Fatalf("%s: %v", words, err)
			}
		}
		if got, err := k.Read(t.Context()); got != "87654321" || err != nil {
			t.Fatalf("%q %v", got, err)
		}
	})
}

func TestShiftThatWasLostDoesNotStayDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := append([]evdev.Frame{key(keyLeftShift, 1), {Lost: true}}, presses("\r12\r")...)
		k := read(&recording{frames: all, pauses: map[int]time.Duration{}})
		if _, err := k.Read(t.Context()); !errors.Is(err, ErrSpoilt) {
			t.Fatal(err)
		}
		if got, err := k.Read(t.Context()); got != "12" || err != nil {
			t.Fatalf("%q %v", got, err)
		}
	})
}

func TestControlCharactersAndHeldKeysActAsNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := append([]evdev.Frame{key(2, 1), key(2, 2), key(2, 2), key(2, 0), key(keyLeftCtrl, 1), key(34, 1), key(keyLeftCtrl, 0), key(59, 1)}, presses("\r")...)
		k := read(&recording{frames: all, pauses: map[int]time.Duration{}})
		got, err := k.Read(t.Context())
		if got != "1\x07" || err != nil {
			t.Fatalf("%q %v", got, err)
		}
	})
}

func TestAScannerThatGoesOrAnEndedContextEndsTheRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := read(&recording{frames: presses("12"), pauses: map[int]time.Duration{}, end: evdev.ErrUnplugged})
		if _, err := k.Read(t.Context()); !errors.Is(err, ErrUnplugged) {
			t.Errorf("%v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		k = read(&recording{frames: presses("12"), pauses: map[int]time.Duration{}})
		for { // half a scan first
			_, err := k.Read(ctx)
			if errors.Is(err, ErrSpoilt) {
				continue
			}
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v", err)
			}
			return
		}
	})
}

func TestWhatIsMissingForAccessIsSaid(t *testing.T) {
	err := of(&evdev.AccessError{Path: "/dev/input/event3", Rule: "the rule"})
	if !errors.Is(err, ErrNoAccess) || !strings.Contains(err.Error(), "the rule") {
		t.Error(err)
	}
	if err := of(evdev.ErrBusy); !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
	if _, err := OpenKeyboard("no such scanner"); !errors.Is(err, ErrUnplugged) {
		t.Error(err)
	}
}

func FuzzKeyEvents(f *testing.F) {
	f.Add([]byte{2, 1, 2, 0, 28, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		var s strokes
		for i := 0; i+1 < len(b); i += 2 {
			s.frame(evdev.Frame{Lost: b[i+1]&0x80 != 0, Events: []evdev.Event{{Type: evdev.TypeKey, Code: uint16(b[i]), Value: int32(b[i+1] & 3)}}}, time.Duration(i)*time.Millisecond)
		}
		for {
			text, ok, err := s.lines.next()
			if !ok {
				return
			}
			if err == nil && (text == "" || len(text) > longestText || strings.ContainsAny(text, "\r\n\x00")) {
				t.Fatalf("%q", text)
			}
		}
	})
}
