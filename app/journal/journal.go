package journal

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"os"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/news"
	"counterfoil/app/protocol"
)

// Options say where a journal lies and how it is sealed.
type Options struct {
	// Dir is the journal's folder: journal.db, journal.mark, journal.lock and keys/.
	// It is made when it is missing, readable by its owner alone.
	Dir string
	// Master wraps the keys of the days. Losing it loses the content of every case.
	Master [32]byte
	// Suite seals; 0: suite 1. A journal keeps the suite that it was made in: with
	// another one it is JournalForeign.
	Suite protocol.Suite
	// Now is the clock that stamps what is queued and tells today; nil: the
	// system's.
	Now func() time.Time

	tuning
}

// tuning is what tests of this package change.
type tuning struct {
	settings   map[string]string // of every connection's name, over ours
	pragmas    []string          // on the writer
	shared     bool              // readers use the writer's connection
	watch      func(fileStep) error
	migrations []string
	sealer     sealer        // in place of the suite's
	idle       time.Duration // negative: no checkpoint by itself
}

// idleBefore is how long nothing must have been written before the log is
// copied into the database: a checkpoint in the middle of a case would make one
// of its steps slow.
const idleBefore = 300 * time.Millisecond

// Journal is an open journal. All its methods may be called at the same time
// from many goroutines.
type Journal struct {
	options Options
	folder  folder
	keys    *keyRing
	master  cipher.AEAD
	sums    summer
	lock    *os.File
	writer  *sql.DB
	reader  *sql.DB
	line    line
	news    news.News
	search  search
	marker  *marker

	writing sync.Mutex // held during a transaction and a checkpoint; guards the rest
	closed  bool
	idle    *time.Timer
	kept    map[casework.CaseID]keptCase
}

// Close copies the log into the database and lets go of everything. It may be
// called twice.
func (j *Journal) Close() error {
	j.writing.Lock()
	defer j.writing.Unlock()
	if j.closed {
		return nil
	}
	j.closed = true
	j.idle.Stop()
	_, err := j.writer.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return fault(first(err, j.release()))
}

// release closes what is open, in the order that lets the last connection be
// the one that may write.
func (j *Journal) release() error {
	var err error
	if j.reader != nil && j.reader != j.writer {
		err = j.reader.Close()
	}
	if j.writer != nil {
		err = first(err, j.writer.Close())
	}
	return first(err, j.lock.Close())
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkpoint copies the log into the database. mode is SQLite's: PASSIVE, or
// TRUNCATE to leave an empty log.
func (j *Journal) checkpoint(mode string) error {
	j.writing.Lock()
	defer j.writing.Unlock()
	if j.closed {
		return nil
	}
	_, err := j.writer.ExecContext(context.Background(), "PRAGMA wal_checkpoint("+mode+")")
	return fault(err)
}

// settle puts the checkpoint off until nothing was written for a while.
func (j *Journal) settle() {
	if j.options.idle > 0 {
		j.idle.Reset(j.options.idle)
	}
}
