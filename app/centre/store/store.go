package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver

	"counterfoil/app/casework"
)

// Store is an open file. Its methods may be called from any goroutine.
type Store struct{ db *sql.DB }

// Tx is one transaction; see Store.Do.
type Tx struct {
	tx  *sql.Tx
	ctx context.Context
}

// Open opens the file at path, making it first if there is none. A new file is
// made under another name and renamed once it is whole, so that a power cut
// during the first start leaves nothing half made.
func Open(path string) (*Store, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		if err := create(path); err != nil {
			return nil, fmt.Errorf("making the centre's store: %w", err)
		}
	}
	db, err := open(path)
	if err != nil {
		return nil, err
	}
	var found int
	if err := db.QueryRow("PRAGMA user_version").Scan(&found); err != nil {
		return nil, errors.Join(casework.Refuse(casework.JournalForeign, "the centre's store is not SQLite"), err, db.Close())
	}
	switch {
	case found > version:
		return nil, errors.Join(casework.Refuse(casework.JournalNewer, "the centre's store was made by a newer program"), db.Close())
	case found < 1:
		return nil, errors.Join(casework.Refuse(casework.JournalForeign, "the centre's store is another program's file"), db.Close())
	case found < version:
		if err := upgrade(db, found); err != nil {
			return nil, errors.Join(fmt.Errorf("bringing the centre's store to version %d: %w", version, err), db.Close())
		}
	}
	return &Store{db: db}, nil
}

// upgrade brings a file of an older version to this one, whole or not at all.
func upgrade(db *sql.DB, found int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(since(found)); err != nil {
		_ = tx.Rollback() // the reason why is the one to report
		return err
	}
	return tx.Commit()
}

func open(path string) (*sql.DB, error) {
	q := url.Values{"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_txlock": {"immediate"},
		"_busy_timeout": {"5000"}, "_foreign_keys": {"on"}, "_secure_delete": {"on"}}
	db, err := sql.Open("sqlite3", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

func create(path string) (err error) {
	fresh := path + ".new"
	for _, leftover := range []string{fresh, fresh + "-wal", fresh + "-shm"} {
		if err := os.Remove(leftover); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	db, err := open(fresh)
	if err != nil {
		return err
	}
	if _, err := db.Exec(since(0)); err != nil {
		return errors.Join(err, db.Close())
	}
	if err := db.Close(); err != nil { // the last connection folds the log into the file
		return err
	}
	if err := syncPath(fresh); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncPath(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Do runs f in one transaction: either all of it is on disk when Do returns
// nil, or nothing of it ever happened.
func (s *Store) Do(ctx context.Context, f func(*Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(&Tx{tx: tx, ctx: ctx}); err != nil {
		_ = tx.Rollback() // the reason why is the one to report
		return err
	}
	return tx.Commit()
}

func (t *Tx) exec(query string, args ...any) (int, error) {
	res, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// each calls scan for every row of a query.
func (t *Tx) each(scan func(scanner) error, query string, args ...any) error {
	rows, err := t.tx.QueryContext(t.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

type scanner interface{ Scan(into ...any) error }

// found turns "no row" into false.
func found(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMS(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}
