package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"pgregory.net/rapid"

	"counterfoil/app/desk"
	"counterfoil/devices/scanner"
)

const ms = time.Millisecond

// board is a keyboard before a window's gate, with frames of 16 ms.
type board struct {
	b   *bench
	g   *gate
	now time.Duration
}

func newBoard(b *bench) *board {
	k := &board{b: b, now: time.Second}
	k.g = newGate(b.w.scanned, b.w.spoilt)
	k.g.frame(k.now)
	return k
}

// wait lets time pass, frame by frame.
func (k *board) wait(d time.Duration) {
	for end := k.now + d; k.now < end; k.g.frame(k.now) {
		k.now += 16 * ms
	}
}

// key presses and lets go a key that types r; Enter for '\r'. The window meets
// it as the system hands it on: key, then character.
func (k *board) key(r rune) {
	name := fyne.KeyName(strings.ToUpper(string(r)))
	if r == '\r' {
		name = fyne.KeyReturn
	}
	k.g.press(stroke{key: scanner.Key{Char: '\x1a', Enter: r == '\r'}}, func() { k.b.press(name) })
	if r != '\r' {
		k.g.char(r, func() { k.b.rune(r) })
	}
	k.g.press(stroke{quiet: true}, func() {})
}

// type_ presses keys with a time between each two.
func (k *board) type_(text string, gap time.Duration) {
	next := k.now
	for _, r := range text {
		for ; k.now < next; k.g.frame(k.now) {
			k.now += 16 * ms
		}
		k.key(r)
		next += gap
	}
	k.wait(100 * ms)
}

// rune hands a character to what has the focus, else to the window.
func (b *bench) rune(r rune) {
	if f := b.w.win.Canvas().Focused(); f != nil {
		f.TypedRune(r)
		return
	}
	b.w.win.Canvas().OnTypedRune()(r)
}

func TestAKeyThatActsDoesSoOnceHoweverLongItIsHeld(t *testing.T) {
	for name, of := range map[string]struct {
		stroke
		want int
	}{
		"Enter":  {stroke{key: scanner.Key{Char: '\x1a', Enter: true}}, 1},
		"Escape": {stroke{key: scanner.Key{Char: '\x1a'}, acts: true}, 1},
		"down":   {stroke{key: scanner.Key{Char: '\x1a'}}, 31},
	} {
		alone, passed := &gate{}, 0 // no scanner types
		k, got := newBoard(newBench(t, nil)), 0
		for n := range 31 {
			s := of.stroke
			s.key.Repeat = n > 0
			k.g.press(s, func() { got++ })
			alone.press(s, func() { passed++ })
			k.wait(33 * ms)
		}
		k.g.press(stroke{quiet: true}, func() {})
		k.wait(100 * ms)
		if got != of.want || passed != of.want {
			t.Errorf("%s was held for a second: it was handed on %d times, and %d without a scanner", name, got, passed)
		}
	}
}

func TestACodeThatAScannerTypesIsTakenWholeWhereverTheFocusIs(t *testing.T) {
	for _, gap := range []time.Duration{0, ms, 5 * ms, 20 * ms} {
		b := newBench(t, nil)
		authorizing(b)
		k := newBoard(b)
		b.w.win.Canvas().FocusNext()
		k.type_("12345678\r", gap)
		b.hears("scanned 12345678")
		for _, n := range b.desk.heard() {
			if strings.HasPrefix(n, "digit") {
				t.Errorf("%v: the cells got %q", gap, n)
			}
		}
	}
}

func TestNoTextGetsWhatAScannerTypes(t *testing.T) {
	b := newBench(t, nil)
	b.show(sampleBase(desk.StageIdle))
	k := newBoard(b)
	for _, text := range []string{"12345678", "https://centre.example/r/Ab0", "weixin://pay/1", "1234\x1d5678"} {
		k.type_(text+"\r", 2*ms)
		b.hears("scanned " + text)
		if got := b.w.header.entry.Text; got != "" {
			t.Errorf("the search line got %q", got)
		}
	}
	if got := b.desk.heard(); slices.ContainsFunc(got, func(n string) bool { return strings.HasPrefix(n, "open") }) {
		t.Errorf("the Enter behind a scan was an Enter: %q", got)
	}
}

