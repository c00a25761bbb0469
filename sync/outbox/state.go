package outbox

import (
	"time"

	"counterfoil/app/casework"
)

// Light is the sending in one word, for the status line.
type Light string

// The lights. The zero value says that nothing has been answered yet.
const (
	Unknown   Light = ""
	Reachable Light = "reachable" // the last attempt was answered
	Waiting   Light = "waiting"   // something is tried again later; Why says what failed
	Failed    Light = "failed"    // the journal can't be read or written
)

// State says how the sending stands. How much waits is the journal's to say.
type State struct {
	Light Light
	Why   casework.RefusalKind // empty when reachable, or when the cause has no published kind
	Since time.Time            // when the light became what it is
}

// State returns how the sending stands.
func (b *Outbox) State() State {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state
}

// show publishes the schedule's state.
func (b *Outbox) show(s *schedule) {
	next := State{Light: Unknown, Since: b.o.Now()}
	switch worst := s.worst(); {
	case s.failed != nil:
		next = State{Failed, s.failed.why, s.failed.since}
	case worst != nil:
		next = State{Waiting, worst.why, worst.since}
	case s.once:
		next.Light = Reachable
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state.Light != next.Light || b.state.Why != next.Why {
		b.state = next
	}
}

// storeFailed publishes that an outcome can't be written; show takes it back.
func (b *Outbox) storeFailed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state.Light != Failed {
		b.state = State{Light: Failed, Since: b.o.Now()}
	}
}

// worst returns the outage, or else the case that has waited longest.
func (s *schedule) worst() *hold {
	if s.outage != nil {
		return s.outage
	}
	var worst *hold
	for _, h := range s.held {
		if worst == nil || h.since.Before(worst.since) {
			worst = h
		}
	}
	return worst
}
