package authorization

import (
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
)

// Limits bounds wrong entries; the package comment has the arithmetic.
type Limits struct {
	Code    int // near misses that lock a code
	Counter int // a day's uncorrected entries at a counter, then the tap
	Clerk   int // the same of a clerk, wherever
	Refuse  int // a day's uncorrected entries at a counter or of a clerk, then refusal
	Hall    int // a day's exposure in a hall, then the tap
	City    int // a day's exposure in the city, then the tap
}

// DefaultLimits returns the limits that the package comment justifies.
func DefaultLimits() Limits {
	return Limits{Code: 5, Counter: 10, Clerk: 10, Refuse: 30, Hall: 24, City: 96}
}

// Verdict says how an entry may be answered.
type Verdict int

// The verdicts: a right code is granted; it asks for the tap; the entry is not
// looked at.
const (
	Free Verdict = iota
	Tap
	Shut
)

// Budget counts the wrong entries of one day. It is a plain value without
// locks or storage, so that a test can play a million days with it; Service
// fills it from the store when it starts.
type Budget struct {
	limits   Limits
	day      int
	counters map[Caller]int
	clerks   map[casework.Pseudonym]int
	halls    map[casework.HallID]int
	city     int
}

// NewBudget returns an empty budget.
func NewBudget(limits Limits) *Budget {
	return &Budget{limits: limits, counters: map[Caller]int{}, clerks: map[casework.Pseudonym]int{}, halls: map[casework.HallID]int{}}
}

// dayOf numbers the days of a hall's clock: China has one time zone and no
// summer time.
func dayOf(now time.Time) int { return int((now.Unix() + 8*3600) / 86400) }

func dayStart(now time.Time) time.Time { return time.Unix(int64(dayOf(now))*86400-8*3600, 0) }

// turn starts a new day. A clock that was set back starts none: the counts of
// the later day stand until that day is over.
func (b *Budget) turn(now time.Time) {
	if d := dayOf(now); d > b.day {
		b.day, b.city = d, 0
		clear(b.counters)
		clear(b.clerks)
		clear(b.halls)
	}
}

// Ask says how an entry with the given exposure may be answered.
func (b *Budget) Ask(now time.Time, who Caller, clerk casework.Pseudonym, exposure int) Verdict {
	who.Suite = 0 // a counter with another key is the same counter
	b.turn(now)
	counter, person := b.counters[who], b.clerks[clerk]
	switch {
	case counter >= b.limits.Refuse, person >= b.limits.Refuse:
		return Shut
	case counter >= b.limits.Counter, person >= b.limits.Clerk,
		b.halls[who.Hall]+exposure > b.limits.Hall, b.city+exposure > b.limits.City:
		return Tap
	}
	return Free
}

// Charge counts a wrong entry. Its exposure is 0 where the verdict was not
// Free: then nothing could have been hit.
func (b *Budget) Charge(y store.Try) { b.count(y, 1) }

// GiveBack takes back what Charge counted, of an entry of the same day.
func (b *Budget) GiveBack(y store.Try) { b.count(y, -1) }

func (b *Budget) count(y store.Try, sign int) {
	b.turn(y.Time)
	if dayOf(y.Time) != b.day {
		return
	}
	if y.Counted {
		b.counters[Caller{Hall: y.Hall, Counter: y.Counter}] += sign
		b.clerks[y.Clerk] += sign
	}
	b.halls[y.Hall] += sign * y.Exposure
	b.city += sign * y.Exposure
}
