package main_test

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const threatTable = "app/SECURITY.md"

// threat is one row of the threat table.
type threat struct {
	number                             int
	asset, attacker, attack, stops, by string
}

// threats reads the rows of the table: those that begin with a number.
func threats(t *testing.T) []threat {
	t.Helper()
	f, err := os.Open(threatTable)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []threat
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		cells := strings.Split(strings.Trim(lines.Text(), "| "), "|")
		n, err := strconv.Atoi(strings.TrimSpace(cells[0]))
		if err != nil {
			continue
		}
		if len(cells) != 6 {
			t.Fatalf("row %d has %d cells", n, len(cells))
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, threat{n, cells[1], cells[2], cells[3], cells[4], cells[5]})
	}
	return rows
}

// tests returns the name of every test and fuzz target, with its file.
func tests(t *testing.T) map[string]string {
	t.Helper()
	names := map[string]string{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9]+)\(`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		raw, err := os.ReadFile(path)
		for _, m := range declared.FindAllStringSubmatch(string(raw), -1) {
			names[m[1]] = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestEveryThreatIsNumberedAndNamesWhatStopsIt(t *testing.T) {
	rows := threats(t)
	if len(rows) < 30 {
		t.Fatalf("the table has %d rows", len(rows))
	}
	for i, r := range rows {
		if r.number != i+1 {
			t.Errorf("row %d stands where row %d should", r.number, i+1)
		}
		for _, cell := range []string{r.asset, r.attacker, r.attack, r.stops, r.by} {
			if cell == "" {
				t.Errorf("row %d has an empty cell", r.number)
			}
		}
	}
}

func TestTheTestsOfEveryThreatExist(t *testing.T) {
	there := tests(t)
	quoted := regexp.MustCompile("`([^`]+)`")
	for _, r := range threats(t) {
		named := quoted.FindAllStringSubmatch(r.by, -1)
		if len(named) == 0 {
			t.Errorf("row %d names no test", r.number)
		}
		for _, m := range named {
			if there[m[1]] == "" {
				t.Errorf("row %d names %s, which is no test", r.number, m[1])
			}
		}
	}
}
