package citizen

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// cells measures as a terminal would: Chinese two, the rest one.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x2E80 {
			n++
		}
	}
	return n
}

func TestLinesBreakByTheRules(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		width int
		want  string
	}{
		"anywhere between characters":          {"医疗器械网络销售备案", 8, "医疗器械|网络销售|备案"},
		"no punctuation at a line's start":     {"医疗器械，网络销售。", 8, "医疗器|械，网络|销售。"},
		"no opening bracket at a line's end":   {"电子产品（不含）", 10, "电子产品|（不含）"},
		"words and numbers whole":              {"共1107-1109室", 10, "共|1107-1109|室"},
		"English at spaces":                    {"sign in the box please", 11, "sign in the|box please"},
		"a code wider than the line is cut":    {"91350100M000100Y43", 8, "91350100|M000100Y|43"},
		"closing quote and stop stay together": {"他说“好的”。再见", 10, "他说“好|的”。再见"},
		"nothing":                              {"", 8, ""},
	} {
		if got := strings.Join(wrap(c.text, c.width, 99, cells), "|"); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestTooManyLinesEndInAnEllipsis(t *testing.T) {
	got := wrap("医疗器械网络销售备案", 8, 2, cells)
	if len(got) != 2 || !strings.HasSuffix(got[1], "…") || cells(got[1]) > 8 {
		t.Fatalf("%q", got)
	}
}

func TestWrappingLosesNothingAndNeverStartsALineWithAStop(t *testing.T) {
	alphabet := []rune("医疗器械网销售，。）（“”abcXYZ0189 .-")
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 60).Draw(t, "text"))
		width := rapid.IntRange(12, 40).Draw(t, "width")
		lines := wrap(text, width, 1000, cells)
		if strip(strings.Join(lines, "")) != strip(text) {
			t.Fatalf("%q became %q", text, lines)
		}
		for _, line := range lines {
			if cells(line) > width && utf8.RuneCountInString(line) > 1 {
				t.Fatalf("%q is wider than %d", line, width)
			}
		}
	})
}

func strip(s string) string { return strings.ReplaceAll(s, " ", "") }
