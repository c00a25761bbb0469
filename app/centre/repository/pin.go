package repository

import (
	"crypto/subtle"
	"time"

	"counterfoil/app/casework"
)

// PracticePIN is the PIN of every invented holder; the practice page shows it.
const PracticePIN = "246810"

// maxTries wrong PINs in a row lock the holder for lockTime, wherever they
// were entered.
const (
	maxTries = 5
	lockTime = 15 * time.Minute
)

// tries is what is remembered of a holder's wrong PINs.
type tries struct {
	wrong  int
	locked time.Time // until then
}

// CheckPIN refuses a wrong PIN (PINWrong) and, after five in a row, every PIN
// for 15 minutes (PINLocked). An unknown holder is answered like a wrong PIN.
func (r *Repository) CheckPIN(holder, pin string, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.held[holder]; !ok {
		return casework.Refuse(casework.PINWrong, "")
	}
	t := r.tries[holder]
	if now.Before(t.locked) {
		return casework.Refuse(casework.PINLocked, "")
	}
	if subtle.ConstantTimeCompare([]byte(pin), []byte(PracticePIN)) == 1 {
		delete(r.tries, holder)
		return nil
	}
	t.wrong++
	kind := casework.PINWrong
	if t.wrong >= maxTries {
		t, kind = tries{locked: now.Add(lockTime)}, casework.PINLocked
	}
	r.tries[holder] = t
	return casework.Refuse(kind, "")
}

// PINLeft returns how long the holder is still locked; 0 while not locked.
func (r *Repository) PINLeft(holder string, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(0, r.tries[holder].locked.Sub(now))
}
