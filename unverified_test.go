package main_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWhatNoHardwareConfirmedStandsInTheTable compares the remarks beside the code
// with the rows of devices/README.md.
func TestWhatNoHardwareConfirmedStandsInTheTable(t *testing.T) {
	remarks := map[string]int{}
	for _, root := range []string{"devices", "app/ink"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") {
				return err
			}
			source, err := os.ReadFile(path)
			if n := strings.Count(string(source), "UNVERIFIED"); n > 0 {
				remarks[filepath.ToSlash(path)] = n
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	readme, err := os.ReadFile("devices/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(readme), "## What no hardware has confirmed\n")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := map[string]int{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+\\.go)` \\|").FindAllStringSubmatch(table, -1) {
		rows[m[1]]++
	}
	if len(rows) == 0 || !maps.Equal(remarks, rows) {
		t.Errorf("remarks in the code: %v; rows of the table: %v", remarks, rows)
	}
}
