package journal

import (
	"context"
	"database/sql"
)

// KeepLink keeps a link from one set of the ledger's validators to the next, by the
// height of its block. The same again is no error and changes nothing. Another
// one takes the place of what was kept: its caller has verified it, and a kept
// link that was damaged must not stay for ever.
func (j *Journal) KeepLink(ctx context.Context, height int64, raw []byte) error {
	return j.write(ctx, &change{do: func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO links (height, raw) VALUES (?, ?) ON CONFLICT (height) DO UPDATE SET raw = excluded.raw WHERE raw <> excluded.raw",
			height, raw)
		return err
	}})
}

// Links returns the kept links in the order of their heights, as they lie there:
// each proves itself or is none, which its reader finds out.
func (j *Journal) Links(ctx context.Context) ([][]byte, error) {
	return all(ctx, j.reader, itself[[]byte], "SELECT raw FROM links ORDER BY height")
}
