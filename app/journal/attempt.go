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
// for the empty id. Times are UTC, whole milliseconds.
func (j *Journal) Attempts(ctx context.Context, id casework.CaseID) ([]casework.Attempt, error) {
	return all(ctx, j.reader, func(rows *sql.Rows) (a casework.Attempt, err error) {
		var at int64
		err = rows.Scan(&a.Case, &a.Step, &a.Why, &at)
		a.Time = time.UnixMilli(at).UTC()
		return a, err
	}, "SELECT case_id, step, why, time FROM attempts WHERE case_id = ? ORDER BY row", id)
}
