package journal

import (
	"context"
	"encoding/binary"
	"io"
	"os"

	"counterfoil/app/casework"
)

// The first bytes of an SQLite database (its file format, §1.3).
const (
	headerBytes   = 100
	headerMagic   = "SQLite format 3\x00"
	versionOffset = 60
	applicationAt = 68
)

// probe refuses a file that is not a journal, or one of a newer program, and
// returns its version. It only reads.
func probe(ctx context.Context, path string, newest int) (int, error) {
	application, version, err := header(path)
	if err != nil {
		return 0, err
	}
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 { // the newest header may stand there
		if application, version, err = recovered(ctx, path); err != nil {
			return 0, err
		}
	}
	switch {
	case application != applicationID:
		return 0, casework.Refuse(casework.JournalForeign, "an SQLite database of another program")
	case version > newest:
		return 0, casework.Refuse(casework.JournalNewer, "made by a newer program")
	case version < 1:
		return 0, casework.Refuse(casework.JournalDamaged, "the version is missing")
	}
	return version, nil
}

func header(path string) (application, version int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, fault(err)
	}
	defer f.Close()
	var h [headerBytes]byte
	if _, err := io.ReadFull(f, h[:]); err != nil || string(h[:len(headerMagic)]) != headerMagic {
		return 0, 0, casework.Refuse(casework.JournalForeign, "not an SQLite database")
	}
	return int(binary.BigEndian.Uint32(h[applicationAt:])), int(binary.BigEndian.Uint32(h[versionOffset:])), nil
}

// recovered reads the two numbers through SQLite, which takes what was written
// last from the write-ahead log. A read-only connection never copies that log
// into the database.
func recovered(ctx context.Context, path string) (application, version int, err error) {
	db := connect(path, reading(), nil, summer{}, 1)
	defer db.Close()
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&application); err != nil {
		return 0, 0, headFault(err)
	}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, 0, headFault(err)
	}
	return application, version, nil
}
