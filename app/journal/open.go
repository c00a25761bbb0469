package journal

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

const (
	databaseName = "journal.db"
	freshName    = "journal.db.new"
	lockName     = "journal.lock"
	keysName     = "keys"
	daysName     = "days" // in keysName
)

// Open opens the journal in o.Dir and makes one where there is none. What was
// on its way to the ledger when the last program ended waits again, and a
// destruction of keys that was cut short is finished.
//
// Refusals: JournalBusy (another program has it), JournalForeign (not ours, or
// sealed under another master key), JournalNewer, JournalDamaged, JournalFull,
// JournalUnwritable. A file that is refused for what it is is not altered.
func Open(ctx context.Context, o Options) (*Journal, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fault(err)
	}
	o.Dir = dir
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.idle == 0 {
		o.idle = idleBefore
	}
	if o.Suite == 0 {
		o.Suite = protocol.Suite1
	}
	if o.migrations == nil {
		o.migrations = migrations()
	}
	if err := makeFolders(filepath.Join(dir, keysName)); err != nil {
		return nil, fault(err)
	}
	lock, taken, err := lockFile(filepath.Join(dir, lockName))
	if taken {
		return nil, casework.Refuse(casework.JournalBusy, "another program has the journal open")
	}
	if err != nil {
		return nil, fault(err)
	}
	j, err := assemble(o, lock)
	if err == nil {
		err = j.start(ctx)
	}
	if err != nil {
		lock.Close()
		return nil, fault(err)
	}
	return j, nil
}

// makeFolders makes the journal's folders; that of the days lies in a folder that
// an older program may have made.
func makeFolders(keys string) error {
	days := filepath.Join(keys, daysName)
	if _, err := os.Stat(days); err == nil {
		return nil
	}
	if err := os.MkdirAll(days, 0o700); err != nil {
		return err
	}
	return syncFolder(keys)
}

func assemble(o Options, lock *os.File) (*Journal, error) {
	if o.sealer == nil {
		var err error
		if o.sealer, err = sealerOf(o.Suite); err != nil {
			return nil, err
		}
	}
	master, err := o.sealer(o.Master)
	if err != nil {
		return nil, err
	}
	j := &Journal{options: o, sums: newSummer(o.Suite, o.Master), folder: folder{path: o.Dir, watch: o.watch}, master: master, lock: lock,
		kept: map[casework.CaseID]keptCase{}}
	keys := filepath.Join(o.Dir, keysName)
	j.keys = &keyRing{dir: folder{path: keys, watch: o.watch}, days: folder{path: filepath.Join(keys, daysName), watch: o.watch},
		master: master, sealer: o.sealer, open: map[casework.CaseID]caseKey{}, openDay: map[string]cipher.AEAD{}, held: map[string]int{}}
	j.search.days = map[string]*dayIndex{}
	j.idle = time.AfterFunc(time.Hour, func() { _ = j.checkpoint("PASSIVE") }) // a failure shows at the next write
	j.idle.Stop()
	return j, nil
}

// start opens the database, after making it if need be.
func (j *Journal) start(ctx context.Context) error {
	if err := j.ensure(ctx); err != nil {
		return err
	}
	version, err := probe(ctx, j.folder.in(databaseName), len(j.options.migrations))
	if err != nil {
		return err
	}
	if j.marker, err = newMarker(j.folder); err != nil {
		return err
	}
	if err := j.connect(ctx, version); err != nil {
		_ = j.release()
		return err
	}
	return nil
}

// connect opens the database. What it is is looked at through connections that
// only read, before the one that writes may alter anything.
func (j *Journal) connect(ctx context.Context, version int) error {
	path := j.folder.in(databaseName)
	write := func() {
		j.writer = connect(path, j.settings(writing()), append([]string{"journal_mode = WAL"}, j.options.pragmas...), j.sums, 1)
	}
	if j.options.shared {
		write()
		j.reader = j.writer
	} else {
		j.reader = connect(path, j.settings(reading()), nil, j.sums, 4)
	}
	if err := j.checkSchema(ctx, version); err != nil {
		return err
	}
	if err := j.checkMaster(ctx); err != nil {
		return err
	}
	if j.writer == nil {
		write()
	}
	if err := migrate(ctx, j.writer, version, j.options.migrations); err != nil {
		return err
	}
	if err := j.marker.ready(); err != nil {
		return err
	}
	return j.resume(ctx)
}

