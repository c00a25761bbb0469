package config

import (
	"io"
	"os"
	"path/filepath"

	"counterfoil/app/casework"
	"counterfoil/app/sheet"
)

// Problem is one problem of a settings file.
type Problem = sheet.Problem

// Load reads the settings in the file at path. A file with any problem is
// refused whole: the error is a *sheet.Invalid with every problem and its line,
// and a casework.Refusal of kind SettingsInvalid.
func Load(path string) (Settings, error) {
	f, err := os.Open(path)
	if err != nil {
		return Read(unreadable{err}, path)
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads settings as Load does. Relative file names in them are taken from
// the folder of path.
func Read(r io.Reader, path string) (Settings, error) {
	report := &sheet.Report{}
	rd := reader{s: Default(), folder: filepath.Dir(path), report: report}
	rd.blocks(sheet.Read(r, report))
	if err := report.Refusal(casework.SettingsInvalid, path); err != nil {
		return Settings{}, err
	}
	return rd.s, nil
}

type unreadable struct{ err error }

func (u unreadable) Read([]byte) (int, error) { return 0, u.err }

type reader struct {
	s      Settings
	folder string
	report *sheet.Report
}
