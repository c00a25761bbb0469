package softpad

import (
	"slices"
	"time"
)

// faults are what a test asks for. They live in the pad and not in a wrapper
// around the link, because that is where hardware fails.
type faults struct {
	drop        int // pen reports that never arrive
	stalled     bool
	jammed      bool
	unplugAfter int // feature reports
	flaw        Flaw
}

// Drop loses the next n pen reports; their sequence numbers are used up.
func (p *Pad) Drop(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults.drop = n
}

// Stall stops pen reports from arriving, or lets them again.
func (p *Pad) Stall(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults.stalled = on
}

// Jam makes the bulk endpoint refuse everything, or take it again.
func (p *Pad) Jam(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults.jammed = on
}

// Input sends raw bytes as an input report: garbage, or a report of a kind that
// the pen does not make.
func (p *Pad) Input(report []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.link != nil {
		p.link.put(slices.Clone(report))
	}
}

// UnplugAfter takes the pad away at the n-th feature report from now, in the
// middle of whatever that belongs to. 0 calls it off.
func (p *Pad) UnplugAfter(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults.unplugAfter = n
}

// Hang leaves the status busy for the next n looks.
func (p *Pad) Hang(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy = n
}

// Wind sets the device's 16-bit counters n reports before they wrap.
func (p *Pad) Wind(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pen.seq = uint16(-n)
	p.pen.clock = 1<<16*time.Millisecond - time.Duration(n)*step
}

// Carried returns the bytes of pictures that came by the bulk endpoint.
func (p *Pad) Carried() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.carried
}

// Reports returns the ids of the feature reports that were set since the last
// call, in order: what a change of the display cost.
func (p *Pad) Reports() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	log := p.log
	p.log = nil
	return log
}