func (j *Journal) settings(v url.Values) url.Values {
	for name, value := range maps.All(j.options.settings) {
		v.Set(name, value)
	}
	return v
}

// ensure makes the database where there is none: under a temporary name, synced,
// renamed, the folder synced. A cut in the middle of a creation under the final
// name is the one way to get a file that does not open.
func (j *Journal) ensure(ctx context.Context) error {
	there, err := j.folder.has(databaseName)
	if there || err != nil {
		return err
	}
	if log, err := j.folder.has(databaseName + "-wal"); log || err != nil { // it would be replayed into the new file
		return first(err, casework.Refuse(casework.JournalDamaged, "the database is gone and its log is still there"))
	}
	for _, leftover := range []string{freshName, freshName + "-journal", freshName + "-wal", freshName + "-shm"} {
		if err := j.folder.remove(leftover); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := j.folder.put(freshName, nil); err != nil { // SQLite's own files take its rights
		return err
	}
	if err := j.create(ctx); err != nil {
		return err
	}
	if err := j.folder.rename(freshName, databaseName); err != nil {
		return err
	}
	return first(j.folder.sync(), folder{path: filepath.Dir(j.folder.path)}.sync())
}

func (j *Journal) create(ctx context.Context) error {
	db := connect(j.folder.in(freshName), j.settings(writing()), j.options.pragmas, j.sums, 1)
	defer db.Close()
	if err := migrate(ctx, db, 0, j.options.migrations); err != nil {
		return err
	}
	for range 2 { // one is enough; a flipped bit in the other must not look like a foreign key
		sealed := j.master.Seal(nil, nil, nil, []byte(masterBinding))
		if _, err := db.ExecContext(ctx, "INSERT INTO master (sealed) VALUES (?)", sealed); err != nil {
			return err
		}
	}
	for _, last := range []string{fmt.Sprintf("PRAGMA application_id = %d", applicationID), "PRAGMA journal_mode = WAL"} {
		if _, err := db.ExecContext(ctx, last); err != nil {
			return err
		}
	}
	return db.Close()
}

const masterBinding = "counterfoil journal 1"

// checkMaster refuses a master key or a suite that is not the journal's, before
// anything is sealed under it that nobody could open again.
func (j *Journal) checkMaster(ctx context.Context) error {
	list, err := all(ctx, j.reader, itself[[]byte], "SELECT sealed FROM master")
	if err != nil {
		return err
	}
	for _, sealed := range list {
		if _, err := j.master.Open(nil, nil, sealed, []byte(masterBinding)); err == nil {
			return nil
		}
	}
	return casework.Refuse(casework.JournalForeign, "sealed under another master key or in another suite")
}

// resume puts right what the last program left under way. Where a page cannot be
// read, the cases beside it are put right one by one; the journal opens all the same.
func (j *Journal) resume(ctx context.Context) error {
	const waits = "UPDATE outbox SET state = 'pending' WHERE state <> 'committed' AND state = 'sending'"
	_, err := j.writer.ExecContext(ctx, waits)
	if unreadable(err) {
		err = j.walk(ctx, func(c keptCase, _ error) error {
			_, err := j.writer.ExecContext(ctx, waits+" AND place BETWEEN ? AND ?", c.place(0), c.place(placesPerCase-1))
			if unreadable(err) {
				return nil
			}
			return err
		})
	}
	if err == nil || unreadable(err) {
		err = j.finishForgetting(ctx)
	}
	if unreadable(err) { // nothing is destroyed on the word of a damaged page
		return nil
	}
	return err
}

// unreadable reports whether SQLite found a page that is none.
func unreadable(err error) bool { return casework.KindOf(fault(err)) == casework.JournalDamaged }
