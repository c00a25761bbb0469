package ink

import (
	"encoding/binary"
	"fmt"
	"time"

	"counterfoil/app/casework"
)

// The exchange record of ISO/IEC 19794-7 (full format), as its text's national
// twin GOST R 19794-7 gives it:
//
//	"SDI\0" " 10\0"                format and version
//	16 bits                        which channels there are, in the order below
//	per channel: preamble, then what it announces, 2 bytes each
//	0x00
//	flags, 3 bytes of count        the body
//	per sample and channel: 2 bytes, S 1 byte
//	2 bytes of length, data        where the flags announce it
//
// Everything is big endian. No other implementation was at hand to compare with.
// UNVERIFIED: that the first channel and the first announcement are the highest
// bits, that signed channels carry 0x8000 for 0 (zero), and that the exponent of
// a scaling carries 16 for 0 (bias).
const (
	isoHead    = "SDI\x00 10\x00"
	zero       = 0x8000
	bias       = 16
	extended   = 0x80 // flag of the body
	mostPoints = 1 << 20
)

// Channels by their place in the list.
const (
	chX = 0
	chY = 1
	chT = 7
	chF = 9
	chS = 10
)

// What a channel's preamble announces, in the order in which it follows.
const (
	hasScaling  = 0x80
	hasMin      = 0x40
	hasMax      = 0x20
	hasMean     = 0x10
	hasSpread   = 0x08
	isConstant  = 0x04
	linearTaken = 0x02
	reserved    = 0x01
)

// signed reports whether a channel's values lie on both sides of 0.
func signed(channel int) bool { return channel < chT || channel == 11 || channel == 12 }

// Series is what an exchange record holds of a signature.
type Series struct {
	MaxX, MaxY, MaxP int // ranges of the pad's units; each starts at 0
	Points           []Point
}

// Point is a sample of a pen in range.
type Point struct {
	X, Y, Pressure int // in the pad's units
	Time           time.Duration
	Down           bool
}

// SeriesOf returns what an exchange record would hold of an ink: the samples of
// a pen in range. Sequence numbers are left out, for the format has no place for
// them; an ink with lost reports is therefore refused (InkIncomplete), or the
// record would claim to be whole.
func SeriesOf(k casework.Ink) (Series, error) {
	if k.Lost > 0 {
		return Series{}, casework.Refuse(casework.InkIncomplete, "reports are missing")
	}
	s := Series{MaxX: k.Pad.MaxX, MaxY: k.Pad.MaxY, MaxP: k.Pad.MaxP}
	for _, p := range k.Samples {
		if p.Near {
			s.Points = append(s.Points, Point{p.X, p.Y, p.Pressure, p.Time, p.Down})
		}
	}
	return s, nil
}

// EncodeISO writes a series with the channels X, Y, T, F and S. Positions and
// forces are in the pad's own units and have no scaling: pads give neither
// millimetres nor newtons that could be relied on. Time is in milliseconds up to
// 65 s, beyond that rounded down to 2, 4 … ms, which the record says.
func EncodeISO(s Series) ([]byte, error) {
	tick, err := s.check()
	if err != nil {
		return nil, err
	}
	b := append(make([]byte, 0, 48+9*len(s.Points)), isoHead...)
	be := binary.BigEndian
	b = be.AppendUint16(b, bit(chX)|bit(chY)|bit(chT)|bit(chF)|bit(chS))
	for _, limit := range []int{s.MaxX, s.MaxY} {
		b = be.AppendUint16(be.AppendUint16(append(b, hasMin|hasMax), zero), uint16(zero+limit))
	}
	b = be.AppendUint16(append(b, hasScaling), scaling(tick))
	b = be.AppendUint16(be.AppendUint16(append(b, hasMin|hasMax), 0), uint16(s.MaxP))
	b = append(b, 0, 0) // S announces nothing; the reserved byte
	n := len(s.Points)
	b = append(b, 0, byte(n>>16), byte(n>>8), byte(n))
	for _, p := range s.Points {
		b = be.AppendUint16(be.AppendUint16(b, uint16(zero+p.X)), uint16(zero+p.Y))
		b = be.AppendUint16(be.AppendUint16(b, uint16(p.Time/time.Millisecond>>tick)), uint16(p.Pressure))
		down := byte(0)
		if p.Down {
			down = 1
		}
		b = append(b, down)
	}
	return b, nil
}

func bit(channel int) uint16 { return 0x8000 >> channel }

// scaling is units a second for ticks of 2^tick ms: 1000 = (1+1952/2048)·2⁹.
func scaling(tick int) uint16 { return uint16(bias+9-tick)<<11 | 1952 }

// check refuses what the record cannot hold, and returns the logarithm of the
// milliseconds that a unit of its clock must have.
func (s Series) check() (tick int, err error) {
	if s.MaxX < 1 || s.MaxY < 1 || s.MaxP < 1 || s.MaxX >= zero || s.MaxY >= zero || s.MaxP > 0xFFFF {
		return 0, malformed("the pad's ranges are not within the format's")
	}
	if len(s.Points) > mostPoints {
		return 0, malformed("more samples than a record may have")
	}
	last := time.Duration(0)
	for i, p := range s.Points {
		switch {
		case p.X < 0 || p.X > s.MaxX || p.Y < 0 || p.Y > s.MaxY || p.Pressure < 0 || p.Pressure > s.MaxP:
			return 0, malformed(fmt.Sprintf("sample %d lies outside of the pad's ranges", i))
		case p.Time < last:
			return 0, malformed(fmt.Sprintf("sample %d is older than the one before", i))
		case p.Time%time.Millisecond != 0:
			return 0, malformed(fmt.Sprintf("sample %d has a time that is not in milliseconds", i))
		}
		last = p.Time
	}
	for last/time.Millisecond>>tick > 0xFFFF {
		tick++
	}
	if tick > 9+bias {
		return 0, malformed("longer than the record's clock can tell")
	}
	return tick, nil
}

func malformed(why string) error {
	return casework.Refuse(casework.Malformed, why)
}
