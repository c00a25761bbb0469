package staff

import (
	"time"

	"counterfoil/app/casework"
)

// How wrong passwords are slowed: the first two cost nothing, after the n-th comes
// a wait of 2^(n-2) seconds, a minute at most. An hour without a wrong one and they
// are forgotten.
const (
	freeTries   = 2
	longestWait = time.Minute
	forgetAfter = time.Hour
	replayed    = 24 * time.Hour // of the log, at a start
	maxNumbers  = 1024           // typed numbers that are remembered at once
)

// tries counts wrong passwords by number, also by numbers that are nobody's, which
// are told apart from others by nothing. Those of people are read from the operator
// log at a start; of the others the log has no number.
type tries map[string]wrong

type wrong struct {
	n    int
	last time.Time
}

// wait returns how long a number must wait at a time.
func (t tries) wait(number string, now time.Time) time.Duration {
	w := t[number]
	if w.n <= freeTries || now.Sub(w.last) > forgetAfter {
		return 0
	}
	if now.Before(w.last) { // the clock was set back: the wait begins now
		w.last = now
		t[number] = w
	}
	d := min(longestWait, time.Second<<min(w.n-freeTries, 10))
	return max(d-now.Sub(w.last), 0)
}

// missed counts a wrong password.
func (t tries) missed(number string, now time.Time) {
	w := t[number]
	if now.Sub(w.last) > forgetAfter {
		w.n = 0
	}
	if len(t) >= maxNumbers {
		clear(t) // who types a thousand numbers is slowed by that alone
	}
	t[number] = wrong{n: w.n + 1, last: now}
}

// replay takes an act of the log into account.
func (t tries) replay(a casework.OperatorAct) {
	number := a.Clerk
	if a.What == casework.OpSecond {
		number = a.Second
	}
	switch {
	case number == "" || !proof(a.What):
	case a.Why == casework.ClerkRefused:
		t.missed(number, a.Time)
	case a.Why == "" && a.Note != byCard, a.Why == casework.ClerkSuspended && a.Note != byCard, a.Why == casework.PasswordFirst:
		delete(t, number)
	}
}

// proof reports whether the operation is one that a person proves to be there for.
func proof(what casework.Operation) bool {
	switch what {
	case casework.OpSignIn, casework.OpUnlock, casework.OpPresence, casework.OpSecond, casework.OpPassword:
		return true
	}
	return false
}
