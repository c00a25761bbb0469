package journal

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"counterfoil/app/casework"
)

// Ready returns what can be sent now, oldest first: of each case the first row
// that is not committed, if it is pending. A case with a refused row has none.
func (j *Journal) Ready(ctx context.Context, limit int) ([]casework.Outgoing, error) {
	return all(ctx, j.reader, outgoing, "SELECT "+outgoingColumns+`
		FROM (SELECT min(place) AS place FROM outbox WHERE state <> 'committed' GROUP BY place >> 8) AS head
		JOIN outbox o ON o.place = head.place AND o.state = 'pending'
		JOIN entries e ON e.place = o.place JOIN cases c ON c.row = o.place >> 8
		ORDER BY o.queued, o.place LIMIT ?`, limit)
}

// recentRows is among how many of the rows queued last Recent looks for cases.
const recentRows = 16

// Recent returns what can be sent now of the few cases whose rows were queued
// last: there a person may be waiting, however long the queue is.
func (j *Journal) Recent(ctx context.Context) ([]casework.Outgoing, error) {
	return all(ctx, j.reader, outgoing, "SELECT "+outgoingColumns+`
		FROM (SELECT DISTINCT place >> 8 AS kase FROM (SELECT place FROM outbox WHERE state <> 'committed' ORDER BY queued DESC LIMIT ?)) AS recent
		JOIN outbox o ON o.place = (SELECT min(place) FROM outbox WHERE place BETWEEN kase << 8 AND (kase << 8) + 255 AND state <> 'committed') AND o.state = 'pending'
		JOIN entries e ON e.place = o.place JOIN cases c ON c.row = kase`, recentRows)
}

// Next returns, in their order, the entries of one case that can be sent behind
// those that are under way: the pending ones, unless one of them was refused.
func (j *Journal) Next(ctx context.Context, id casework.CaseID, limit int) ([]casework.Outgoing, error) {
	return all(ctx, j.reader, outgoing, "SELECT "+outgoingColumns+`
		FROM cases c JOIN outbox o ON o.place BETWEEN c.row << 8 AND (c.row << 8) + 255 AND o.state = 'pending'
			AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.place BETWEEN c.row << 8 AND o.place AND b.state = 'refused')
			AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.place BETWEEN o.place AND (c.row << 8) + 255 AND b.state = 'sending')
		JOIN entries e ON e.place = o.place WHERE c.id = ? ORDER BY o.place LIMIT ?`, id, limit)
}

// outgoingColumns are those that outgoing reads.
const outgoingColumns = "c.id, o.place & 255, e.digest, e.raw, o.queued, o.attempts"

func outgoing(rows *sql.Rows) (o casework.Outgoing, err error) {
	var digest []byte
	var queued int64
	err = rows.Scan(&o.Case, &o.Seq, &digest, &o.Raw, &queued, &o.Attempts)
	o.Digest, o.Queued = digestOf(digest), time.UnixMilli(queued).UTC()
	return o, err
}

// Sending takes rows of one case, in their order, that are ready or follow on rows
// under way: pending → sending, all or none. NotNow says that one is not pending,
// or stands behind one that waits.
func (j *Journal) Sending(ctx context.Context, list ...casework.Digest) error {
	return j.write(ctx, &change{do: func(tx *sql.Tx) error {
		for _, d := range list {
			if err := move(tx, d, casework.Pending, "'committed', 'sending'", "state = 'sending'"); err != nil {
				return err
			}
		}
		return nil
	}})
}

// Retry puts a row back after a transient failure, its own or that of one before
// it: sending → pending, one more attempt.
func (j *Journal) Retry(ctx context.Context, d casework.Digest) error {
	return j.write(ctx, &change{do: func(tx *sql.Tx) error {
		return move(tx, d, casework.Sending, "'committed', 'sending', 'pending', 'refused'", "state = 'pending', attempts = attempts + 1")
	}})
}

// Refuse keeps the ledger's no to the first row of a case that is not committed:
// sending → refused. The case's later rows wait for a person.
func (j *Journal) Refuse(ctx context.Context, d casework.Digest, why casework.RefusalKind) error {
	return j.write(ctx, &change{do: func(tx *sql.Tx) error {
		return move(tx, d, casework.Sending, "'committed'", "state = 'refused', refusal = ?", why)
	}})
}

// Reopen is a person's decision to send again what the ledger refused, once the
// reason is gone (a counter that was not enrolled, say): refused → pending. A
// case with nothing refused is left as it is, and so is the operator log: the acts
// are written in the same transaction where something is sent again. Nobody has seen a
// later refusal yet.
func (j *Journal) Reopen(ctx context.Context, id casework.CaseID, acts ...casework.OperatorAct) error {
	acts, err := j.done(acts)
	if err != nil {
		return err
	}
	return j.write(ctx, &change{do: func(tx *sql.Tx) error {
		c, err := findCase(context.Background(), tx, id)
		if err != nil {
			return err
		}
		if c.row == 0 {
			return unknownCase()
		}
		r, err := tx.Exec("UPDATE outbox SET state = 'pending', refusal = '' WHERE place BETWEEN ? AND ? AND state = 'refused'",
			c.place(0), c.place(placesPerCase-1))
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); n == 0 || err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM seen WHERE row = ?", c.row); err != nil {
			return err
		}
		return j.chain(tx, acts...)
	}})
}

// move changes a row that is in the given state, while those of its case before it
// are all in one of the others.
func move(tx *sql.Tx, d casework.Digest, from casework.SendState, before, set string, args ...any) error {
	place, err := placeOf(tx, d)
	if err != nil {
		return err
	}
	r, err := tx.Exec("UPDATE outbox SET "+set+` WHERE place = ? AND state = ?
		AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.place BETWEEN ? AND ? AND b.state NOT IN (`+before+"))",
		append(args, place, from, place&^(placesPerCase-1), place-1)...)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); n == 0 || err != nil {
		return first(err, casework.Refuse(casework.NotNow, "the row is not the next one in this state"))
	}
	return nil
}

func placeOf(tx *sql.Tx, d casework.Digest) (place int64, err error) {
	err = tx.QueryRow("SELECT place FROM entries WHERE digest = ?", d[:]).Scan(&place)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, casework.Refuse(casework.WrongCase, "the journal does not hold this entry")
	}
	return place, err
}
