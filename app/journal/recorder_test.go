package journal

import (
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"github.com/psanford/sqlite3vfs"

	"counterfoil/app/casework"
)

// recorder is a file system for SQLite that does everything on real files and
// writes down what a disk would be told. Like SQLite's own on Unix it syncs the
// folder with the first sync of a log that it made.
type recorder struct {
	mu   sync.Mutex
	root string
	ops  []diskOp

	fail    int  // countdown to the operation that fails; 0: none does
	forever bool // so does every one after it
	full    bool // for want of room: of a write a part is done
	failed  int  // operations that did
	told    map[casework.RefusalKind]bool
}

// fails says whether this operation is one to fail: with an error of SQLite's, or
// nil.
func (r *recorder) fails(how error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.fail > 1:
		r.fail--
		return nil
	case r.fail == 0:
		return nil
	case !r.forever:
		r.fail = 0
	}
	r.failed++
	r.tell(casework.JournalUnwritable)
	return how
}

func (r *recorder) tell(kind casework.RefusalKind) {
	if r.told == nil {
		r.told = map[casework.RefusalKind]bool{}
	}
	r.told[kind] = true
}

// reasons returns the refusals that the failures since the last call allow: the
// first one counts, or what was tried after it. How SQLite is told of a file that
// met its limit is TestAFullDiskRefusesTheStepAndLosesNothing's, and the system's
// own: this file system can only tell it that a write failed.
func (r *recorder) reasons() []casework.RefusalKind {
	r.mu.Lock()
	defer r.mu.Unlock()
	kinds := slices.Collect(maps.Keys(r.told))
	clear(r.told)
	return kinds
}

// heal lets no more operation fail, and returns how many did.
func (r *recorder) heal() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.failed
	r.fail, r.failed = 0, 0
	return n
}

func (r *recorder) note(s fileStep, offset, size int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.path, s.data = r.short(s.path), slices.Clone(s.data)
	if s.to != "" {
		s.to = r.short(s.to)
	}
	if filepath.IsAbs(s.path) || s.path == ".." {
		return // the folder that holds the journal's
	}
	r.ops = append(r.ops, diskOp{fileStep: s, offset: offset, size: size})
}

func (r *recorder) short(path string) string {
	rel, err := filepath.Rel(r.root, path)
	if err != nil {
		return path
	}
	return rel
}

// watch notes a step of the folder's, and fails it as the system would.
func (r *recorder) watch(s fileStep) error {
	r.note(s, 0, 0)
	if r.fails(sqlite3vfs.IOErrorWrite) == nil {
		return nil
	}
	why := syscall.EIO
	if r.full {
		why = syscall.ENOSPC
		r.mu.Lock()
		r.tell(casework.JournalFull)
		r.mu.Unlock()
	}
	return &fs.PathError{Op: string(s.what), Path: s.path, Err: why}
}

func (r *recorder) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.ops)
}

// Open opens or makes a file.
func (r *recorder) Open(name string, flags sqlite3vfs.OpenFlag) (sqlite3vfs.File, sqlite3vfs.OpenFlag, error) {
	_, missing := os.Stat(name)
	if err := r.fails(sqlite3vfs.CantOpenError); missing != nil && err != nil {
		return nil, 0, err
	}
	mode := os.O_RDWR
	if flags&sqlite3vfs.OpenCreate != 0 {
		mode |= os.O_CREATE
	}
	f, err := os.OpenFile(name, mode, 0o600)
	if err != nil {
		return nil, 0, sqlite3vfs.CantOpenError
	}
	log := flags&(sqlite3vfs.OpenWAL|sqlite3vfs.OpenMainJournal) != 0
	if missing != nil {
		r.note(fileStep{what: created, path: name}, 0, 0)
	}
	return &recordedFile{File: f, recorder: r, syncFolder: log && missing != nil}, flags, nil
}

// Delete removes a file.
func (r *recorder) Delete(name string, dirSync bool) error {
	if err := r.fails(sqlite3vfs.IOError); err != nil {
		return err
	}
	if os.Remove(name) != nil {
		return sqlite3vfs.IOError
	}
	r.note(fileStep{what: removed, path: name}, 0, 0)
	if dirSync {
		r.note(fileStep{what: listed, path: filepath.Dir(name)}, 0, 0)
	}
	return nil
}

// Access says whether a file is there.
func (r *recorder) Access(name string, _ sqlite3vfs.AccessFlag) (bool, error) {
	_, err := os.Stat(name)
	return err == nil, nil
}

// FullPathname returns name, which is absolute already.
func (r *recorder) FullPathname(name string) string { return name }

type recordedFile struct {
	*os.File
	recorder   *recorder
	syncFolder bool
}

func (f *recordedFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(p, off)
	if err != nil && err != io.EOF {
		return n, sqlite3vfs.IOErrorRead
	}
	return n, err
}

func (f *recordedFile) WriteAt(p []byte, off int64) (int, error) {
	if err := f.recorder.fails(sqlite3vfs.IOErrorWrite); err != nil {
		if f.recorder.full {
			p = p[:len(p)/2]
			f.recorder.note(fileStep{what: wrote, path: f.Name(), data: p}, off, -1)
			_, _ = f.File.WriteAt(p, off) // it fails, whatever becomes of this
		}
		return 0, err
	}
	f.recorder.note(fileStep{what: wrote, path: f.Name(), data: p}, off, -1)
	return f.File.WriteAt(p, off)
}

func (f *recordedFile) Truncate(size int64) error {
	if err := f.recorder.fails(sqlite3vfs.IOError); err != nil {
		return err
	}
	f.recorder.note(fileStep{what: truncated, path: f.Name()}, 0, size)
	return f.File.Truncate(size)
}

// Sync is only noted: the real disk need not be waited for.
func (f *recordedFile) Sync(sqlite3vfs.SyncType) error {
	if err := f.recorder.fails(sqlite3vfs.IOError); err != nil {
		return err
	}
	f.recorder.note(fileStep{what: synced, path: f.Name()}, 0, 0)
	if f.syncFolder {
		f.syncFolder = false
		f.recorder.note(fileStep{what: listed, path: filepath.Dir(f.Name())}, 0, 0)
	}
	return nil
}

func (f *recordedFile) FileSize() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, sqlite3vfs.IOError
	}
	return info.Size(), nil
}

// Lock has nobody to keep out: the connection is the only one.
func (f *recordedFile) Lock(sqlite3vfs.LockType) error   { return nil }
func (f *recordedFile) Unlock(sqlite3vfs.LockType) error { return nil }
func (f *recordedFile) CheckReservedLock() (bool, error) { return false, nil }
func (f *recordedFile) SectorSize() int64                { return 4096 }
func (f *recordedFile) DeviceCharacteristics() sqlite3vfs.DeviceCharacteristic {
	return sqlite3vfs.IocapPowersafeOverwrite // as SQLite's own on Unix says
}
