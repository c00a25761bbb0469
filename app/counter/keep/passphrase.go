package keep

import (
	"context"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"counterfoil/app/casework"
)

// Cost is what one try of a passphrase costs, as Argon2id counts (RFC 9106 §3.1).
type Cost struct {
	Memory uint32 `json:"memory_kib"`
	Time   uint32 `json:"time"`
	Lanes  uint8  `json:"lanes"`
}

// StandardCost is 64 MiB three times over: some 150 ms at a counter.
func StandardCost() Cost { return Cost{Memory: 64 << 10, Time: 3, Lanes: 2} }

// Bounds of a file's cost: a file from elsewhere must not take the machine's memory.
const (
	maxMemory = 1 << 20
	maxTime   = 64
)

// minPassphrase is the shortest new passphrase, in characters: who has the disk may
// try as often as there is time.
const minPassphrase = 10

const saltSize = 16

func (c Cost) lock(passphrase, salt []byte) []byte {
	return argon2.IDKey(passphrase, salt, c.Time, c.Memory, c.Lanes, lockSize)
}

func (m Means) newPassphrase(ctx context.Context, h *head) ([]byte, error) {
	if m.Ask == nil {
		return nil, casework.Refuse(casework.PassphraseNeeded, "a new passphrase")
	}
	var weak error
	for range tries {
		given, err := m.Ask(ctx, Question{Fresh: true, Before: weak})
		if err != nil {
			return nil, err
		}
		if utf8.RuneCount(given) < minPassphrase {
			clear(given)
			weak = casework.Refuse(casework.PassphraseWeak, "")
			continue
		}
		cost := m.Cost
		if cost == (Cost{}) {
			cost = StandardCost()
		}
		h.Cost, h.Salt = &cost, random(saltSize)
		lock := cost.lock(given, h.Salt)
		clear(given)
		return lock, nil
	}
	return nil, weak
}

// tries is how often a passphrase is asked for before the program gives up. Nothing
// is counted beyond that: whoever has the file may try elsewhere anyway, and
// whoever has forgotten it must not lock anybody out.
const tries = 5

// askedFor asks until the passphrase opens the file. Each wrong one makes the next
// try wait longer: one second, two, four.
func (m Means) askedFor(ctx context.Context, h head, opens func([]byte) bool) ([]byte, error) {
	c := h.Cost
	if c == nil || c.Memory < 1 || c.Memory > maxMemory || c.Time < 1 || c.Time > maxTime || c.Lanes < 1 || len(h.Salt) != saltSize {
		return nil, damaged("the cost of the passphrase is out of bounds")
	}
	if m.Ask == nil {
		return nil, casework.Refuse(casework.PassphraseNeeded, "")
	}
	var wrong error
	for n := range tries {
		given, err := m.Ask(ctx, Question{Before: wrong})
		if err != nil {
			return nil, err
		}
		lock := c.lock(given, h.Salt)
		clear(given)
		if opens(lock) {
			return lock, nil
		}
		wrong = casework.Refuse(casework.PassphraseWrong, "")
		if n+1 < tries && !pause(ctx, time.Second<<n) {
			return nil, ctx.Err()
		}
	}
	return nil, wrong
}

// pause returns false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
