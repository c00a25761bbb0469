package store

import (
	"time"

	"counterfoil/app/casework"
)

// Report is what a citizen found odd, and what was answered.
type Report struct {
	ID       string // short: people read it to each other
	Holder   string
	Time     time.Time
	Reason   string
	Words    string    // the citizen's own
	What     What      // of the record that it is about; empty: of none
	At       time.Time // of that record
	Hall     casework.HallID
	Counter  casework.CounterID
	Item     casework.ItemCode
	Grant    casework.GrantID
	Answer   string
	Answered time.Time // zero: not yet
}

const reportColumns = `id, holder, time, reason, words, what, at, hall, counter, item, grant_, answer, answered`

func scanReport(row scanner) (Report, error) {
	var r Report
	var time, at, answered int64
	err := row.Scan(&r.ID, &r.Holder, &time, &r.Reason, &r.Words, &r.What, &at, &r.Hall, &r.Counter, &r.Item, &r.Grant, &r.Answer, &answered)
	r.Time, r.At, r.Answered = fromMS(time), fromMS(at), fromMS(answered)
	return r, err
}

// AddReport keeps a new report. It reports false when the id is taken.
func (t *Tx) AddReport(r Report) (bool, error) {
	n, err := t.exec(`INSERT INTO reports (id, holder, time, reason, words, what, at, hall, counter, item, grant_) VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`,
		r.ID, r.Holder, ms(r.Time), r.Reason, r.Words, r.What, ms(r.At), r.Hall, r.Counter, r.Item, r.Grant)
	return n == 1, err
}

// Report returns the report with the given id.
func (t *Tx) Report(id string) (Report, bool, error) {
	r, err := scanReport(t.tx.QueryRowContext(t.ctx, `SELECT `+reportColumns+` FROM reports WHERE id = ?`, id))
	ok, err := found(err)
	return r, ok, err
}

// ReportsOf returns what a holder reported from since on, oldest first.
func (t *Tx) ReportsOf(holder string, since time.Time) ([]Report, error) {
	return t.reports(`SELECT `+reportColumns+` FROM reports WHERE holder = ? AND time >= ? ORDER BY time, id`, holder, ms(since))
}

// Reports returns everybody's, oldest first: those that wait for an answer, or
// all.
func (t *Tx) Reports(all bool) ([]Report, error) {
	return t.reports(`SELECT `+reportColumns+` FROM reports WHERE answered = 0 OR ? ORDER BY time, id`, all)
}

func (t *Tx) reports(query string, args ...any) ([]Report, error) {
	var list []Report
	err := t.each(func(row scanner) error {
		r, err := scanReport(row)
		list = append(list, r)
		return err
	}, query, args...)
	return list, err
}

// AnswerReport keeps the answer to a report.
func (t *Tx) AnswerReport(id, answer string, at time.Time) error {
	_, err := t.exec(`UPDATE reports SET answer = ?, answered = ? WHERE id = ?`, answer, ms(at), id)
	return err
}
