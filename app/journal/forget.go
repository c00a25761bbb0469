package journal

import (
	"context"
	"database/sql"

	"counterfoil/app/casework"
)

// Forget destroys the key of a case, and the key of its day once no case of that
// day has content any more: what was sealed under it can never be read again,
// wherever a copy lies. Entries and receipts stay. The sealed records are
// deleted too, to give their room back. The acts of the operator log that this is
// are written in the transaction that deletes them, before the key goes. Doing it
// again is no error and writes no act.
func (j *Journal) Forget(ctx context.Context, id casework.CaseID, acts ...casework.OperatorAct) error {
	acts, err := j.done(acts)
	if err != nil {
		return err
	}
	var row int64
	var day string
	err = j.write(ctx, &change{do: func(tx *sql.Tx) error {
		c, err := findCase(context.Background(), tx, id)
		if err != nil {
			return err
		}
		if row, day = c.row, c.about.Day; row == 0 {
			return unknownCase()
		}
		delete(j.kept, id)
		if err := forget(tx, c); err != nil || c.forgotten {
			return err
		}
		return j.chain(tx, acts...)
	}})
	if err != nil {
		return err
	}
	j.forgetInSearch(id)
	if err := j.keys.destroy(id); err != nil {
		return err
	}
	if err := j.keyGone(ctx, row); err != nil {
		return err
	}
	return j.keys.endDay(day, j.hasContent(context.WithoutCancel(ctx)))
}

// hasContent returns what tells whether a case of a day still has its content.
// The index answers no more than that one has: before a key is destroyed the table
// itself is read, and a row that does not hold may be of any day.
func (j *Journal) hasContent(ctx context.Context) func(day string) (bool, error) {
	return func(day string) (bool, error) {
		yes, err := j.exists(ctx, "SELECT EXISTS (SELECT 1 FROM cases WHERE day = ? AND forgotten = 0)", day)
		if yes || err != nil {
			return yes, err
		}
		return j.exists(ctx, "SELECT EXISTS (SELECT 1 FROM cases c NOT INDEXED WHERE day = ? AND forgotten = 0 OR NOT ("+caseHolds+"))", day)
	}
}

// forget records the intent, so that a cut before the key is destroyed is made
// good at the next start.
func forget(tx *sql.Tx, c keptCase) error {
	if _, err := tx.Exec("UPDATE cases SET forgotten = 1 WHERE row = ?", c.row); err != nil {
		return err
	}
	_, err := tx.Exec("DELETE FROM attachments WHERE at BETWEEN ? AND ?",
		c.place(0)*attachmentsPerEntry, c.place(placesPerCase)*attachmentsPerEntry-1)
	return err
}

func (j *Journal) keyGone(ctx context.Context, row int64) error {
	return j.write(context.WithoutCancel(ctx), &change{do: func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE cases SET forgotten = 2 WHERE row = ?", row)
		return err
	}})
}

// finishForgetting destroys the keys whose destruction was cut short.
func (j *Journal) finishForgetting(ctx context.Context) error {
	ids, err := j.ids(ctx, "SELECT id FROM cases WHERE forgotten = 1")
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := j.keys.destroy(id); err != nil {
			return err
		}
		if _, err := j.writer.ExecContext(ctx, "UPDATE cases SET forgotten = 2 WHERE id = ?", id); err != nil {
			return err
		}
	}
	days, err := j.keys.daysWithKey()
	if err != nil {
		return err
	}
	for _, day := range days {
		if err := j.keys.endDay(day, j.hasContent(ctx)); err != nil {
			return err
		}
	}
	return nil
}
