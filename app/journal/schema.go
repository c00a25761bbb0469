package journal

import (
	"context"
	"database/sql"
	"fmt"
)

// applicationID marks our files in SQLite's header (offset 68): "CFJ1".
const applicationID = 0x43464A31

// A place is where an entry stands: the case's row × 256 + sequence number
// (casework.MaxSteps is 200). Entries, outbox rows and receipts share it as
// their key, so a case's rows lie side by side and need no index of their own.
// An attachment's key is its entry's place × 256 + its position.
const (
	placesPerCase       = 256
	attachmentsPerEntry = 256
)

const schema1 = `
CREATE TABLE master (
	sealed BLOB NOT NULL -- a fixed text under the master key: another key is noticed at once
) STRICT;
CREATE TABLE cases (
	row INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	number TEXT NOT NULL UNIQUE,
	item TEXT NOT NULL,
	day TEXT NOT NULL, -- YYYYMMDD, local
	ended INTEGER NOT NULL DEFAULT 0,
	forgotten INTEGER NOT NULL DEFAULT 0,
	evidence INTEGER NOT NULL DEFAULT 0, -- 1: the centre has the sealed copy
	granted TEXT NOT NULL DEFAULT '' -- id of the grant of the latest authorization
) STRICT;
CREATE INDEX cases_granted ON cases(granted) WHERE granted <> '';
CREATE INDEX cases_day ON cases(day);
CREATE INDEX cases_evidence ON cases(row) WHERE ended = 1 AND evidence = 0;
CREATE INDEX cases_kept ON cases(day) WHERE ended = 1 AND forgotten = 0;
CREATE INDEX cases_unfinished ON cases(ended) WHERE ended = 0;
CREATE INDEX cases_forgetting ON cases(forgotten) WHERE forgotten = 1; -- 1: the key may still be there; 2: it is gone
CREATE TABLE entries (
	place INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE,
	raw BLOB NOT NULL, -- exactly as signed
	attachments INTEGER NOT NULL -- how many there are: a lost one is noticed
) STRICT;
CREATE TABLE attachments (
	at INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	media TEXT NOT NULL,
	sealed BLOB NOT NULL -- nonce, then salt and content under the case's key
) STRICT;
CREATE TABLE outbox (
	place INTEGER PRIMARY KEY,
	state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'committed', 'refused')),
	queued INTEGER NOT NULL, -- Unix milliseconds
	attempts INTEGER NOT NULL DEFAULT 0,
	refusal TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_open ON outbox(queued, state) WHERE state <> 'committed';
CREATE TABLE receipts (
	place INTEGER PRIMARY KEY,
	height INTEGER NOT NULL,
	time INTEGER NOT NULL, -- Unix nanoseconds: the ledger's own precision
	raw BLOB NOT NULL
) STRICT;
CREATE INDEX receipts_height ON receipts(height, time);
CREATE TABLE attempts (
	row INTEGER PRIMARY KEY,
	case_id TEXT NOT NULL,
	step TEXT NOT NULL,
	why TEXT NOT NULL,
	time INTEGER NOT NULL -- Unix milliseconds
) STRICT;
CREATE INDEX attempts_case ON attempts(case_id);
`

const schema2 = `
CREATE TABLE links (
	height INTEGER PRIMARY KEY, -- of the block that hands over
	raw BLOB NOT NULL -- as package receipt encodes it: it proves itself
) STRICT;
`

// migrations returns the changes that make a database of version n, in order:
// the first makes version 1 out of nothing. A published one is never edited.
func migrations() []string { return []string{schema1, schema2, schemaOperators} }

// migrate brings a database from its version to the newest. Each change and the
// version that records it are one transaction.
func migrate(ctx context.Context, db *sql.DB, from int, changes []string) error {
	for version := from; version < len(changes); version++ {
		if err := migrateTo(ctx, db, version+1, changes[version]); err != nil {
			return err
		}
	}
	return nil
}

func migrateTo(ctx context.Context, db *sql.DB, version int, change string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(change); err != nil {
		return err
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return err
	}
	return tx.Commit()
}
