package scanner

import "time"

// Key is one key that was pressed.
type Key struct {
	Char   rune          // what it types; 0: nothing
	Enter  bool          // it ends a line
	Repeat bool          // the system repeats a key that is held down
	At     time.Duration // by a clock that only goes forward
	Lost   bool          // no key: events were lost before this moment (SYN_DROPPED)
}

// Heard is what a key, or the passing of time, made certain.
type Heard struct {
	Typed  []Key  // of a person, in the order they were pressed: to be passed on
	Scan   string // of a scanner, without its Enter
	Spoilt bool   // a scan of which a part was lost, or too long: to be scanned once more
}

// WedgeOpts are the options of a Wedge. Start from DefaultWedgeOpts.
type WedgeOpts struct {
	Gap   time.Duration // the longest time between two keys of a scanner
	Least int           // keys that a scan has at the least, Enter aside
}

// DefaultWedgeOpts tell scanners, which send a key every 1 to 20 ms, from
// people: who types fast has some 60 ms between keys, and single pairs closer
// than that, but not six in a row.
func DefaultWedgeOpts() WedgeOpts { return WedgeOpts{Gap: 35 * time.Millisecond, Least: 6} }

// Wedge tells the bursts of a scanner that types like a keyboard from a person's
// typing. Keys are held back while they could be a scan, 35 ms at the most after
// the last one; then they come out as typing, none lost and none out of order, unless the system lost some.
// It does not look at the content.
type Wedge struct {
	opts   WedgeOpts
	held   []Key
	last   time.Duration
	spoilt bool // the burst under way is no good
}

// NewWedge returns a Wedge that has heard nothing.
func NewWedge(opts WedgeOpts) *Wedge { return &Wedge{opts: opts} }

// Press takes a key.
func (w *Wedge) Press(k Key) Heard {
	var h Heard
	if k.Lost {
		// What is held may have a hole, and what comes next its other half.
		w.held, w.spoilt, w.last = nil, true, k.At
		return h
	}
	if w.paused(k.At) {
		h = w.release()
	}
	if w.spoilt {
		return w.swallow(k, h)
	}
	w.held, w.last = append(w.held, k), k.At
	switch {
	case k.Repeat: // no scanner holds a key down
		return w.join(h)
	case k.Enter && len(w.held) > w.opts.Least:
		for _, key := range w.held[:len(w.held)-1] {
			h.Scan += string(key.Char)
		}
		w.held = nil
	case k.Enter:
		return w.join(h)
	case len(w.held) > longestText:
		w.held, w.spoilt = nil, true
	}
	return h
}

// swallow takes a key of a burst that is no good, to its Enter.
func (w *Wedge) swallow(k Key, h Heard) Heard {
	w.last = k.At
	if k.Enter {
		w.spoilt, h.Spoilt = false, true
	}
	return h
}

// Pass tells that it is now, without a key.
func (w *Wedge) Pass(now time.Duration) Heard {
	if !w.paused(now) {
		return Heard{}
	}
	return w.release()
}

// Due returns when Pass will have something to tell, and whether it will.
func (w *Wedge) Due() (time.Duration, bool) {
	return w.last + w.opts.Gap + 1, len(w.held) > 0 || w.spoilt
}

// paused reports whether the time since the last key ends a burst. A clock that
// went back tells nothing, and what nobody knows is not taken for a scan.
func (w *Wedge) paused(now time.Duration) bool {
	return (len(w.held) > 0 || w.spoilt) && (now < w.last || now-w.last > w.opts.Gap)
}

func (w *Wedge) release() Heard {
	h := Heard{Typed: w.held, Spoilt: w.spoilt}
	w.held, w.spoilt = nil, false
	return h
}

func (w *Wedge) join(h Heard) Heard {
	h.Typed = append(h.Typed, w.held...)
	w.held = nil
	return h
}
