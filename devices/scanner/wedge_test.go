package scanner

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const ms = time.Millisecond

// press plays keys and lets the time after them pass.
func press(w *Wedge, keys []Key) (typed []Key, scans []string, spoilt int) {
	take := func(h Heard) {
		typed = append(typed, h.Typed...)
		if h.Scan != "" {
			scans = append(scans, h.Scan)
		}
		if h.Spoilt {
			spoilt++
		}
	}
	for _, k := range keys {
		take(w.Press(k))
	}
	if due, ok := w.Due(); ok {
		take(w.Pass(due))
	}
	return
}

// burst is what a scanner types from at on.
func burst(t *rapid.T, text string, at time.Duration) []Key {
	var keys []Key
	for _, r := range text {
		keys = append(keys, Key{Char: r, At: at})
		at += time.Duration(rapid.IntRange(0, 35).Draw(t, "gap")) * ms
	}
	return append(keys, Key{Enter: true, At: at})
}

// typing is what a person types: single keys may follow closely, but of six in a
// row two have a pause between them.
func typing(t *rapid.T, at time.Duration) []Key {
	var keys []Key
	fast := 0
	for range rapid.IntRange(0, 40).Draw(t, "keys") {
		gap := time.Duration(rapid.IntRange(1, 400).Draw(t, "gap")) * ms
		if fast++; fast >= 6 || gap > 35*ms {
			gap, fast = max(gap, 36*ms), 0
		}
		at += gap
		k := Key{Char: rune('0' + rapid.IntRange(0, 9).Draw(t, "digit")), At: at}
		if rapid.IntRange(0, 7).Draw(t, "what") == 0 {
			k = Key{Enter: true, At: at}
		}
		keys = append(keys, k)
	}
	return keys
}

func TestAFastBurstThatEndsWithEnterIsAScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[!-~]{6,100}`).Draw(t, "text")
		before := typing(t, 0)
		at := time.Second
		if len(before) > 0 {
			at += before[len(before)-1].At
		}
		typed, scans, spoilt := press(NewWedge(DefaultWedgeOpts()), append(slices.Clone(before), burst(t, text, at)...))
		if len(scans) != 1 || scans[0] != text || spoilt != 0 || !slices.Equal(typed, before) {
			t.Fatalf("scans %q, %d spoilt, %d typed of %d", scans, spoilt, len(typed), len(before))
		}
	})
}

func TestTypingIsNeverAScanAndNoKeyIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := typing(t, 0)
		typed, scans, spoilt := press(NewWedge(DefaultWedgeOpts()), keys)
		if len(scans) > 0 || spoilt > 0 || !slices.Equal(typed, keys) {
			t.Fatalf("scans %q, %d spoilt, %d typed of %d", scans, spoilt, len(typed), len(keys))
		}
	})
}

func TestAScanWithAHoleIsDiscardedAsAWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{8,30}`).Draw(t, "text")
		keys := burst(t, text, time.Second)
		hole := rapid.IntRange(0, len(keys)-1).Draw(t, "hole")
		missing := rapid.IntRange(0, len(keys)-1-hole).Draw(t, "missing")
		at := keys[hole+missing].At // a system tells of the loss with the next key
		keys = append(slices.Clone(keys[:hole]), append([]Key{{Lost: true, At: at}}, keys[hole+missing:]...)...)
		w := NewWedge(DefaultWedgeOpts())
		typed, scans, spoilt := press(w, keys)
		if len(scans) > 0 || len(typed) > 0 || spoilt != 1 {
			t.Fatalf("scans %q, typed %v, %d spoilt", scans, typed, spoilt)
		}
		_, scans, _ = press(w, burst(t, text, time.Hour))
		if len(scans) != 1 || scans[0] != text {
			t.Fatalf("the next scan: %q", scans)
		}
	})
}

func TestAnEndlessBurstIsBounded(t *testing.T) {
	w := NewWedge(DefaultWedgeOpts())
	var keys []Key
	for i := range 10_000 {
		keys = append(keys, Key{Char: '7', At: time.Duration(i) * ms})
	}
	typed, scans, spoilt := press(w, append(keys, Key{Enter: true, At: 10 * time.Second}))
	if len(typed) > 0 || len(scans) > 0 || spoilt != 1 {
		t.Errorf("typed %d, scans %d, spoilt %d", len(typed), len(scans), spoilt)
	}
}

func TestAKeyThatIsHeldDownIsTyping(t *testing.T) {
	keys := []Key{{Char: '1', At: ms}}
	for i := range 20 {
		keys = append(keys, Key{Char: '1', Repeat: true, At: time.Duration(i+2) * 30 * ms})
	}
	keys = append(keys, Key{Enter: true, At: 23 * 30 * ms})
	if typed, scans, _ := press(NewWedge(DefaultWedgeOpts()), keys); len(scans) > 0 || len(typed) != len(keys) {
		t.Errorf("scans %q, typed %d of %d", scans, len(typed), len(keys))
	}
}

func TestAClockThatGoesBackMakesNoScan(t *testing.T) {
	var keys []Key
	for i, r := range strings.Repeat("12345678", 2) {
		keys = append(keys, Key{Char: r, At: time.Hour - time.Duration(i)*ms})
	}
	keys = append(keys, Key{Enter: true})
	if typed, scans, _ := press(NewWedge(DefaultWedgeOpts()), keys); len(scans) > 0 || len(typed) != len(keys) {
		t.Errorf("scans %q, typed %d of %d", scans, len(typed), len(keys))
	}
}
