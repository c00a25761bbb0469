package journal

import (
	"context"
	"database/sql"
	"time"

	"counterfoil/app/casework"
)

// Attempt keeps a refused or failed try.
func (j *Journal) Attempt(ctx context.Context, a casework.Attempt) error {
	return j.write(ctx, &change{do: func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO attempts (case_id, step, why, time) VALUES (?, ?, ?, ?)", a.Case, a.Step, a.Why, a.Time.UnixMilli())
		return err
	}})
}

// Attempts returns the failed tries of a case, oldest first; those of no case
// for the empty id. Times are UTC, whole milliseconds. JournalDamaged says that
// one of them is not the one that was kept.
func (j *Journal) Attempts(ctx context.Context, id casework.CaseID) ([]casework.Attempt, error) {
	whole := true
	list, err := all(ctx, j.reader, func(rows *sql.Rows) (a casework.Attempt, err error) {
		var at int64
		var holds bool
		err = rows.Scan(&a.Case, &a.Step, &a.Why, &at, &holds)
		a.Time, whole = time.UnixMilli(at).UTC(), whole && holds
		return a, err
	}, "SELECT case_id, step, why, time, "+attemptHolds+" FROM attempts a WHERE case_id = ? ORDER BY row", id)
	if err == nil && !whole {
		err = damaged(id, brokenAttempt)
	}
	return list, aboutCase(id, err)
}

const brokenAttempt = "a failed try is not the one that was kept"

// brokenAttempts returns whose tries do not hold. The row may not say whose it was
// any more; the index does.
func (j *Journal) brokenAttempts(ctx context.Context) ([]casework.CaseID, error) {
	ids, err := j.ids(ctx, "SELECT case_id FROM attempts INDEXED BY attempts_case WHERE row IN (SELECT row FROM attempts a NOT INDEXED WHERE NOT ("+attemptHolds+"))")
	return ids, err
}
