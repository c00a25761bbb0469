package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"counterfoil/sync/ledger/bundle"
	"counterfoil/sync/ledger/receipt"
)

// The bundle of a case during which the validators changed behind every entry, and
// the trust document of before the first change.
const (
	changes      = "testdata/changes.zip"
	changesTrust = "testdata/changes.json"
)

func TestABundleThroughChangesOfValidatorsHolds(t *testing.T) {
	if code, out, errs := verified(changes); code != 0 || errs != "" || !strings.Contains(out, "7 changes of them followed") || strings.Count(out, "receipt ✓") != 7 {
		t.Errorf("by its own trust: %d\n%s%s", code, out, errs)
	}
	code, out, errs := verified("-trust", changesTrust, changes)
	if code != 0 || errs != "" || strings.Contains(out, "followed") || strings.Count(out, "receipt ✓") != 7 {
		t.Errorf("by what the halls published before: %d\n%s%s", code, out, errs)
	}
	_, own, _ := verified(changes)
	fingerprint := func(out string) string {
		return strings.TrimRight(strings.Fields(out[strings.Index(out, "sha256 "):])[1], ",")
	}
	if fingerprint(own) != fingerprint(out) {
		t.Errorf("the fingerprint changes with the links: %s, %s", fingerprint(own), fingerprint(out))
	}
	whole := trustOf(t, changes)
	if code, out, _ := verified("-trust", file(t, whole), changes); code != 0 || !strings.Contains(out, "(given), 7 changes of them followed") {
		t.Errorf("by a document with links: %d\n%s", code, out)
	}
}

func trustOf(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := bundle.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	return m.Trust
}

func TestATrustWhoseLinksDontFollowIsNone(t *testing.T) {
	trust, err := receipt.ParseTrust(trustOf(t, changes))
	if err != nil {
		t.Fatal(err)
	}
	trust.Links = trust.Links[1:]
	raw, err := trust.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if code, out, errs := verified("-trust", file(t, raw), changes); code != 2 || out != "" || !strings.Contains(errs, "trust document") {
		t.Errorf("%d\n%s%s", code, out, errs)
	}
}

// day is a folder of bundles by their names.
func day(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, from := range files {
		raw, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestADaysBundlesAreSummedUp(t *testing.T) {
	short := remade(t, func(m *bundle.Material) {
		m.Entries, m.Receipts, m.Contents = m.Entries[:4], m.Receipts[:4], m.Contents[:4]
	})
	wrong := remade(t, func(m *bundle.Material) { m.Receipts[2] = m.Receipts[3] })
	for words, try := range map[string]struct {
		files map[string]string
		code  int
		says  []string
		not   []string
	}{
		"two cases": {map[string]string{"a.zip": kept, "b.ZIP": changes}, 0,
			[]string{"HOLDS  a.zip: case ", "HOLDS  b.ZIP: case ", "submitted, 7 entries; hall dongcheng, counter 12, 2026", "2 of 2 bundles hold", "1 checked by chain counterfoil-test, validators sha256 ",
				"entries: 2 opened, 2 authorized, 2 retrieved, 2 confirmed, 2 signed, 2 photographed, 2 submitted;"},
			[]string{"DOES NOT HOLD", "is in", "not looked at", "not ended"}},
		"one of two does not hold": {map[string]string{"a.zip": kept, "b.zip": wrong}, 1,
			[]string{"HOLDS  a.zip", "DOES NOT HOLD  b.zip: entry 3 retrieved, receipt: wrong-receipt", "1 of 2 bundles hold", "  DOES NOT HOLD  b.zip", "entries: 1 opened"}, nil},
		"something else": {map[string]string{"a.zip": trust}, 1, []string{"DOES NOT HOLD  a.zip", "0 of 1 bundles hold"}, []string{"entries:"}},
		"a case twice, once unfinished": {map[string]string{"a.zip": kept, "b.zip": short}, 0,
			[]string{"is in a.zip and b.zip", "confirmed (b.zip): it had not ended", ": 1 cases", "entries: 1 opened, 1 authorized, 1 retrieved, 1 confirmed, 1 signed,"}, nil},
		"other files": {map[string]string{"a.zip": kept, "trust.json": trust}, 0, []string{"1 other files or folders were not looked at"}, nil},
	} {
		t.Run(words, func(t *testing.T) {
			code, out, errs := verified(day(t, try.files))
			if code != try.code || errs != "" {
				t.Errorf("it exits with %d\n%s", code, errs)
			}
			for _, s := range try.says {
				if !strings.Contains(out, s) {
					t.Errorf("want %q in\n%s", s, out)
				}
			}
			for _, s := range try.not {
				if strings.Contains(out, s) {
					t.Errorf("unwanted %q in\n%s", s, out)
				}
			}
		})
	}
}

// TestAFolderOfTwoDays: the two kept bundles were made on different days.
func TestAFolderOfTwoDays(t *testing.T) {
	_, out, _ := verified(day(t, map[string]string{"a.zip": kept, "b.zip": changes}))
	if !strings.Contains(out, "NOTE  these are not one counter's cases of one day") {
		t.Error(out)
	}
	if _, out, _ = verified(day(t, map[string]string{"a.zip": kept, "b.zip": kept})); strings.Contains(out, "these are not") {
		t.Error(out)
	}
}

func TestAFolderByTheHallsTrust(t *testing.T) {
	dir := day(t, map[string]string{"a.zip": kept, "b.zip": changes})
	code, out, _ := verified("-trust", trust, dir)
	if code != 1 || !strings.Contains(out, "DOES NOT HOLD  b.zip") || !strings.Contains(out, "(given)") || !strings.Contains(out, "1 of 2 bundles hold") {
		t.Errorf("%d\n%s", code, out)
	}
	if code, out, _ := verified(dir, kept); code != 0 || strings.Count(out, "HOLDS") != 3 {
		t.Errorf("a folder and a file: %d\n%s", code, out)
	}
}

func TestWhatCantBeReadInAFolderIsNamed(t *testing.T) {
	dir := day(t, map[string]string{"a.zip": kept})
	if err := os.Symlink(filepath.Join(dir, "gone"), filepath.Join(dir, "b.zip")); err != nil {
		t.Skip("no links here")
	}
	code, out, errs := verified(dir)
	if code != 2 || !strings.Contains(out, "HOLDS  a.zip") || !strings.Contains(out, "CAN'T BE READ") || !strings.Contains(out, "1 of 2 bundles hold") || !strings.Contains(errs, "can't be read") {
		t.Errorf("%d\n%s%s", code, out, errs)
	}
	empty := t.TempDir()
	if err := os.Mkdir(filepath.Join(empty, "c.zip"), 0o700); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := verified(empty); code != 2 || !strings.Contains(errs, "no bundle") {
		t.Errorf("an empty folder: %d %s", code, errs)
	}
}