func TestAScanAnswersNoQuestion(t *testing.T) {
	b := newBench(t, nil)
	authorizing(b)
	b.press(fyne.KeyEscape) // why to start over: a digit would answer
	newBoard(b).type_("22222222\r", 2*ms)
	b.hears("scanned 22222222")
	if b.w.dialog != nil {
		t.Error("the question still covers the answer")
	}
	if got := b.desk.heard(); slices.ContainsFunc(got, func(n string) bool { return strings.HasPrefix(n, "abandon") }) {
		t.Errorf("the case was abandoned by a scan: %q", got)
	}
}

func TestAPersonsTypingGoesOnAsItCame(t *testing.T) {
	b := newBench(t, nil)
	b.show(sampleBase(desk.StageIdle))
	k := newBoard(b)
	k.type_("ylqxwl", 70*ms)
	if got := b.w.header.entry.Text; got != "ylqxwl" {
		t.Fatalf("the search line has %q", got)
	}
	k.type_("\r", 0)
	b.hears("open " + string(b.items["company"].Code))
}

func TestAPersonIsNoScannerOnABusyMachine(t *testing.T) {
	b := newBench(t, nil)
	b.show(sampleBase(desk.StageIdle))
	k := newBoard(b)
	for _, r := range "ylqxwl\r" { // all in one frame that took half a second
		k.key(r)
	}
	k.now += 500 * ms
	k.g.frame(k.now)
	k.wait(100 * ms)
	b.hears("open " + string(b.items["company"].Code))
}

func TestAScanIsNotTornApartOnABusyMachine(t *testing.T) {
	for first := range 9 {
		b := newBench(t, nil)
		authorizing(b)
		k := newBoard(b)
		for i, r := range "12345678\r" { // some of it in a frame that took long, the rest in the next
			if i == first {
				k.now += 200 * ms
				k.g.frame(k.now)
			}
			k.key(r)
		}
		k.wait(100 * ms)
		b.hears("scanned 12345678")
	}
}

func TestHalfAScanIsTypedAndAFloodIsSpoilt(t *testing.T) {
	b := newBench(t, nil)
	authorizing(b)
	k := newBoard(b)
	k.type_("1234567", 2*ms) // and no Enter: the cells show what there is
	b.hears("digit 7")
	k.type_(strings.Repeat("9", 5000), ms)
	b.hears("spoilt")
	if n := count(b.desk.heard(), "digit 9"); n != 0 {
		t.Errorf("%d digits of a flood were typed", n)
	}
	k.type_("12345678\r", 2*ms)
	b.hears("scanned 12345678")
}

// TestEveryKeyComesOutOnceAndInOrder: whatever the times between keys and
// frames, a key is handed on or it is part of a scan.
func TestEveryKeyComesOutOnceAndInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var typed, out []string
		g := newGate(func(text string) { out = append(out, strings.Split(text+"\r", "")...) }, func() { t.Fatal("spoilt") })
		now := time.Duration(0)
		for i := range rapid.IntRange(1, 60).Draw(t, "keys") {
			r := rapid.SampledFrom([]rune("1aZ:\r")).Draw(t, fmt.Sprint("key ", i))
			typed = append(typed, string(r))
			pass := func() { out = append(out, string(r)) }
			if r == '\r' {
				g.press(stroke{key: scanner.Key{Enter: true}}, pass)
			} else {
				g.press(stroke{key: scanner.Key{Char: '\x1a', Repeat: rapid.Bool().Draw(t, "repeat")}}, func() {})
				g.char(r, pass)
			}
			if rapid.Bool().Draw(t, "let go") {
				g.press(stroke{quiet: true}, func() {})
			}
			if d := rapid.IntRange(0, 120).Draw(t, "frame after"); d > 0 {
				now += time.Duration(d) * ms
				g.frame(now)
			}
		}
		g.frame(now + time.Second)
		g.frame(now + 2*time.Second)
		if !slices.Equal(typed, out) {
			t.Fatalf("typed %q, came out %q", typed, out)
		}
	})
}

func TestAModifierOfAScanIsLetGo(t *testing.T) {
	shift := 0
	g := newGate(func(string) {}, func() {})
	g.press(stroke{quiet: true}, func() { shift++ })
	for _, r := range "ABCDEFG" {
		g.char(r, func() { t.Error("typed") })
	}
	g.press(stroke{quiet: true}, func() { shift-- })
	g.press(stroke{key: scanner.Key{Enter: true}}, func() { t.Error("Enter") })
	g.frame(10 * ms)
	g.frame(20 * ms)
	if shift != 0 {
		t.Errorf("shift is pressed %d times too often", shift)
	}
}
