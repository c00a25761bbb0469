package kit

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// em counts a Chinese character as 2 and any other as 1.
func em(s string) float32 {
	n := float32(0)
	for _, r := range s {
		if n++; wide(r) {
			n++
		}
	}
	return n
}

func TestNoLineBeginsWithClosingPunctuation(t *testing.T) {
	got := breakLines("名称、编码，地址（示例）。", 8, em)
	want := []string{"名称、编", "码，地址", "（示", "例）。"}
	if !slices.Equal(got, want) && strings.Join(got, "") != "名称、编码，地址（示例）。" {
		t.Errorf("broke into %q", got)
	}
	for _, line := range got {
		if strings.ContainsAny(line[:3], "、，。）") {
			t.Errorf("a line begins with %q", line)
		}
	}
}

func TestPartsBreakAtTheirDotsFirst(t *testing.T) {
	got := breakLines("验证码 · 09:41:16 · 已上链", 18, em)
	if want := []string{"验证码 · 09:41:16", "已上链"}; !slices.Equal(got, want) {
		t.Errorf("broke into %q, want %q", got, want)
	}
}

func TestNothingIsLostWhenLinesBreak(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.StringOfN(rapid.RuneFrom([]rune("示例地址，。（）、AB12 ")), 0, 60, -1).Draw(t, "words")
		width := rapid.IntRange(4, 30).Draw(t, "width")
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got := strings.Join(breakLines(words, float32(width), em), ""); squeeze(got) != squeeze(words) {
			t.Fatalf("%q became %q", words, got)
		}
	})
}

func TestACutLineFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.StringOfN(rapid.RuneFrom([]rune("示例ab1")), 0, 40, -1).Draw(t, "words")
		width := float32(rapid.IntRange(2, 40).Draw(t, "width"))
		if got := cut(words, width, em); em(got) > width {
			t.Fatalf("%q is wider than %v", got, width)
		}
	})
}
