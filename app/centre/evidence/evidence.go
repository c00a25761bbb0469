// Package evidence keeps the sealed copies of cases that counters send, one
// file each. It can't read them: they are sealed to a key that the centre only
// names. It must not look into them, rename them by anything but the case's
// random id, or replace one.
package evidence

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"counterfoil/app/casework"
)

// MaxBytes bounds one sealed copy.
const MaxBytes = 64 << 20

// Store is a folder of sealed copies.
type Store struct {
	dir  string
	name *regexp.Regexp
}

// Open opens the store in dir, making the folder if there is none.
func Open(dir string) (*Store, error) {
	return &Store{dir: dir, name: regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$`)}, os.MkdirAll(dir, 0o700)
}

// Put keeps what r yields under the counter, the case and the name, and returns
// once it is on disk. The very same again is harmless; anything else under a
// name that is taken is refused with AlreadyDone.
func (s *Store) Put(hall casework.HallID, counter casework.CounterID, kase casework.CaseID, name string, r io.Reader) error {
	for _, part := range []string{string(hall), string(counter), string(kase), name} {
		if !s.name.MatchString(part) {
			return casework.Refuse(casework.Malformed, "a name of the evidence has characters that are not allowed")
		}
	}
	sealed, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return err
	case len(sealed) == 0, len(sealed) > MaxBytes:
		return casework.Refuse(casework.Malformed, "the evidence is empty or too large")
	}
	path := filepath.Join(s.dir, string(hall), string(counter), string(kase), name)
	if done, err := kept(path, sealed); done || err != nil {
		return err
	}
	return write(path, sealed)
}

func kept(path string, sealed []byte) (bool, error) {
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !bytes.Equal(old, sealed):
		return false, casework.Refuse(casework.AlreadyDone, "other evidence is kept under this name")
	}
	return true, nil
}

// write puts the file there whole or not at all. Link, unlike Rename, fails
// when somebody else was faster, so nothing is ever replaced.
func write(path string, sealed []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(sealed)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); errors.Is(err, os.ErrExist) {
		_, err = kept(path, sealed)
		return err
	} else if err != nil {
		return err
	}
	return syncFolders(dir)
}
