package phone

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// texts returns the keys of one language's file: at two spaces the texts, at
// four the refusals.
func texts(t *testing.T, name string) (keys []string) {
	t.Helper()
	raw, err := files.ReadFile("page/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?:^|[\s{])"?([\w-]+)"?: ["\[]`).FindAllStringSubmatch(string(raw), -1) {
		keys = append(keys, m[1])
	}
	return keys
}

func TestEveryTextIsThereInBothLanguagesInTheSameOrder(t *testing.T) {
	zh, en := texts(t, "zh.js"), texts(t, "en.js")
	if !slices.Equal(zh, en) || len(zh) < 100 {
		t.Errorf("the languages differ, or were not read:\n%v\n%v", zh, en)
	}
}

func TestEveryTextThatTheScriptsNameIsThere(t *testing.T) {
	known := texts(t, "zh.js")
	names, err := fs.Glob(files, "page/*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bt\(([^()]*?\?)?[^()]*?"([\w-]+)"( : "([\w-]+)")?`).FindAllStringSubmatch(string(raw), -1) {
			for _, key := range []string{m[2], m[4]} {
				if key != "" && !slices.Contains(known, key) && !slices.ContainsFunc(known, func(k string) bool { return strings.HasSuffix(key, "-") && strings.HasPrefix(k, key) }) {
					t.Errorf("%s: no text for %q", name, key)
				}
			}
		}
	}
}
