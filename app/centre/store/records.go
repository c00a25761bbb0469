package store

import (
	"encoding/json"
	"errors"
	"math"
	"time"

	"counterfoil/app/casework"
)

// What says what a record is about.
type What string

// Record is one line of a citizen's 授权记录.
type Record struct {
	N       int64 // its place among all records; AddRecord gives it
	Holder  string
	Time    time.Time // when it was noted: never earlier than that of the record before
	Was     time.Time // when it happened, where that was earlier; else zero
	What    What
	Hall    casework.HallID
	Counter casework.CounterID
	Item    casework.ItemCode
	Kinds   []casework.LicenceKind
	Needs   []casework.LicenceNeed // fields that were asked for or granted; of records of the first two versions empty
	Left    []casework.FieldRef    // sensitive fields that were not granted
	Reason  casework.RefusalKind   // of a refusal
	Method  casework.Method
	Grant   casework.GrantID
	Report  string // id of the report that was filed
}

const recordColumns = `n, time, was, what, hall, counter, item, kinds, needs, left_, reason, method, grant_, report`

func scanRecord(holder string, row scanner) (Record, error) {
	r := Record{Holder: holder}
	var at, was int64
	var kinds, needs, left string
	if err := row.Scan(&r.N, &at, &was, &r.What, &r.Hall, &r.Counter, &r.Item, &kinds, &needs, &left, &r.Reason, &r.Method, &r.Grant, &r.Report); err != nil {
		return r, err
	}
	r.Time, r.Was = fromMS(at), fromMS(was)
	return r, errors.Join(json.Unmarshal([]byte(kinds), &r.Kinds), json.Unmarshal([]byte(needs), &r.Needs), json.Unmarshal([]byte(left), &r.Left))
}

// AddRecord keeps a record.
func (t *Tx) AddRecord(r Record) error {
	kinds, err := json.Marshal(r.Kinds)
	needs, err2 := json.Marshal(r.Needs)
	left, err3 := json.Marshal(r.Left)
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO records (holder, time, was, what, hall, counter, item, kinds, needs, left_, reason, method, grant_, report) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		r.Holder, ms(r.Time), ms(r.Was), r.What, r.Hall, r.Counter, r.Item, string(kinds), string(needs), string(left), r.Reason, r.Method, r.Grant, r.Report)
	return err
}

// Records returns the newest records of a holder that lie before the given place,
// 0 for the end, newest first.
func (t *Tx) Records(holder string, before int64, limit int) ([]Record, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	var list []Record
	err := t.each(func(row scanner) error {
		r, err := scanRecord(holder, row)
		list = append(list, r)
		return err
	}, `SELECT `+recordColumns+` FROM records WHERE holder = ? AND n < ? ORDER BY n DESC LIMIT ?`, holder, before, limit)
	return list, err
}

// Record returns the holder's own record at a place.
func (t *Tx) Record(holder string, n int64) (Record, bool, error) {
	r, err := scanRecord(holder, t.tx.QueryRowContext(t.ctx, `SELECT `+recordColumns+` FROM records WHERE holder = ? AND n = ?`, holder, n))
	ok, err := found(err)
	return r, ok, err
}

// Recorded reports whether the same was recorded of the same grant at the same
// counter before.
func (t *Tx) Recorded(r Record) (bool, error) {
	var one int
	err := t.tx.QueryRowContext(t.ctx, `SELECT 1 FROM records WHERE holder = ? AND grant_ = ? AND what = ? AND reason = ? AND hall = ? AND counter = ? LIMIT 1`,
		r.Holder, r.Grant, r.What, r.Reason, r.Hall, r.Counter).Scan(&one)
	return found(err)
}

// GrantsWith returns the holder's grants of which this was recorded.
func (t *Tx) GrantsWith(holder string, what What) (map[casework.GrantID]bool, error) {
	ids := map[casework.GrantID]bool{}
	err := t.each(func(row scanner) error {
		var id casework.GrantID
		err := row.Scan(&id)
		ids[id] = true
		return err
	}, `SELECT DISTINCT grant_ FROM records WHERE holder = ? AND what = ?`, holder, what)
	return ids, err
}

// Prune forgets what no rule asks for any more: codes of both sorts and requests
// that ended before day, wrong entries before day, and records and reports before year (网络安全法
// art. 21 and 个人信息保护法 art. 56 say how long records are kept). Grants stay
// as long as their records.
func (t *Tx) Prune(day, year time.Time) error {
	for _, q := range []struct {
		query string
		arg   int64
	}{
		{`DELETE FROM codes WHERE until < ?`, ms(day)},
		{`DELETE FROM requests WHERE until < ?`, ms(day)},
		{`DELETE FROM tries WHERE time < ?`, ms(day)},
		{`DELETE FROM enrolments WHERE until < ?`, ms(day)},
		{`DELETE FROM records WHERE time < ?`, ms(year)},
		{`DELETE FROM reports WHERE time < ?`, ms(year)},
		{`DELETE FROM grants WHERE until < ? AND entry IS NOT NULL AND (revoked = 0 OR off_entry IS NOT NULL)`, ms(year)},
	} {
		if _, err := t.exec(q.query, q.arg); err != nil {
			return err
		}
	}
	return nil
}
