package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// folder does the few operations on files that are not SQLite's. Each is one
// step as a disk sees it, so that the tests of power cuts and of failing disks can
// watch them in order and say that one failed.
type folder struct {
	path  string
	watch func(fileStep) error // nil but in those tests
}

// fileStep is one operation that a disk may or may not have done when the power
// goes.
type fileStep struct {
	what fileAct
	path string
	to   string // renamed
	data []byte // wrote, from the start of the file
}

type fileAct string

const (
	created fileAct = "create" // or emptied
	wrote   fileAct = "write"
	synced  fileAct = "sync"
	renamed fileAct = "rename"
	removed fileAct = "remove"
	listed  fileAct = "sync-folder"
)

func (f folder) in(name string) string { return filepath.Join(f.path, name) }

func (f folder) note(s fileStep) error {
	if f.watch == nil {
		return nil
	}
	return f.watch(s)
}

// put makes a file of the given content that is on disk when put returns; its
// name is on disk after sync.
func (f folder) put(name string, data []byte) error {
	return f.fill(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, data, true)
}

// overwrite replaces the first bytes of an existing file, in place.
func (f folder) overwrite(name string, data []byte) error {
	return f.fill(name, os.O_WRONLY, data, true)
}

// jot is overwrite without waiting for the disk.
func (f folder) jot(name string, data []byte) error { return f.fill(name, os.O_WRONLY, data, false) }

func (f folder) fill(name string, flags int, data []byte, sync bool) error {
	file, err := os.OpenFile(f.in(name), flags, 0o600)
	if err != nil {
		return err
	}
	if flags&os.O_CREATE != 0 {
		err = f.note(fileStep{what: created, path: f.in(name)})
	}
	if err == nil {
		_, err = file.Write(data)
	}
	if err == nil {
		err = f.note(fileStep{what: wrote, path: f.in(name), data: data})
	}
	if err == nil && sync {
		err = file.Sync()
	}
	if err == nil && sync {
		err = f.note(fileStep{what: synced, path: f.in(name)})
	}
	if shut := file.Close(); err == nil {
		err = shut
	}
	return err
}

func (f folder) rename(from, to string) error {
	if err := os.Rename(f.in(from), f.in(to)); err != nil {
		return err
	}
	return f.note(fileStep{what: renamed, path: f.in(from), to: f.in(to)})
}

func (f folder) remove(name string) error {
	if err := os.Remove(f.in(name)); err != nil {
		return err
	}
	return f.note(fileStep{what: removed, path: f.in(name)})
}

// sync makes the names in the folder durable.
func (f folder) sync() error {
	if err := syncFolder(f.path); err != nil {
		return err
	}
	return f.note(fileStep{what: listed, path: f.path})
}

// replace makes a file of the given content under its name, in one piece, and the
// name durable.
func (f folder) replace(name string, data []byte) error {
	fresh := name + ".new"
	if err := f.put(fresh, data); err != nil {
		return err
	}
	if err := f.rename(fresh, name); err != nil {
		return err
	}
	return f.sync()
}

// shred overwrites and removes a file, if it is there. Its name is gone from the
// disk after sync.
func (f folder) shred(name string) error {
	info, err := os.Stat(f.in(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.overwrite(name, make([]byte, info.Size())); err != nil {
		return err
	}
	return f.remove(name)
}

func (f folder) has(name string) (bool, error) {
	_, err := os.Stat(f.in(name))
	if os.IsNotExist(err) {
		return false, nil
	}
	return err == nil, err
}
