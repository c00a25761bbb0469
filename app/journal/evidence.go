package journal

import (
	"context"
	"database/sql"

	"counterfoil/app/casework"
)

// EvidenceDue returns the cases that have ended, are wholly on the ledger, still
// have their content, and of which the centre has no sealed copy yet: oldest
// first, a few at a time.
func (j *Journal) EvidenceDue(ctx context.Context) ([]casework.CaseID, error) {
	return j.ids(ctx, `SELECT id FROM cases c WHERE ended = 1 AND evidence = 0 AND forgotten = 0
		AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.place BETWEEN c.row * ? AND c.row * ? + ? AND o.state <> 'committed')
		ORDER BY row LIMIT 16`, placesPerCase, placesPerCase, placesPerCase-1)
}

// EvidenceSent remembers that the centre has the sealed copy of a case.
func (j *Journal) EvidenceSent(ctx context.Context, id casework.CaseID) error {
	return j.write(ctx, &change{do: func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE cases SET evidence = 1 WHERE id = ?", id)
		return err
	}})
}
