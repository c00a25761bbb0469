package outbox

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"counterfoil/app/casework"
)

// hold is a wait after failures, of one case or of the whole ledger.
type hold struct {
	fails int
	since time.Time // of the first failure
	until time.Time
	why   casework.RefusalKind
}

// schedule says what may be sent now. It belongs to Run's goroutine alone.
type schedule struct {
	o      Options
	busy   map[casework.CaseID]bool
	held   map[casework.CaseID]*hold
	outage *hold // the ledger as a whole is out of reach
	probe  casework.CaseID
	failed *hold // the store fails
	once   bool  // something was answered since Run began

	spare []casework.Outgoing // found ready and not sent yet: a backlog is read a page at a time
}

// reserved is how many cases may be under way beyond Parallel, if they are those
// worked on last.
const reserved = 4

func newSchedule(o Options) *schedule {
	return &schedule{o: o, busy: map[casework.CaseID]bool{}, held: map[casework.CaseID]*hold{}}
}

// wait returns the jittered time to wait after the given number of failures: it
// doubles from First to Most, and half of it is random, so that the counters of
// a hall don't come back together.
func (o Options) wait(fails int) time.Duration {
	d := o.Most
	if fails < 30 {
		d = min(o.Most, o.First<<(fails-1))
	}
	return d/2 + rand.N(d/2+1)
}

func (s *schedule) again(h *hold, why casework.RefusalKind) *hold {
	now := s.o.Now()
	if h == nil {
		h = &hold{since: now}
	}
	h.fails++
	h.why, h.until = why, now.Add(s.o.wait(h.fails))
	return h
}

func (s *schedule) waits(h *hold) bool { return h != nil && s.o.Now().Before(h.until) }

// quiet reports whether nothing at all may be started now.
func (s *schedule) quiet() bool { return s.waits(s.failed) || s.waits(s.outage) }

// full reports whether no more of the backlog may be started now.
func (s *schedule) full() bool { return len(s.busy) >= s.room() }

// room is how many cases may be under way: one while the ledger is out of reach.
func (s *schedule) room() int {
	if s.outage != nil {
		return 1
	}
	return s.o.Parallel
}

// wanted is how many rows to ask the store for, so that cases that wait can't
// hide those behind them. Out of reach, the choice of the probe wants some more.
func (s *schedule) wanted() int {
	n := s.o.Parallel + len(s.held) + len(s.busy)
	if s.outage != nil {
		return max(n, probes)
	}
	return n
}

// probes is among how many entries the one to try the ledger with is chosen.
const probes = 256

// found takes what the store has ready. Out of reach, the least tried come first:
// one entry that a node chokes on must not stop the rest.
func (s *schedule) found(rows []casework.Outgoing) {
	s.release(rows)
	s.spare = rows
	if s.outage != nil {
		slices.SortStableFunc(s.spare, func(a, b casework.Outgoing) int { return cmp.Compare(a.Attempts, b.Attempts) })
	}
}

// pick chooses what to send of the rows, counts it as busy, and takes it off the
// spare ones. most is how many cases may then be under way.
func (s *schedule) pick(rows []casework.Outgoing, most int) []casework.Outgoing {
	var picked []casework.Outgoing
	for _, row := range rows {
		if len(s.busy) >= most {
			break
		}
		if s.busy[row.Case] || s.waits(s.held[row.Case]) {
			continue
		}
		s.busy[row.Case] = true
		s.probe = row.Case
		picked = append(picked, row)
	}
	s.spare = slices.DeleteFunc(s.spare, func(r casework.Outgoing) bool { return s.busy[r.Case] || s.waits(s.held[r.Case]) })
	return picked
}

// release forgets the waits that are over and whose case has nothing to send.
func (s *schedule) release(rows []casework.Outgoing) {
	for id, h := range s.held {
		if s.waits(h) || s.busy[id] {
			continue
		}
		if !slices.ContainsFunc(rows, func(r casework.Outgoing) bool { return r.Case == id }) {
			delete(s.held, id)
		}
	}
}

// settle learns from an outcome.
func (s *schedule) settle(r outcome) {
	delete(s.busy, r.id)
	kind := casework.KindOf(r.err)
	switch {
	case r.store != nil:
		s.stored(r.store)
	case kind == casework.LedgerUnreachable:
		// What was under way when the outage began says nothing new.
		if s.outage == nil || s.probe == r.id {
			s.outage = s.again(s.outage, kind)
		}
	case r.err != nil && !r.permanent:
		s.outage, s.once = nil, true
		s.held[r.id] = s.again(s.held[r.id], kind)
	default:
		s.outage, s.once = nil, true
		delete(s.held, r.id)
	}
}

// stored learns whether the store answers.
func (s *schedule) stored(err error) {
	if err == nil {
		s.failed = nil
		return
	}
	s.failed = s.again(s.failed, casework.KindOf(err))
}

// nudge ends every wait, and keeps what is known of its cause.
func (s *schedule) nudge() {
	end := func(h *hold) {
		if h != nil {
			h.fails, h.until = 0, time.Time{}
		}
	}
	end(s.outage)
	end(s.failed)
	for _, h := range s.held {
		end(h)
	}
}

// alarm returns a channel that receives when the next wait is over, and what to
// call when it is needed no longer.
func (s *schedule) alarm() (<-chan time.Time, func()) {
	now, next := s.o.Now(), time.Time{}
	soonest := func(h *hold) {
		if s.waits(h) && (next.IsZero() || h.until.Before(next)) {
			next = h.until
		}
	}
	if s.waits(s.outage) || s.waits(s.failed) {
		soonest(s.outage)
		soonest(s.failed)
	} else {
		for _, h := range s.held {
			soonest(h)
		}
	}
	if next.IsZero() {
		return nil, func() {}
	}
	t := time.NewTimer(next.Sub(now))
	return t.C, func() { t.Stop() }
}
