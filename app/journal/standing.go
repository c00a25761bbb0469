package journal

import (
	"context"
	"database/sql"
	"errors"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// keptCase is what the journal must know of a case to keep its next step. Those
// of open cases stay in memory, so that a step costs no replay.
type keptCase struct {
	row       int64 // 0: not there yet
	id        casework.CaseID
	holds     bool // the row is the one that was kept
	about     casework.CaseAbout
	ended     bool
	forgotten bool
	standing  casework.Standing
}

// place returns the key of the entry with the given sequence number.
func (c keptCase) place(seq int) int64 { return c.row*placesPerCase + int64(seq) }

// querier is a connection pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// standing returns the case as the transaction sees it; the zero row says that
// it is not there.
func (j *Journal) standing(tx *sql.Tx, id casework.CaseID, seq int) (keptCase, error) {
	if c, ok := j.kept[id]; ok {
		return c, nil
	}
	look := findCase
	if seq == 1 { // a new case is looked for in no more than the index
		look = indexedAs
	}
	c, err := look(context.Background(), tx, id)
	if err != nil || c.row == 0 {
		return c, err
	}
	steps, err := stepsOf(context.Background(), tx, c)
	if err != nil {
		return c, err
	}
	c.standing, _, err = replay(c, steps)
	return c, err
}

// findCase returns a case; one that the index does not have is looked for in the
// table before it is said to be unknown.
func findCase(ctx context.Context, q querier, id casework.CaseID) (keptCase, error) {
	c, err := indexedAs(ctx, q, id)
	if err != nil || c.row > 0 {
		return c, err
	}
	return caseWhere(ctx, q, "cases c NOT INDEXED WHERE id = ?", id)
}

func indexedAs(ctx context.Context, q querier, id casework.CaseID) (keptCase, error) {
	return caseWhere(ctx, q, "cases c WHERE id = ?", id)
}

func caseWhere(ctx context.Context, q querier, where string, arg any) (keptCase, error) {
	var c keptCase
	err := q.QueryRowContext(ctx, "SELECT row, id, number, item, day, ended, forgotten > 0, "+caseHolds+" FROM "+where, arg).
		Scan(&c.row, &c.id, &c.about.Number, &c.about.Item, &c.about.Day, &c.ended, &c.forgotten, &c.holds)
	if errors.Is(err, sql.ErrNoRows) {
		return keptCase{}, nil
	}
	return c, err
}

// sameAt returns nil when the step at this place is this one.
func (c keptCase) sameAt(tx *sql.Tx, step casework.Step) error {
	var digest []byte
	err := tx.QueryRow("SELECT digest FROM entries WHERE place = ?", c.place(step.Entry.Seq)).Scan(&digest)
	if err != nil {
		return err
	}
	if casework.Digest(digest) != step.Digest {
		return casework.Refuse(casework.WrongSequence, "another entry holds this place")
	}
	return nil
}

// checkWhole refuses a submission whose digest of the whole case is wrong; the
// ledger would refuse it too, when nothing can be put right any more.
func (c keptCase) checkWhole(tx *sql.Tx, step casework.Step) error {
	e := step.Entry
	if e.Kind != casework.Submitted {
		return nil
	}
	rows, err := tx.Query("SELECT digest FROM entries WHERE place BETWEEN ? AND ? ORDER BY place", c.place(1), c.place(e.Seq-1))
	if err != nil {
		return err
	}
	defer rows.Close()
	var digests []casework.Digest
	for rows.Next() {
		var d sql.RawBytes
		if err := rows.Scan(&d); err != nil {
			return err
		}
		digests = append(digests, casework.Digest(d))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if protocol.SuiteOf(step.Raw).WholeOf(digests) != e.Body.Whole {
		return casework.Refuse(casework.WrongWhole, "the digest is not of this case's entries")
	}
	return nil
}
