package journal

import (
	"context"
	"database/sql"
	"errors"

	"counterfoil/app/casework"
)

const rosterBinding = "counterfoil roster 1"

// KeepRoster keeps a hall's signed roster in place of the one before, sealed under
// the master key: it names people.
func (j *Journal) KeepRoster(ctx context.Context, raw []byte) error {
	sealed := j.master.Seal(nil, nil, raw, []byte(rosterBinding))
	return j.write(ctx, &change{do: func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO roster (row, sealed) VALUES (1, ?) ON CONFLICT (row) DO UPDATE SET sealed = excluded.sealed", sealed)
		return err
	}})
}

// Roster returns the kept roster's signed bytes; nil when there is none.
// JournalDamaged: it fails its seal.
func (j *Journal) Roster(ctx context.Context) ([]byte, error) {
	var sealed []byte
	err := j.reader.QueryRowContext(ctx, "SELECT sealed FROM roster").Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fault(err)
	}
	raw, err := j.master.Open(nil, nil, sealed, []byte(rosterBinding))
	if err != nil {
		return nil, casework.Refuse(casework.JournalDamaged, "the roster fails its seal")
	}
	return raw, nil
}
