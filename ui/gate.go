package ui

import (
	"time"

	"counterfoil/devices/scanner"
)

// gate stands before a window's keys and tells a scanner that types like a
// keyboard from a person. What a person types goes on as it came, some 50 ms later
// at the most; what a scanner types reaches no text and no button.
//
// When a key was pressed is not known: the window asks the system for keys once
// a frame, and a frame that took long brings many at once. So keys belong
// together when they can have come as closely as a scanner's, and are a scan only
// when they must have: a person is not taken for a scanner, and no scan is torn
// apart, because the machine was busy.
type gate struct {
	wedge  *scanner.Wedge // nil: no scanner types, every key goes on at once
	scan   func(text string)
	spoilt func()
	asked  time.Duration // when the system was last asked for keys
	quiet  time.Duration // how long no key came, all frames together: the wedge's clock
	came   []stroke      // since asked
	held   []stroke      // what the wedge holds, in its order
	keys   int           // of the burst under way
	since  time.Duration // when its first key can have come at the earliest
}

// stroke is one key and what hands it on. A key and the character that it types
// come one after the other and are one stroke.
type stroke struct {
	key   scanner.Key
	quiet bool // types nothing: a modifier, or a key that is let go
	acts  bool // Escape and the function keys; Enter says so itself
	typed bool // its character has come
	pass  []func()
	after []func() // quiet ones behind it
}

// flood is more keys than the wedge takes for one scan: what comes behind them
// is spoilt with the rest and never handed on.
const flood = 1024

// slowest is the longest time between two keys of a scanner, with what waiting
// for a frame adds.
const slowest = 45 * time.Millisecond

func newGate(scan func(text string), spoilt func()) *gate {
	opts := scanner.DefaultWedgeOpts()
	opts.Gap = slowest
	return &gate{wedge: scanner.NewWedge(opts), scan: scan, spoilt: spoilt}
}

// press takes a key. One that acts does so once, however long it is held: what it led
// to must not be done with, too, before anybody has read it.
func (g *gate) press(s stroke, pass func()) {
	if s.key.Repeat && (s.acts || s.key.Enter) {
		return
	}
	if g.wedge == nil {
		pass()
		return
	}
	s.pass = []func(){pass}
	g.came = append(g.came, s)
}

// char takes a character: of the key right before it, or of an input method,
// which has no keys.
func (g *gate) char(r rune, pass func()) {
	if g.wedge == nil {
		pass()
		return
	}
	if n := len(g.came); n > 0 {
		if s := &g.came[n-1]; !s.quiet && !s.typed && !s.key.Enter {
			s.key.Char, s.typed, s.pass = r, true, append(s.pass, pass)
			return
		}
	}
	g.came = append(g.came, stroke{key: scanner.Key{Char: r}, typed: true, pass: []func(){pass}})
}

// frame tells that the system was asked for keys just now.
func (g *gate) frame(now time.Duration) {
	came, before, keyed := g.came, g.asked, false
	g.came, g.asked = nil, now
	for _, s := range came {
		if s.quiet {
			g.behind(s)
			continue
		}
		keyed = true
		g.take(s, before, now)
	}
	if keyed {
		return
	}
	g.quiet += now - before
	if g.slow(now) {
		g.release()
	}
	g.heard(g.wedge.Pass(g.quiet))
}

// take hands a key to the wedge that came between two looks.
func (g *gate) take(s stroke, before, now time.Duration) {
	if s.key.Enter && g.slow(now) {
		g.release()
	}
	if len(g.held) == 0 {
		g.keys, g.since = 0, before
	}
	g.keys++
	s.key.At = g.quiet
	if len(g.held) < flood {
		g.held = append(g.held, s)
	}
	g.heard(g.wedge.Press(s.key))
}

// slow reports whether the keys that are held can be a person's.
func (g *gate) slow(now time.Duration) bool {
	return len(g.held) > 0 && now-g.since > time.Duration(g.keys+1)*slowest
}

// release has the wedge give back what it holds.
func (g *gate) release() {
	g.quiet += slowest + 1
	g.heard(g.wedge.Pass(g.quiet))
}

// behind keeps what types nothing in its order behind what is held.
func (g *gate) behind(s stroke) {
	if n := len(g.held); n > 0 {
		g.held[n-1].after = append(g.held[n-1].after, s.pass...)
		return
	}
	run(s.pass)
}

func (g *gate) heard(h scanner.Heard) {
	typed := g.held[:len(h.Typed)]
	g.held = g.held[len(h.Typed):]
	for _, s := range typed {
		run(s.pass)
		run(s.after)
	}
	if h.Scan == "" && !h.Spoilt {
		return
	}
	scanned := g.held
	g.held = nil
	for _, s := range scanned { // a modifier must not stay pressed
		run(s.after)
	}
	if h.Spoilt {
		g.spoilt()
		return
	}
	g.scan(h.Scan)
}

func run(all []func()) {
	for _, f := range all {
		f()
	}
}
