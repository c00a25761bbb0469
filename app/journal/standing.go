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
	about     casework.CaseAbout
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
func (j *Journal) standing(tx *sql.Tx, id casework.CaseID) (keptCase, error) {
	if c, ok := j.kept[id]; ok {
		return c, nil
	}
	c, err := findCase(context.Background(), tx, id)
	if err != nil || c.row == 0 {
		return c, err
	}
	steps, err := stepsOf(context.Background(), tx, c)
	if err != nil {
		return c, err
	}
	c.standing, _, err = replay(id, steps)
	return c, err
}

func findCase(ctx context.Context, q querier, id casework.CaseID) (keptCase, error) {
	var c keptCase
	err := q.QueryRowContext(ctx, "SELECT row, number, item, day, forgotten > 0 FROM cases WHERE id = ?", id).
		Scan(&c.row, &c.about.Number, &c.about.Item, &c.about.Day, &c.forgotten)
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
func (c keptCase) checkWhole(tx *sql.Tx, e casework.Entry) error {
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
	if protocol.WholeOf(digests) != e.Body.Whole {
		return casework.Refuse(casework.WrongWhole, "the digest is not of this case's entries")
	}
	return nil
}

// keptStep is one row of a case: the entry, where it is on its way, and the
// receipt's figures.
type keptStep struct {
	seq     int
	digest  []byte
	raw     []byte
	send    casework.SendState
	refusal casework.RefusalKind
	height  sql.NullInt64
	time    sql.NullInt64
}

// stepsOf reads a case's rows. It starts from the outbox, so that an entry that
// went missing behind its row is noticed.
func stepsOf(ctx context.Context, q querier, c keptCase) ([]keptStep, error) {
	rows, err := q.QueryContext(ctx, `SELECT o.place & 255, e.digest, e.raw, o.state, o.refusal, r.height, r.time
		FROM outbox o LEFT JOIN entries e ON e.place = o.place LEFT JOIN receipts r ON r.place = o.place
		WHERE o.place BETWEEN ? AND ? ORDER BY o.place`, c.place(0), c.place(placesPerCase-1))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var steps []keptStep
	for rows.Next() {
		var s keptStep
		if err := rows.Scan(&s.seq, &s.digest, &s.raw, &s.send, &s.refusal, &s.height, &s.time); err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	return steps, rows.Err()
}

// replay opens the kept bytes again and follows the case from its first entry.
// Any break is damage.
func replay(id casework.CaseID, steps []keptStep) (casework.Standing, []casework.Entry, error) {
	var standing casework.Standing
	var entries []casework.Entry
	var digests []casework.Digest
	if len(steps) == 0 {
		return standing, nil, damaged(id, "its entries are gone")
	}
	for _, s := range steps {
		e, _, err := protocol.OpenEntry(s.raw)
		d := protocol.DigestOf(s.raw)
		if err != nil || d != digestOf(s.digest) || e.Case != id || e.Seq != s.seq {
			return standing, nil, damaged(id, "an entry is not the one that was kept")
		}
		if standing, err = standing.Next(e, d); err != nil {
			return standing, nil, damaged(id, "an entry does not follow: "+string(casework.KindOf(err)))
		}
		if e.Kind == casework.Submitted && e.Body.Whole != protocol.WholeOf(digests) {
			return standing, nil, damaged(id, "the digest of the whole case is wrong")
		}
		entries, digests = append(entries, e), append(digests, d)
	}
	return standing, entries, nil
}

// digestOf returns the digest that b holds, or the zero one, which no entry has.
func digestOf(b []byte) casework.Digest {
	if len(b) != len(casework.Digest{}) {
		return casework.Digest{}
	}
	return casework.Digest(b)
}
