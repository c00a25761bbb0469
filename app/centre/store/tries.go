package store

import (
	"time"

	"counterfoil/app/casework"
)

// Try is a wrong entry of a code: everything about it but the digits.
type Try struct {
	N        int64
	Time     time.Time
	Hall     casework.HallID
	Counter  casework.CounterID
	Clerk    casework.Pseudonym
	Case     casework.CaseID
	Exposure int  // live codes that it could have matched, still charged
	Counted  bool // not corrected
}

// AddTry keeps a wrong entry and returns its number.
func (t *Tx) AddTry(y Try) (int64, error) {
	res, err := t.tx.ExecContext(t.ctx, `INSERT INTO tries (time, hall, counter, clerk, kase, exposure, counted) VALUES (?,?,?,?,?,?,?)`,
		ms(y.Time), y.Hall, y.Counter, y.Clerk, y.Case, y.Exposure, y.Counted)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// TriesSince returns the wrong entries from a moment on, oldest first.
func (t *Tx) TriesSince(from time.Time) ([]Try, error) {
	return t.tries(`SELECT n, time, hall, counter, clerk, kase, exposure, counted FROM tries WHERE time >= ? ORDER BY n`, ms(from))
}

// TriesOf returns the counted wrong entries of a case from a moment on.
func (t *Tx) TriesOf(kase casework.CaseID, from time.Time) ([]Try, error) {
	return t.tries(`SELECT n, time, hall, counter, clerk, kase, exposure, counted FROM tries WHERE kase = ? AND time >= ? AND counted = 1 ORDER BY n`, kase, ms(from))
}

func (t *Tx) tries(query string, args ...any) ([]Try, error) {
	var list []Try
	err := t.each(func(row scanner) error {
		var y Try
		var at int64
		err := row.Scan(&y.N, &at, &y.Hall, &y.Counter, &y.Clerk, &y.Case, &y.Exposure, &y.Counted)
		y.Time = fromMS(at)
		list = append(list, y)
		return err
	}, query, args...)
	return list, err
}

// UpdateTry writes what may change of a wrong entry: exposure and counted.
func (t *Tx) UpdateTry(y Try) error {
	_, err := t.exec(`UPDATE tries SET exposure = ?, counted = ? WHERE n = ?`, y.Exposure, y.Counted, y.N)
	return err
}
