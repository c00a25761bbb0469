package ui

import (
	"time"

	"counterfoil/devices/scanner"
)

// gate stands before a window's keys and tells a scanner that types like a
// keyboard from a person. What a person types goes on as it came, 45 ms later at
// the most; what a scanner types reaches no text and no button.
//
// When a key was pressed is not known: the window asks the system for keys once
// a frame, and a frame that took long brings many at once. So keys are taken to
// have come as slowly as they can have: evenly over the time since the window
// last asked. A person is then never taken for a scanner because the machine was
// busy; a short scan may be taken for typing, and digits then do the same.
type gate struct {
	wedge  *scanner.Wedge
	scan   func(text string)
	spoilt func()
	asked  time.Duration // when the system was last asked for keys
	came   []stroke      // since then
	held   []stroke      // what the wedge holds, in its order
}

// stroke is one key and what hands it on. A key and the character that it types
// come one after the other and are one stroke.
type stroke struct {
	key   scanner.Key
	quiet bool // types nothing: a modifier, or a key that is let go
	typed bool // its character has come
	pass  []func()
	after []func() // quiet ones behind it
}

// flood is more keys than the wedge takes for one scan: what comes behind them
// is spoilt with the rest and never handed on.
const flood = 1024

func newGate(scan func(text string), spoilt func()) *gate {
	opts := scanner.DefaultWedgeOpts()
	opts.Gap += 10 * time.Millisecond // a key of a slow scanner may have to wait for a frame
	return &gate{wedge: scanner.NewWedge(opts), scan: scan, spoilt: spoilt}
}

// press takes a key.
func (g *gate) press(s stroke, pass func()) {
	s.pass = []func(){pass}
	g.came = append(g.came, s)
}

// char takes a character: of the key right before it, or of an input method,
// which has no keys.
func (g *gate) char(r rune, pass func()) {
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
	came, at, keys := g.came, g.asked, 0
	g.came, g.asked = nil, now
	for _, s := range came {
		if !s.quiet {
			keys++
		}
	}
	for _, s := range came {
		if s.quiet {
			g.behind(s)
			continue
		}
		at += (now - at) / time.Duration(keys)
		keys--
		s.key.At = at
		g.heard(g.wedge.Pass(at))
		if len(g.held) < flood {
			g.held = append(g.held, s)
		}
		g.heard(g.wedge.Press(s.key))
	}
	g.heard(g.wedge.Pass(now))
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
