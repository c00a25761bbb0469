// Package signpad holds what signature pads (签字板) have in common: where a
// pen's position lies on the display, 16-bit counters unwrapped, and reports
// that were lost.
//
// A pad is what app/desk declares as Pad: Identity, Show, Read, Close. Drivers
// live below (stu), as does the software pad of practice mode (softpad). The
// package must not repair a capture: a gap stays a gap.
package signpad

import (
	"image"
	"time"

	"counterfoil/app/casework"
)

// Pixel returns where a sample lies on the pad's display.
func Pixel(id casework.PadIdentity, s casework.PenSample) image.Point {
	return image.Pt(scale(s.X, id.MaxX, id.Width), scale(s.Y, id.MaxY, id.Height))
}

func scale(v, limit, size int) int {
	if limit <= 0 || size <= 0 {
		return 0
	}
	return min(max(v*size/limit, 0), size-1)
}

// Lost counts the reports that are missing between samples that carry a
// sequence number.
func Lost(samples []casework.PenSample) int {
	lost, last := 0, -1
	for _, s := range samples {
		if s.Seq < 0 {
			continue
		}
		if last >= 0 && s.Seq > last+1 {
			lost += s.Seq - last - 1
		}
		last = s.Seq
	}
	return lost
}

// wrap is the size of a 16-bit counter.
const wrap = 1 << 16

// Clock unwraps a pad's 16-bit millisecond clock, which starts again every
// 65.5 s. The host's clock says how many rounds went by while the pen was away;
// it decides nothing finer than a round. The zero value is ready.
type Clock struct {
	started bool
	total   time.Duration
	last    uint16
	host    time.Time
}

// At returns the time since the first report for a report that says t and
// arrived at host.
func (c *Clock) At(t uint16, host time.Time) time.Duration {
	if !c.started {
		c.started, c.last, c.host = true, t, host
		return 0
	}
	step := time.Duration(t-c.last) * time.Millisecond
	round := wrap * time.Millisecond
	if away := host.Sub(c.host) - step; away > round/2 {
		step += (away + round/2) / round * round
	}
	c.total += step
	c.last, c.host = t, host
	return c.total
}

// Counter unwraps a 16-bit report sequence. The zero value is ready.
type Counter struct {
	started bool
	total   int
	last    uint16
}

// At returns the number of reports since the first one, 0 for itself, and
// whether n can follow at all: a sequence never stands still or runs backwards.
func (c *Counter) At(n uint16) (int, bool) {
	if !c.started {
		c.started, c.last = true, n
		return 0, true
	}
	step := n - c.last
	if step == 0 || step >= wrap/2 {
		return c.total, false
	}
	c.total += int(step)
	c.last = n
	return c.total, true
}

// Again takes n for the report after the latest one, because the device began its
// sequence anew, and returns its number.
func (c *Counter) Again(n uint16) int {
	c.total++
	c.last = n
	return c.total
}
