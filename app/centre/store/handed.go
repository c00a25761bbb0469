package store

import (
	"time"

	"counterfoil/app/casework"
)

// HandedOut is one record of licences that went to a counter, without whose they
// were.
type HandedOut struct {
	Grant casework.GrantID
	Case  casework.CaseID
	Time  time.Time
}

// clockSet is how far the centre's clock may have been set back between two
// records that still are found by their time.
const clockSet = time.Hour

// HandedOut returns the records of this kind for a counter, from inclusive until
// exclusive, the oldest first.
//
// Records have no index by time: they are written in the order of their time, so
// a few looks find where those of a day lie, however many there are.
func (t *Tx) HandedOut(what What, hall casework.HallID, counter casework.CounterID, from, until time.Time) ([]HandedOut, error) {
	first, err := t.recordAfter(from.Add(-clockSet))
	if err != nil {
		return nil, err
	}
	last, err := t.recordAfter(until.Add(clockSet))
	if err != nil {
		return nil, err
	}
	var list []HandedOut
	err = t.each(func(row scanner) error {
		var h HandedOut
		var at int64
		err := row.Scan(&h.Grant, &h.Case, &at)
		h.Time = fromMS(at)
		list = append(list, h)
		return err
	}, `SELECT r.grant_, coalesce(g.kase, ''), r.time FROM records r LEFT JOIN grants g ON g.id = r.grant_
		WHERE r.n >= ? AND r.n < ? AND r.what = ? AND r.hall = ? AND r.counter = ? AND r.time >= ? AND r.time < ? ORDER BY r.n`,
		first, last, what, hall, counter, ms(from), ms(until))
	return list, err
}

// recordAfter returns the smallest number from which on records are of at or
// later, by halving; one more than the last when there is none.
func (t *Tx) recordAfter(at time.Time) (int64, error) {
	var low, high int64
	err := t.tx.QueryRowContext(t.ctx, `SELECT coalesce(min(n), 1), coalesce(max(n), 0) + 1 FROM records`).Scan(&low, &high)
	for low < high && err == nil {
		middle, n, then := low+(high-low)/2, int64(0), int64(0)
		if err = t.tx.QueryRowContext(t.ctx, `SELECT n, time FROM records WHERE n >= ? ORDER BY n LIMIT 1`, middle).Scan(&n, &then); err != nil {
			break // there is one: high is above the last
		}
		if then >= ms(at) {
			high = middle
		} else {
			low = n + 1
		}
	}
	return low, err
}
