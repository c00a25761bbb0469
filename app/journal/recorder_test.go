package journal

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/psanford/sqlite3vfs"
)

// recorder is a file system for SQLite that does everything on real files and
// writes down what a disk would be told. Like SQLite's own on Unix it syncs the
// folder with the first sync of a log that it made.
type recorder struct {
	mu   sync.Mutex
	root string
	ops  []diskOp
	fail int // countdown to the write or sync that fails, once; 0: none does
}

// fails reports whether this write or sync is the one to fail.
func (r *recorder) fails() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail > 0 {
		r.fail--
		return r.fail == 0
	}
	return false
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

func (r *recorder) watch(s fileStep) { r.note(s, 0, 0) }

func (r *recorder) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.ops)
}

// Open opens or makes a file.
func (r *recorder) Open(name string, flags sqlite3vfs.OpenFlag) (sqlite3vfs.File, sqlite3vfs.OpenFlag, error) {
	_, missing := os.Stat(name)
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
	if f.recorder.fails() {
		return 0, sqlite3vfs.IOErrorWrite
	}
	f.recorder.note(fileStep{what: wrote, path: f.Name(), data: p}, off, -1)
	return f.File.WriteAt(p, off)
}

func (f *recordedFile) Truncate(size int64) error {
	f.recorder.note(fileStep{what: truncated, path: f.Name()}, 0, size)
	return f.File.Truncate(size)
}

// Sync is only noted: the real disk need not be waited for.
func (f *recordedFile) Sync(sqlite3vfs.SyncType) error {
	if f.recorder.fails() {
		return sqlite3vfs.IOError
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
