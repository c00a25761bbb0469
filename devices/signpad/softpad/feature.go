package softpad

import (
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"

	"counterfoil/devices/hid"
)

// Status codes and results of report 0x03.
const (
	statusReady       = 0
	statusImage       = 1
	statusCapture     = 2
	statusCalculation = 3

	resultOK           = 0x00
	resultWrongID      = 0x01
	resultWrongState   = 0x02
	resultBadParameter = 0x04
	resultEncoding     = 0x10
	resultTooLong      = 0x11
	resultZlib         = 0x12
	resultArea         = 0x15
)

// get answers a feature report, or nil for one that the pad does not have. The
// pad's mutex is held, as in all methods below.
func (p *Pad) get(id byte) []byte {
	m := p.opts.Model
	switch id {
	case 0x03:
		return p.look()
	case 0x08:
		r := make([]byte, 17)
		r[0] = id
		copy(r[1:10], m.Name)
		r[10], r[11] = 0x01, 0x08
		return r
	case 0x09:
		return p.capability()
	case 0x0A:
		r := make([]byte, 5)
		r[0] = id
		copy(r[1:], "EMU"+p.opts.Serial)
		return r
	case 0x0B, 0x0F:
		if m.Whole || id == 0x0F && !m.ElectricSerial {
			return nil
		}
		r := make([]byte, map[byte]int{0x0B: 11, 0x0F: 14}[id])
		r[0] = id
		copy(r[1:], "EMU"+p.opts.Serial)
		return r
	case 0x13, 0x14, 0x1A, 0x1B:
		return p.dh(id)
	case 0x21:
		return []byte{id, flag(p.inking)}
	case 0x40, 0x50:
		if m.offersDH() || p.opts.Plain {
			return nil
		}
		if id == 0x40 {
			return p.piece()
		}
		return p.states()
	case 0x32:
		if m.Old {
			return nil
		}
		return []byte{id, p.option}
	}
	return nil
}

func flag(on bool) byte {
	if on {
		return 1
	}
	return 0
}

// look answers the status. Work takes a number of looks and no time, so that
// nothing here waits.
func (p *Pad) look() []byte {
	r := []byte{0x03, p.status, p.result, 0, 0}
	if p.busy > 0 {
		p.busy--
		r[1] = statusImage
	} else if p.calculating() {
		r[1] = statusCalculation
	}
	return r
}

func (p *Pad) capability() []byte {
	m := p.opts.Model
	r := make([]byte, 17)
	r[0] = 0x09
	for i, v := range []int{m.MaxX, m.MaxY, m.MaxP, m.Width, m.Height} {
		binary.BigEndian.PutUint16(r[1+2*i:], uint16(v))
	}
	r[11] = rate
	binary.BigEndian.PutUint16(r[12:], 2540)
	r[14] = m.Encodings
	if m.Old {
		return r[:11]
	}
	return r
}

// size of the reports that may be set, the id included.
func size(id byte) int {
	return map[byte]int{0x04: 2, 0x13: 17, 0x15: 5, 0x16: 2, 0x20: 2, 0x21: 2, 0x24: 11, 0x25: 2, 0x26: 256, 0x27: 2, 0x28: 4, 0x2A: 9, 0x2D: 5, 0x32: 2, 0x40: 68}[id]
}

// has reports whether the model knows a report that may be set.
func (m Model) has(id byte) bool {
	switch id {
	case 0x13:
		return m.offersDH()
	case 0x40:
		return !m.offersDH()
	case 0x24:
		return !m.Whole
	case 0x28, 0x2A, 0x32:
		return !m.Old
	case 0x2D:
		return !m.Whole
	}
	return true
}

// maxLog bounds what Reports remembers: a whole screen takes some 3,000.
const maxLog = 8192

// set takes a feature report. What the transport itself would stall on (an
// unknown id, a wrong length) is refused; what the firmware judges (state,
// parameters) is taken and shows in the status, as on hardware.
func (p *Pad) set(r []byte) error {
	if len(p.log) == maxLog {
		p.log = p.log[1:]
	}
	p.log = append(p.log, r[0])
	if size(r[0]) != len(r) || !p.opts.Model.has(r[0]) || r[0] == 0x40 && p.opts.Plain {
		p.result = resultWrongID
		return hid.ErrRefused
	}
	needs, anytime := byte(statusReady), false
	switch r[0] {
	case 0x26, 0x27:
		needs = statusImage
	case 0x16:
		needs = statusCapture
	case 0x04, 0x21, 0x28, 0x2A, 0x2D, 0x32:
		anytime = true
	}
	if busy := p.busy > 0 || p.secret.looks > 0; !anytime && (p.status != needs || busy && needs == statusReady) {
		p.result = resultWrongState
		return nil
	}
	p.result = p.apply(r)
	return nil
}

// apply carries a report out and returns its result.
func (p *Pad) apply(r []byte) byte {
	switch r[0] {
	case 0x04:
		if r[1] != 0 { // a hard one: the device comes anew
			p.unplug()
			p.gone = false
			return resultOK
		}
		p.powerUp()
	case 0x13:
		return p.exchange(r[1:])
	case 0x15:
		return p.capture(binary.BigEndian.Uint32(r[1:]))
	case 0x16:
		return p.release()
	case 0x40:
		return p.command(r)
	case 0x20:
		draw.Draw(p.lcd, p.lcd.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
		p.busy = p.opts.Busy
		p.show()
	case 0x21:
		if r[1] > 1 {
			return resultBadParameter
		}
		p.inking, p.pen.inked = r[1] == 1, false
	case 0x24:
		return p.start(r[1], area(r[3:], 0))
	case 0x25:
		return p.start(r[1], p.lcd.Rect)
	case 0x26:
		return p.block(r)
	case 0x27:
		return p.end(r[1])
	case 0x2A:
		a := area(r[1:], 1)
		if a.Empty() || !a.In(p.lcd.Rect) {
			return resultArea
		}
		p.ink = a
	case 0x32:
		if r[1] > 3 || r[1] == 3 && p.opts.Model.Whole {
			return resultBadParameter
		}
		p.option = r[1]
	}
	return resultOK
}

// area reads a rectangle; the lower right corner is extra pixels short of
// exclusive.
func area(b []byte, extra int) image.Rectangle {
	v := func(i int) int { return int(binary.LittleEndian.Uint16(b[2*i:])) }
	return image.Rectangle{Min: image.Pt(v(0), v(1)), Max: image.Pt(v(2)+extra, v(3)+extra)}
}
