package roster

import (
	"time"

	"counterfoil/app/casework"
)

// A counter that gives ten wrong passwords for a number is answered once a minute
// for it from then on, for an hour. What is counted is in memory alone: the limit
// is against a counter that guesses fast.
const (
	maxMissed  = 10
	slowedTo   = time.Minute
	forgetting = time.Hour
	maxGuesses = 4096
)

type guesser struct {
	hall    casework.HallID
	counter casework.CounterID
	number  string
}

type missed map[guesser]misses

type misses struct {
	n    int
	last time.Time
}

func (m missed) slowed(by guesser, now time.Time) error {
	if was := m[by]; was.n >= maxMissed && now.Sub(was.last) < slowedTo {
		r := casework.Refuse(casework.ClerkSlowed, "too many wrong passwords from this counter")
		r.Wait = min(slowedTo-now.Sub(was.last), slowedTo)
		return r
	}
	return nil
}

func (m missed) note(by guesser, now time.Time) {
	was := m[by]
	if now.Sub(was.last) > forgetting {
		was.n = 0
	}
	if len(m) >= maxGuesses {
		clear(m)
	}
	m[by] = misses{n: was.n + 1, last: now}
}
