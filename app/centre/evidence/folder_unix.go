//go:build !windows

package evidence

import (
	"errors"
	"os"
	"path/filepath"
)

// syncFolders makes the file's name last through a power cut, and the names of
// the three folders above it, which may be new.
func syncFolders(dir string) error {
	for range 4 {
		f, err := os.Open(dir)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
		dir = filepath.Dir(dir)
	}
	return nil
}
