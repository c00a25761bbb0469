package journal

import (
	"context"
	"database/sql"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Waiting returns the cases that are not wholly on the ledger, those that the ledger
// refused first, then the oldest first. It reads of each case its first entry that
// waits and no content.
func (j *Journal) Waiting(ctx context.Context) ([]casework.WaitingCase, error) {
	return all(ctx, j.reader, waitingCase, `SELECT c.id, c.number, c.item, c.ended, e.raw, w.steps, o.queued, w.refusal,
			coalesce(s.time, 0), coalesce(s.clerk, '')
		FROM (SELECT place >> 8 AS row, min(place) AS place, count(*) AS steps, max(refusal) AS refusal
			FROM outbox WHERE state <> 'committed' GROUP BY place >> 8) AS w
		JOIN outbox o ON o.place = w.place JOIN entries e ON e.place = w.place JOIN cases c ON c.row = w.row
		LEFT JOIN seen s ON s.row = w.row AND w.refusal <> ''
		ORDER BY w.refusal = '', o.queued, w.row`)
}

func waitingCase(rows *sql.Rows) (w casework.WaitingCase, err error) {
	var raw []byte
	var queued, seen int64
	if err := rows.Scan(&w.ID, &w.Number, &w.Item, &w.Ended, &raw, &w.Steps, &queued, &w.Refusal, &seen, &w.SeenBy); err != nil {
		return w, err
	}
	w.Since = time.UnixMilli(queued).UTC()
	if seen != 0 {
		w.Seen = time.UnixMilli(seen).UTC()
	}
	if e, _, err := protocol.OpenEntry(raw); err == nil { // one that is damaged is listed all the same, without its step
		w.Step = e.Kind
	}
	return w, nil
}

// EvidenceWaiting returns how many ended cases still have their content while the
// centre has no sealed copy of it.
func (j *Journal) EvidenceWaiting(ctx context.Context) (n int, err error) {
	err = j.reader.QueryRowContext(ctx, "SELECT count(*) FROM cases WHERE ended = 1 AND evidence = 0 AND forgotten = 0").Scan(&n)
	return n, fault(err)
}

// Seen keeps that a person has seen what the ledger refused of a case, with the acts
// of the operator log that this is, in one transaction. The same person at the same
// time again changes nothing. WrongCase: there is no such case; NotNow: nothing of it
// is refused.
func (j *Journal) Seen(ctx context.Context, id casework.CaseID, clerk string, at time.Time, acts ...casework.OperatorAct) error {
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
		var refused bool
		err = tx.QueryRow("SELECT EXISTS (SELECT 1 FROM outbox WHERE place BETWEEN ? AND ? AND state = 'refused')",
			c.place(0), c.place(placesPerCase-1)).Scan(&refused)
		if err != nil || !refused {
			return first(err, casework.Refuse(casework.NotNow, "nothing of the case is refused"))
		}
		r, err := tx.Exec(`INSERT INTO seen (row, time, clerk) VALUES (?, ?, ?) ON CONFLICT (row) DO UPDATE
			SET time = excluded.time, clerk = excluded.clerk WHERE time <> excluded.time OR clerk <> excluded.clerk`, c.row, at.UnixMilli(), clerk)
		return j.chainIf(tx, r, err, acts)
	}})
}
