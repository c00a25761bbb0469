package stu

import (
	"context"
	"encoding/binary"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
	"counterfoil/devices/signpad"
)

// Input reports.
const (
	inPen           = 0x01 // without time
	inSecret        = 0x10 // session, and two pens without time, in a block
	inDevicePublic  = 0x14 // answers of the encryption, which come by themselves
	inPenOption     = 0x30 // with an option whose meaning depends on the mode
	inSecretOption  = 0x31 // as 0x10, and two options in the clear
	inSecretTimeSeq = 0x33 // as 0x34, two spare bytes and the session, in a block
	inPenTimeSeq    = 0x34
	inEncryption    = 0x50
)

// penReport is a decoded pen report, counters still of 16 bits.
type penReport struct {
	x, y, pressure int
	near, down     bool
	timed          bool
	time, seq      uint16
	option         bool   // an option came with it:
	value          uint16 // what it means depends on the mode
	fresh          bool   // the first one after a capture was started or ended
}

// decode reads a clear input report. It returns false, nil for a report that is not
// about the pen, and a refusal for what the protocol does not allow.
func decode(r []byte) (penReport, bool, error) {
	garbled := func(why string) (penReport, bool, error) {
		return penReport{}, false, casework.Refuse(casework.PadGarbled, why)
	}
	if len(r) == 0 {
		return garbled("an empty report")
	}
	switch r[0] {
	case inDevicePublic, inEncryption:
		return penReport{}, false, nil
	case inPen, inPenOption, inPenTimeSeq:
	default:
		return garbled("an input report of unknown id")
	}
	size := sizes()[r[0]]
	if len(r) != size {
		return garbled("an input report of a wrong length")
	}
	be := binary.BigEndian
	p := penReport{
		near:     r[1]&0x80 != 0,
		down:     r[1]&0x10 != 0,
		pressure: int(be.Uint16(r[1:]) & 0x0FFF),
		x:        int(be.Uint16(r[3:])),
		y:        int(be.Uint16(r[5:])),
	}
	if r[0] == inPenTimeSeq {
		p.timed, p.time, p.seq = true, be.Uint16(r[7:]), be.Uint16(r[9:])
	}
	if r[0] == inPenOption {
		p.option, p.value = true, be.Uint16(r[7:])
	}
	if p.down && !p.near {
		return garbled("a touching pen that is not near")
	}
	return p, true, nil
}

// sizes are how long the pen's reports are.
func sizes() map[byte]int {
	return map[byte]int{inPen: 7, inPenOption: 9, inPenTimeSeq: 11, inSecret: 17, inSecretOption: 21, inSecretTimeSeq: 17}
}

// unpadded takes away the zeros that a transport put behind a report. Anything else
// behind it is not the transport's, and decode refuses it.
func unpadded(r []byte) []byte {
	if len(r) == 0 {
		return r
	}
	size, ok := sizes()[r[0]]
	if !ok || len(r) <= size || strings.Trim(string(r[size:]), "\x00") != "" {
		return r
	}
	return r[:size:size]
}

// counters unwrap the reports of one pad.
type counters struct {
	clock signpad.Clock
	seq   signpad.Counter
	first time.Time
	mode  byte // PenDataOptionMode, as the pad confirmed it
	begun bool // a report of that mode came
	early int  // reports of another one before
}

// mostEarly is how many reports may have been waiting from before the mode was
// set: as many as a kernel keeps.
const mostEarly = 64

// mine reports whether p is of the mode that was set. A pen that was near while
// the pad was prepared left reports of another one, which nobody asked for; once
// the right ones come, a different one would hide a gap.
func (c *counters) mine(p penReport) (bool, error) {
	if p.timed == (c.mode == optionTimeSequence) && p.option == (c.mode == optionSequence) {
		c.begun = true
		return true, nil
	}
	if c.early++; c.begun || c.early > mostEarly {
		return false, casework.Refuse(casework.PadGarbled, "a pen report of another model or mode")
	}
	return false, nil
}

// Read implements desk.Pad: the next pen sample, with time and sequence since
// the first one that was read. Reports that never arrived show as a jump in
// Seq. Two samples of one encrypted report have the time when it came. Somebody has to read all the time: a kernel keeps 63 reports, a third of
// a second, and then drops what comes.
func (d *Dev) Read(ctx context.Context) (casework.PenSample, error) {
	d.reading.Lock()
	defer d.reading.Unlock()
	for len(d.waiting) == 0 {
		raw, err := d.dev.ReadInput(ctx)
		if err != nil {
			return casework.PenSample{}, refusal(err)
		}
		if hid.Padded(d.opts.Transport) {
			raw = unpadded(raw)
		}
		if err := d.take(raw); err != nil {
			return casework.PenSample{}, err
		}
	}
	p := d.waiting[0]
	d.waiting = append(d.waiting[:0], d.waiting[1:]...)
	if p.down {
		d.marks.made.Store(true)
	}
	return d.counter.sample(p, d.opts.Now())
}

// take puts what a report says of the pen to what is waiting.
func (d *Dev) take(raw []byte) error {
	clear, fresh, err := d.way.pass(raw)
	if err != nil {
		return err
	}
	for _, r := range clear {
		if r == nil {
			continue
		}
		p, ok, err := decode(r)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if p.x > d.id.MaxX || p.y > d.id.MaxY || p.pressure > d.id.MaxP {
			return casework.Refuse(casework.PadGarbled, "a pen outside of the pad")
		}
		if ok, err := d.counter.mine(p); err != nil {
			return err
		} else if ok {
			p.fresh, fresh = fresh, false
			d.waiting = append(d.waiting, p)
		}
	}
	return nil
}

// sample completes a report. One without time gets the host's, to the
// millisecond; one without sequence has none, and gaps cannot be seen then.
func (c *counters) sample(p penReport, host time.Time) (casework.PenSample, error) {
	s := casework.PenSample{X: p.x, Y: p.y, Pressure: p.pressure, Near: p.near, Down: p.down, Seq: -1}
	if p.timed {
		s.Time = c.clock.At(p.time, host)
	} else {
		if c.first.IsZero() {
			c.first = host
		}
		s.Time = host.Sub(c.first).Truncate(time.Millisecond)
		if !p.option || c.mode != optionSequence {
			return s, nil
		}
		p.seq = p.value
	}
	seq, ok := c.seq.At(p.seq)
	if !ok && p.fresh { // whether a capture begins a new sequence is UNVERIFIED
		seq, ok = c.seq.Again(p.seq), true
	}
	if !ok {
		return s, casework.Refuse(casework.PadGarbled, "a sequence that does not go forward")
	}
	s.Seq = seq
	return s, nil
}
