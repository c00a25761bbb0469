package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"counterfoil/app/casework"
)

// fault turns what SQLite or the system reports into a refusal that a person
// can act on. Refusals and a context's own end pass unchanged; what is left is
// a mistake of this package and keeps its text.
func fault(err error) error {
	var r *casework.Refusal
	if err == nil || errors.As(err, &r) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var s sqlite3.Error
	if errors.As(err, &s) {
		return sqliteFault(s)
	}
	if strings.HasPrefix(err.Error(), "sql: Scan error") { // database/sql gives it no type: a column is not what its table allows
		return errMalformed
	}
	var errno syscall.Errno
	if errors.As(err, &errno) && outOfSpace(errno) {
		return casework.Refuse(casework.JournalFull, "no room for a file")
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return casework.Refuse(casework.JournalUnwritable, path.Op+" failed")
	}
	return fmt.Errorf("journal: %w", err)
}

func sqliteFault(s sqlite3.Error) error {
	switch s.Code {
	case sqlite3.ErrFull:
		return casework.Refuse(casework.JournalFull, "no room for the database")
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return casework.Refuse(casework.JournalBusy, "the database is locked")
	case sqlite3.ErrNotADB:
		return casework.Refuse(casework.JournalForeign, "not an SQLite database")
	case sqlite3.ErrCorrupt, sqlite3.ErrFormat:
		return errMalformed
	case sqlite3.ErrIoErr:
		if outOfSpace(s.SystemErrno) {
			return casework.Refuse(casework.JournalFull, "no room for the database")
		}
		return casework.Refuse(casework.JournalUnwritable, "the disk reports an error")
	case sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm:
		return casework.Refuse(casework.JournalUnwritable, "the database cannot be written")
	}
	return fmt.Errorf("journal: %w", s)
}

// errMalformed is what SQLite says of a page that is none.
var errMalformed = casework.Refuse(casework.JournalDamaged, "the database is malformed")

func damaged(id casework.CaseID, what string) error {
	return casework.Refuse(casework.JournalDamaged, "case "+string(id)+": "+what)
}

// headFault is fault for the first query of all: what SQLite has no better word for
// than "error" is then a head that it does not understand.
func headFault(err error) error {
	var s sqlite3.Error
	if errors.As(err, &s) && s.Code == sqlite3.ErrError {
		return casework.Refuse(casework.JournalDamaged, "the head of the database is not one")
	}
	return fault(err)
}

// aboutCase is fault for what was read of one case: a page of the database that
// SQLite cannot read names the case that it hurts.
func aboutCase(id casework.CaseID, err error) error {
	if err = fault(err); err == errMalformed {
		return damaged(id, "a page of the database cannot be read")
	}
	return err
}
