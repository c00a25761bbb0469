package desk

import (
	"strings"
	"testing"
	"unicode"

	"counterfoil/app/casework"
)

// FuzzACodeIsEightDigitsOrIsRefused: whatever is pasted or scanned is the eight digits
// that it shows, or no code, and the refusal does not repeat it.
func FuzzACodeIsEightDigitsOrIsRefused(f *testing.F) {
	for _, text := range []string{"20481357", " 2048 1357\r\n", "2048\u30001357", "２０４８１３５７", "2048-1357", "https://hall.example/r/20481357", "\xff2048135"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, err := parseCode(text)
		if err != nil {
			if code != "" || casework.KindOf(err) != casework.CodeMalformed || len(text) > 3 && strings.Contains(err.Error(), text) && !strings.Contains("not eight digits", text) {
				t.Fatalf("%q: %q, %v", text, code, err)
			}
			return
		}
		rest := text
		for _, digit := range code {
			before, after, ok := strings.Cut(rest, string(digit))
			if !ok || strings.ContainsFunc(before, func(r rune) bool { return !unicode.IsSpace(r) }) || digit < '0' || digit > '9' {
				t.Fatalf("%q is read as %q", text, code)
			}
			rest = after
		}
		if len(code) != codeLength || strings.TrimSpace(rest) != "" {
			t.Fatalf("%q is read as %q", text, code)
		}
	})
}
