package rehearse

import (
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// timing follows the steps of one case: when each was caused, on disk, and
// proved by a verified receipt.
type timing struct {
	mu      sync.Mutex
	pressed time.Time // the latest cause
	done    []timed
}

// begin forgets the case before.
func (t *timing) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done = nil
}

// press notes the cause of the next step.
func (t *timing) press(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pressed = now
}

type timed struct {
	kind    casework.StepKind
	seq     int
	pressed time.Time
	disk    time.Time
	receipt time.Time // zero: none yet
	height  int64
	refused bool
}

// see takes in the rail of a snapshot. A step that nobody pressed for (the
// retrieval) is caused by the one before.
func (t *timing) see(rail []desk.RailStep, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range rail {
		if s.State != desk.RailDone {
			continue
		}
		i := t.index(s.Kind)
		if i < 0 {
			i = len(t.done)
			cause := t.pressed
			if i > 0 && s.Kind == casework.Retrieved {
				cause = t.done[i-1].disk
			}
			t.done = append(t.done, timed{kind: s.Kind, seq: i + 1, pressed: cause, disk: now})
		}
		if s.Send == casework.Committed && t.done[i].receipt.IsZero() {
			t.done[i].receipt, t.done[i].height = now, s.Height
		}
		t.done[i].refused = s.Send == casework.Refused
	}
}

func (t *timing) index(kind casework.StepKind) int {
	for i, s := range t.done {
		if s.kind == kind {
			return i
		}
	}
	return -1
}

// complete reports whether every step of a rail of n is proved, or never will be.
func (t *timing) complete(n int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.done {
		if s.refused {
			return true
		}
		if s.receipt.IsZero() {
			return false
		}
	}
	return len(t.done) == n
}

// steps returns the lines of the case.
func (t *timing) steps(id casework.CaseID) []Step {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := make([]Step, 0, len(t.done))
	for _, s := range t.done {
		step := Step{Case: id, Seq: s.seq, Kind: s.kind, Disk: ms(s.disk.Sub(s.pressed)), Height: s.height}
		if !s.receipt.IsZero() {
			proved := ms(s.receipt.Sub(s.pressed))
			step.Receipt = &proved
		}
		list = append(list, step)
	}
	return list
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
