package ui

import "strings"

// words are texts that have an answer for a kind of refusal that they don't
// know: a centre or a ledger newer than this program may name one, and a key in
// brackets would tell the clerk nothing.
type words struct{ Texts }

// T is Texts.T, with the words for what is not explained in place of missing
// ones.
func (w words) T(language, key string, args ...any) string {
	if _, ok := w.Find(language, key); !ok && strings.HasPrefix(key, "refusal.") {
		switch {
		case strings.HasSuffix(key, ".what"):
			key = "explain.unknown.what"
		case strings.HasSuffix(key, ".do"):
			key = "explain.unknown.do"
		}
	}
	return w.Texts.T(language, key, args...)
}
