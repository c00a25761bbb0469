package scanner

import "time"

// silence ends a line that has no end: what comes after it belongs to another
// scan.
const silence = 300 * time.Millisecond

// lines takes the bytes of a serial line apart. The zero value is ready. A scan
// ends with CR, LF, both, or ETX; one that stays without an end, or is longer
// than any of ours, is spoilt as a whole.
type lines struct {
	held   []byte
	long   bool
	torn   bool // bytes of it were lost
	last   time.Duration
	ready  []string
	spoilt int
}

// take adds bytes that arrived at a time.
func (l *lines) take(b []byte, at time.Duration) {
	l.pass(at)
	l.last = at
	for _, c := range b {
		switch {
		case c == '\r' || c == '\n' || c == 0x03:
			l.end()
		case len(l.held) >= longestText:
			l.long = true
		default:
			l.held = append(l.held, c)
		}
	}
}

// lose tells that bytes were lost: what is held is no scan any more, and neither
// is what comes until its end.
func (l *lines) lose(at time.Duration) {
	l.pass(at)
	l.last = at
	l.held, l.torn = append(l.held[:0], '?'), true
}

// end finishes a scan; between CR and LF there is none.
func (l *lines) end() {
	switch {
	case l.long, l.torn:
		l.spoilt++
	case len(l.held) > 0:
		l.ready = append(l.ready, string(l.held))
	}
	l.held, l.long, l.torn = l.held[:0], false, false
}

// pass tells that it is now.
func (l *lines) pass(now time.Duration) {
	if len(l.held) > 0 && now-l.last > silence {
		l.spoilt++
		l.held, l.long, l.torn = l.held[:0], false, false
	}
}

// next returns a scan, or ErrSpoilt for one that is no good, or nothing yet.
func (l *lines) next() (string, bool, error) {
	if l.spoilt > 0 {
		l.spoilt--
		return "", true, ErrSpoilt
	}
	if len(l.ready) == 0 {
		return "", false, nil
	}
	text := l.ready[0]
	l.ready = l.ready[1:]
	return text, true, nil
}
