package journal

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"counterfoil/app/casework"
)

// schemaShift keeps when the counter was opened and closed, and that a person has seen
// what the ledger refused. Neither says anything about a citizen.
const schemaShift = `
CREATE TABLE shifts (
	seq INTEGER PRIMARY KEY,
	open INTEGER NOT NULL,
	time INTEGER NOT NULL, -- Unix milliseconds
	clerk TEXT NOT NULL,
	taker TEXT NOT NULL, -- whom a closed counter was handed to; '': the next clerk
	note TEXT NOT NULL,
	lacking TEXT NOT NULL, -- what was not good at an opening, with commas
	cases INTEGER NOT NULL, steps INTEGER NOT NULL, refused INTEGER NOT NULL, unfinished INTEGER NOT NULL, evidence INTEGER NOT NULL
) STRICT;
CREATE TABLE seen (
	row INTEGER PRIMARY KEY, -- of the case
	time INTEGER NOT NULL, -- Unix milliseconds
	clerk TEXT NOT NULL
) STRICT;
`

// ChangeShift keeps an opening or a closing, with the acts of the operator log that it
// is, in one transaction. Seq is given here. What the counter is from then on is what
// the last one says; the last one again, by the same person at the same time, changes
// nothing.
func (j *Journal) ChangeShift(ctx context.Context, c casework.ShiftChange, acts ...casework.OperatorAct) error {
	acts, err := j.done(acts)
	if err != nil {
		return err
	}
	words := make([]string, len(c.Lacking))
	for i, l := range c.Lacking {
		words[i] = string(l)
	}
	return j.write(ctx, &change{do: func(tx *sql.Tx) error {
		r, err := tx.Exec(`INSERT INTO shifts (open, time, clerk, taker, note, lacking, cases, steps, refused, unfinished, evidence)
			SELECT ?1, ?2, ?3, ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM shifts
			WHERE seq = (SELECT max(seq) FROM shifts) AND open = ?1 AND time = ?2 AND clerk = ?3)`,
			c.Open, c.Time.UnixMilli(), c.Clerk, c.To, c.Note, strings.Join(words, ","),
			c.Left.Cases, c.Left.Steps, c.Left.Refused, c.Left.Unfinished, c.Left.Evidence)
		return j.chainIf(tx, r, err, acts)
	}})
}

const shiftColumns = "seq, open, time, clerk, taker, note, lacking, cases, steps, refused, unfinished, evidence"

// Shift returns the last opening or closing; the zero value when there was none.
func (j *Journal) Shift(ctx context.Context) (casework.ShiftChange, error) {
	return j.lastShift(ctx, "SELECT "+shiftColumns+" FROM shifts ORDER BY seq DESC LIMIT 1")
}

// LastClosing returns the last closing, also when the counter is open again; the
// zero value when there was none.
func (j *Journal) LastClosing(ctx context.Context) (casework.ShiftChange, error) {
	return j.lastShift(ctx, "SELECT "+shiftColumns+" FROM shifts WHERE open = 0 ORDER BY seq DESC LIMIT 1")
}

func (j *Journal) lastShift(ctx context.Context, query string) (casework.ShiftChange, error) {
	var c casework.ShiftChange
	var at int64
	var lacking string
	err := j.reader.QueryRowContext(ctx, query).Scan(&c.Seq, &c.Open, &at, &c.Clerk, &c.To, &c.Note, &lacking,
		&c.Left.Cases, &c.Left.Steps, &c.Left.Refused, &c.Left.Unfinished, &c.Left.Evidence)
	if errors.Is(err, sql.ErrNoRows) {
		return casework.ShiftChange{}, nil
	}
	if err != nil {
		return casework.ShiftChange{}, fault(err)
	}
	c.Time = time.UnixMilli(at).UTC()
	if lacking != "" {
		for word := range strings.SplitSeq(lacking, ",") {
			c.Lacking = append(c.Lacking, casework.ShiftCheck(word))
		}
	}
	return c, nil
}
