package softpad

import (
	"encoding/binary"
	"math"
	"time"
)

// rate is reports a second, step the time between two.
const (
	rate = 200
	step = time.Second / rate
)

// pen is where the pen is, in display pixels, and the device's counters.
type pen struct {
	near     bool
	down     bool
	x, y     float64
	pressure float64
	moved    time.Time     // by the host's clock, when the hand last told us
	clock    time.Duration // of the device; sent as 16 bits of milliseconds
	seq      uint16
	inked    bool // the last position was drawn, at:
	inkX     float64
	inkY     float64
}

// longest is how much of a pause between two calls is filled with reports of a
// resting pen.
const longest = 40

// Pen moves the pen to x, y in display pixels, touching or hovering. A mouse
// tells its position some 60 times a second; the pad reports 200 times, so the
// way in between is filled in, after a rest where the hand rested. pressure is
// 0 to 1; with 0 a touching pen's is derived from its speed, as a mouse has
// none.
func (p *Pad) Pen(x, y, pressure float64, down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.move(x, y, pressure, down)
}

func (p *Pad) move(x, y, pressure float64, down bool) {
	if p.gone {
		return
	}
	now := p.opts.Now()
	from := p.pen
	elapsed := now.Sub(from.moved)
	if !from.near {
		if !from.moved.IsZero() { // the device's clock went on while the pen was away
			p.pen.clock += max(elapsed, 0)
		}
		elapsed = 0
		from.x, from.y = x, y
	}
	n := min(max(int(elapsed/step), 1), longest)
	const gliding = 5 // 25 ms: longer than between two events of a mouse
	if pressure <= 0 && down {
		pressure = p.press(math.Hypot(x-from.x, y-from.y)/float64(min(n, gliding)), from)
	}
	if skipped := elapsed - time.Duration(n)*step; from.near && skipped > 0 {
		p.pen.clock += skipped
	}
	p.pen.near, p.pen.moved = true, now
	for i := 1; i <= n; i++ {
		glide := 1 - float64(n-i)/float64(min(n, gliding))
		glide = max(glide, 0)
		p.pen.x, p.pen.y = from.x+(x-from.x)*glide, from.y+(y-from.y)*glide
		p.pen.down = down && (i == n || from.down)
		p.pen.pressure = 0
		if p.pen.down {
			p.pen.pressure = from.pressure + (pressure-from.pressure)*glide
		}
		p.report()
	}
	p.pen.pressure = pressure
	if !down {
		p.pen.pressure = 0
	}
}

// press derives a pressure from the pixels between two reports: slow is firm,
// and it changes gradually.
func (p *Pad) press(speed float64, from pen) float64 {
	want := min(max(0.8-speed/25, 0.35), 0.8)
	if !from.down {
		return 0.45
	}
	return from.pressure + (want-from.pressure)*0.3
}

// Leave takes the pen out of range: one report, all zero but the counters.
func (p *Pad) Leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.pen.near || p.gone {
		return
	}
	p.pen.near, p.pen.down, p.pen.pressure = false, false, 0
	p.report()
}

// report sends the pen's position and lets the device draw its own ink.
func (p *Pad) report() {
	p.pen.clock += step
	m := p.opts.Model
	r := make([]byte, 11)
	r[0] = 0x34
	be := binary.BigEndian
	if p.pen.near {
		pressure := uint16(math.Round(p.pen.pressure * float64(m.MaxP)))
		be.PutUint16(r[1:], min(pressure, uint16(m.MaxP))|0x8000)
		be.PutUint16(r[3:], units(p.pen.x, m.Width, m.MaxX))
		be.PutUint16(r[5:], units(p.pen.y, m.Height, m.MaxY))
		if p.pen.down {
			r[1] |= 0x10
		}
	}
	be.PutUint16(r[7:], uint16(p.pen.clock/time.Millisecond))
	be.PutUint16(r[9:], p.pen.seq)
	p.pen.seq++
	p.draw()
	if p.option != 3 { // modes 0, 1 and 2 have shorter reports
		r = p.shorten(r)
	}
	if p.status == statusCapture {
		p.encrypt(r)
		return
	}
	p.emit(r)
}

// emit sends an input report, unless a fault has it.
func (p *Pad) emit(r []byte) {
	if p.faults.drop > 0 {
		p.faults.drop--
		return
	}
	if p.link != nil && !p.faults.stalled {
		p.link.put(r)
	}
}

func (p *Pad) shorten(r []byte) []byte {
	switch p.option {
	case 1:
		r[0] = 0x30
		return r[:9]
	case 2:
		r[0] = 0x30
		copy(r[7:], r[9:])
		return r[:9]
	}
	r[0] = 0x01
	return r[:7]
}

func units(pixel float64, size, limit int) uint16 {
	return uint16(min(max(math.Round(pixel*float64(limit)/float64(size)), 0), float64(limit)))
}
