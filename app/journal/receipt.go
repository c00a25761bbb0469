package journal

import (
	"context"
	"database/sql"
	"time"

	"counterfoil/app/casework"
)

// Committed stores receipts that their caller has verified, all or none; the row of
// each entry is committed, whatever it was before: a receipt is proof, also when the
// answer to an earlier try was lost. The first receipt of an entry stays; another is
// no error.
func (j *Journal) Committed(ctx context.Context, list ...casework.Receipt) error {
	return j.write(ctx, &change{do: func(tx *sql.Tx) error {
		for _, r := range list {
			if err := committed(tx, r); err != nil {
				return err
			}
		}
		return nil
	}})
}

func committed(tx *sql.Tx, r casework.Receipt) error {
	place, err := placeOf(tx, r.Entry)
	if err != nil {
		return err
	}
	_, err = tx.Exec("INSERT INTO receipts (place, height, time, raw) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		place, r.Height, r.Time.UnixNano(), r.Raw)
	if err != nil {
		return err
	}
	_, err = tx.Exec("UPDATE outbox SET state = 'committed', refusal = '' WHERE place = ? AND state <> 'committed'", place)
	return err
}

// Receipt returns the receipt of an entry and whether there is one.
func (j *Journal) Receipt(ctx context.Context, d casework.Digest) (casework.Receipt, bool, error) {
	list, err := j.receipts(ctx, "e.digest = ?", d[:])
	if err != nil || len(list) == 0 {
		return casework.Receipt{}, false, err
	}
	return list[0], true, nil
}

// Receipts returns the receipts of a case in the order of its entries. There are
// fewer than entries while some are on their way.
func (j *Journal) Receipts(ctx context.Context, id casework.CaseID) ([]casework.Receipt, error) {
	c, err := findCase(ctx, j.reader, id)
	if err != nil {
		return nil, fault(err)
	}
	if c.row == 0 {
		return nil, unknownCase()
	}
	return j.receipts(ctx, "e.place BETWEEN ? AND ?", c.place(0), c.place(placesPerCase-1))
}

func (j *Journal) receipts(ctx context.Context, where string, args ...any) ([]casework.Receipt, error) {
	return all(ctx, j.reader, func(rows *sql.Rows) (r casework.Receipt, err error) {
		var digest []byte
		var at int64
		err = rows.Scan(&digest, &r.Height, &at, &r.Raw)
		r.Entry, r.Time = digestOf(digest), time.Unix(0, at).UTC()
		return r, err
	}, `SELECT e.digest, r.height, r.time, r.raw
		FROM entries e JOIN receipts r ON r.place = e.place WHERE `+where+" ORDER BY e.place", args...)
}

// Queue returns the outbox in numbers.
func (j *Journal) Queue(ctx context.Context) (casework.Queue, error) {
	var q casework.Queue
	var oldest, height, at sql.NullInt64
	err := j.reader.QueryRowContext(ctx, `SELECT
		count(*) FILTER (WHERE state <> 'refused'),
		count(DISTINCT CASE WHEN state = 'refused' THEN place >> 8 END),
		min(queued) FILTER (WHERE state <> 'refused'),
		(SELECT height FROM receipts ORDER BY height DESC, time DESC LIMIT 1),
		(SELECT time FROM receipts ORDER BY height DESC, time DESC LIMIT 1)
		FROM outbox WHERE state <> 'committed'`).Scan(&q.Waiting, &q.Refused, &oldest, &height, &at)
	if err != nil {
		return q, fault(err)
	}
	if oldest.Valid {
		q.Oldest = time.UnixMilli(oldest.Int64).UTC()
	}
	if height.Valid {
		q.Height, q.OnChain = height.Int64, time.Unix(0, at.Int64).UTC()
	}
	return q, nil
}
