package casework_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

// TestOneWrongCharacterIsAlwaysNoticed holds for all three check characters:
// that is what they are for.
func TestOneWrongCharacterIsAlwaysNoticed(t *testing.T) {
	const digits, letters = "0123456789", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	draw := func(t *rapid.T, alphabet string, n int) string {
		return rapid.StringOfN(rapid.SampledFrom([]rune(alphabet)), n, n, n).Draw(t, "body")
	}
	for name, scheme := range map[string]struct {
		alphabet string
		make     func(*rapid.T) string
		check    func(string) (byte, bool)
	}{
		"citizen number": {digits, func(t *rapid.T) string { return draw(t, digits, 17) }, casework.CitizenNumberCheck},
		"credit code": {"0123456789ABCDEFGHJKLMNPQRTUWXY", func(t *rapid.T) string {
			return draw(t, "0123456789ABCDEFGHJKLMNPQRTUWXY", 17)
		}, casework.CreditCodeCheck},
		"licence identifier": {letters, func(t *rapid.T) string { return draw(t, letters, rapid.IntRange(30, 60).Draw(t, "n")) }, casework.LicenceIdentifierCheck},
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				body := scheme.make(t)
				want, ok := scheme.check(body)
				if !ok {
					t.Fatalf("%q has no check character", body)
				}
				i := rapid.IntRange(0, len(body)-1).Draw(t, "place")
				other := rapid.SampledFrom([]byte(strings.ReplaceAll(scheme.alphabet, string(body[i]), ""))).Draw(t, "other")
				if got, ok := scheme.check(body[:i] + string(other) + body[i+1:]); ok && got == want {
					t.Fatalf("%q with %c at %d passes", body, other, i)
				}
			})
		})
	}
}

func TestWhatIsNoNumberHasNoCheckCharacter(t *testing.T) {
	for _, s := range []string{"", "1", strings.Repeat("一", 6), strings.Repeat("a", 17)} {
		if _, ok := casework.CitizenNumberCheck(s); ok {
			t.Errorf("citizen number %q", s)
		}
		if _, ok := casework.CreditCodeCheck(s); ok {
			t.Errorf("credit code %q", s)
		}
	}
	for _, s := range []string{"", "a", "1.2", "一"} {
		if _, ok := casework.LicenceIdentifierCheck(s); ok {
			t.Errorf("identifier %q", s)
		}
	}
}
