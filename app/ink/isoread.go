package ink

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"time"
)

// channel is what a record announces of one channel.
type channel struct {
	kind     int
	scaling  uint16 // 0: none
	min, max int
	ranged   bool // has both
}

// size of a value in the body.
func (c channel) size() int {
	if c.kind == chS {
		return 1
	}
	return 2
}

// DecodeISO reads an exchange record. It wants the channels X, Y, T, F and S,
// passes over others, and refuses what it could read wrongly (Malformed, with
// what is wrong and where): cut or lengthened records, channels that are
// constant or that a trend was taken from, times without a unit, values outside
// of the announced ranges.
func DecodeISO(b []byte) (Series, error) {
	r := &reader{left: b}
	if string(r.take(len(isoHead))) != isoHead {
		return Series{}, malformed("not a signature record of version 10")
	}
	channels, err := r.channels()
	if err != nil {
		return Series{}, err
	}
	head := r.take(5)
	if head == nil {
		return Series{}, malformed("cut before the samples")
	}
	n := int(head[2])<<16 | int(head[3])<<8 | int(head[4])
	switch {
	case head[0] != 0:
		return Series{}, malformed("a reserved byte is set")
	case head[1]&^extended != 0:
		return Series{}, malformed("unknown flags before the samples")
	case n > mostPoints:
		return Series{}, malformed("more samples than a record may have")
	}
	s, err := r.samples(channels, n)
	if err != nil {
		return Series{}, err
	}
	return s, r.end(head[1]&extended != 0)
}

// reader takes bytes from the front. After too short a rest it gives nil.
type reader struct{ left []byte }

func (r *reader) take(n int) []byte {
	if len(r.left) < n {
		r.left = nil
		return nil
	}
	b := r.left[:n]
	r.left = r.left[n:]
	return b
}

// channels reads the list and what is said of each.
func (r *reader) channels() ([]channel, error) {
	list := r.take(2)
	if list == nil {
		return nil, malformed("cut in the list of channels")
	}
	included := binary.BigEndian.Uint16(list)
	for _, must := range []struct {
		kind int
		name string
	}{{chX, "X"}, {chY, "Y"}, {chT, "T"}, {chF, "F"}, {chS, "S"}} {
		if included&bit(must.kind) == 0 {
			return nil, malformed("no channel " + must.name)
		}
	}
	var all []channel
	for kind := range 16 {
		if included&bit(kind) == 0 {
			continue
		}
		c, err := r.channel(kind)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func (r *reader) channel(kind int) (channel, error) {
	c := channel{kind: kind}
	preamble := r.take(1)
	if preamble == nil {
		return c, malformed(fmt.Sprintf("cut in channel %d", kind))
	}
	has := preamble[0]
	if has&(isConstant|linearTaken|reserved) != 0 {
		return c, malformed(fmt.Sprintf("channel %d is constant, without its trend, or of an unknown kind", kind))
	}
	about := r.take(2 * bits.OnesCount8(has))
	if about == nil {
		return c, malformed(fmt.Sprintf("cut in channel %d", kind))
	}
	for _, what := range []byte{hasScaling, hasMin, hasMax, hasMean, hasSpread} {
		if has&what == 0 {
			continue
		}
		v := binary.BigEndian.Uint16(about)
		about = about[2:]
		switch what {
		case hasScaling:
			c.scaling = v
		case hasMin:
			c.min = c.value(v)
		case hasMax:
			c.max = c.value(v)
		}
	}
	c.ranged = has&hasMin != 0 && has&hasMax != 0
	return c, c.check()
}

// value returns what two bytes of this channel mean.
func (c channel) value(v uint16) int {
	if signed(c.kind) {
		return int(v) - zero
	}
	return int(v)
}

// check wants the ranges that our pads have of what we read.
func (c channel) check() error {
	switch c.kind {
	case chX, chY, chF:
		if !c.ranged || c.min != 0 || c.max < 1 || c.scaling != 0 {
			return malformed(fmt.Sprintf("channel %d is not in units from 0 to a maximum", c.kind))
		}
	case chT:
		if e := int(c.scaling>>11) - bias; c.scaling == 0 || e < -bias {
			return malformed("the time has no unit")
		}
	}
	return nil
}

// since returns the time that a value of the T channel means. The scaling is
// units a second.
func (c channel) since(v uint16) (time.Duration, bool) {
	// v / ((2048+f)/2048 · 2^e) seconds, in 128 bits on the way
	hi, lo := bits.Mul64(uint64(v), uint64(time.Second))
	shift := uint(11 + bias) // ·2048, and ·2^bias to have no negative exponent
	hi, lo = hi<<shift|lo>>(64-shift), lo<<shift
	by := (2048 + uint64(c.scaling&0x7FF)) << (c.scaling >> 11)
	if hi >= by {
		return 0, false
	}
	t, _ := bits.Div64(hi, lo, by)
	return time.Duration(t), t < 1<<62
}

// samples reads n samples, after it is certain that they are there.
func (r *reader) samples(channels []channel, n int) (Series, error) {
	size := 0
	var s Series
	for _, c := range channels {
		size += c.size()
		switch c.kind {
		case chX:
			s.MaxX = c.max
		case chY:
			s.MaxY = c.max
		case chF:
			s.MaxP = c.max
		}
	}
	body := r.take(n * size)
	if body == nil && n > 0 {
		return Series{}, malformed("cut in the samples")
	}
	for i := range n {
		p, err := point(channels, body[i*size:])
		if err == nil && i > 0 && p.Time < s.Points[i-1].Time {
			err = malformed("older than the one before")
		}
		if err != nil {
			return Series{}, fmt.Errorf("sample %d: %w", i, err)
		}
		s.Points = append(s.Points, p)
	}
	return s, nil
}

func point(channels []channel, b []byte) (Point, error) {
	var p Point
	for _, c := range channels {
		raw := uint16(b[0])
		if c.size() == 2 {
			raw = binary.BigEndian.Uint16(b)
		}
		b = b[c.size():]
		v, ok := c.value(raw), true
		if c.ranged && (v < c.min || v > c.max) {
			return p, malformed(fmt.Sprintf("a value outside of the range of channel %d", c.kind))
		}
		switch c.kind {
		case chX:
			p.X = v
		case chY:
			p.Y = v
		case chF:
			p.Pressure = v
		case chS:
			p.Down, ok = v == 1, v <= 1
		case chT:
			p.Time, ok = c.since(raw)
		}
		if !ok {
			return p, malformed(fmt.Sprintf("a value that channel %d cannot have", c.kind))
		}
	}
	return p, nil
}

// end passes over extended data and wants nothing behind it.
func (r *reader) end(extended bool) error {
	if extended {
		n := r.take(2)
		if n == nil {
			return malformed("cut in the extended data")
		}
		length := int(binary.BigEndian.Uint16(n))
		if len(r.left) < length {
			return malformed("cut in the extended data")
		}
		r.take(length)
	}
	if len(r.left) > 0 {
		return malformed("something follows the record")
	}
	return nil
}
