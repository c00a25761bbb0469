package store

import (
	"encoding/json"
	"time"

	"counterfoil/app/casework"
)

// What says what a record is about.
type What string

// Record is one line of a citizen's 授权记录.
type Record struct {
	Holder  string
	Time    time.Time
	What    What
	Hall    casework.HallID
	Counter casework.CounterID
	Item    casework.ItemCode
	Kinds   []casework.LicenceKind
	Method  casework.Method
	Grant   casework.GrantID
	Reason  casework.RefusalKind // why a counter got nothing; empty: it is about nothing of the sort
}

// AddRecord keeps a record.
func (t *Tx) AddRecord(r Record) error {
	kinds, err := json.Marshal(r.Kinds)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO records (holder, time, what, hall, counter, item, kinds, method, grant_, reason) VALUES (?,?,?,?,?,?,?,?,?,?)`,
		r.Holder, ms(r.Time), r.What, r.Hall, r.Counter, r.Item, string(kinds), r.Method, r.Grant, r.Reason)
	return err
}

// Records returns the newest records of a holder, newest first.
func (t *Tx) Records(holder string, limit int) ([]Record, error) {
	var list []Record
	err := t.each(func(row scanner) error {
		r := Record{Holder: holder}
		var at int64
		var kinds string
		if err := row.Scan(&at, &r.What, &r.Hall, &r.Counter, &r.Item, &kinds, &r.Method, &r.Grant, &r.Reason); err != nil {
			return err
		}
		r.Time = fromMS(at)
		list = append(list, r)
		return json.Unmarshal([]byte(kinds), &list[len(list)-1].Kinds)
	}, `SELECT time, what, hall, counter, item, kinds, method, grant_, reason FROM records WHERE holder = ? ORDER BY n DESC LIMIT ?`, holder, limit)
	return list, err
}

// Prune forgets what no rule asks for any more: codes of both sorts and requests
// that ended before day, wrong entries before day, and records before year (网络安全法
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
		{`DELETE FROM grants WHERE until < ? AND entry IS NOT NULL AND (revoked = 0 OR off_entry IS NOT NULL)`, ms(year)},
	} {
		if _, err := t.exec(q.query, q.arg); err != nil {
			return err
		}
	}
	return nil
}
