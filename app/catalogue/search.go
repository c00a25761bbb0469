package catalogue

import (
	"cmp"
	"slices"
	"strings"

	"counterfoil/app/casework"
)

// Ranks of a match: the smaller comes first, and among equals the file's order
// stands, which is the order of the short numbers.
const (
	exactNumber   = iota // short number or whole code
	initialsFirst        // ylqx
	nameFirst            // 医疗
	spelledFirst         // yiliao, yiliaoqx
	numberFirst          // first digits of the short number
	initialsWithin
	nameWithin
	spelledWithin
	abbreviated // gzf, 公租房 for 公共租赁住房
	englishWord // first letters of a word of the English name
	codeWithin
	bureauMatch
	noMatch
)

// maxWord bounds a word of what is typed, in bytes: spelled counts them in bits.
const maxWord = 63

// Search returns the items that fit what was typed so far, best first, at most
// limit of them (0: all). Typed may be a short number, a code with or without its
// hyphens, Chinese characters of the name or bureau, pinyin initials, pinyin in
// full or mixed, in any of a character's readings, or English words; of several
// words each must fit. Nothing typed finds every item.
func (c *Catalogue) Search(typed string, limit int) []casework.ServiceItem {
	words := strings.Fields(fold(typed))
	if slices.ContainsFunc(words, func(w string) bool { return len(w) > maxWord }) {
		return nil
	}
	type hit struct{ rank, at int }
	var hits []hit
	for i := range c.index {
		if rank := c.index[i].rank(words); rank < noMatch {
			hits = append(hits, hit{rank, i})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	if limit > 0 && len(hits) > limit {
		hits = hits[:limit]
	}
	items := make([]casework.ServiceItem, 0, len(hits))
	for _, h := range hits {
		items = append(items, c.items[h.at])
	}
	return items
}

// rank is that of the worst word: each must fit.
func (e *entry) rank(words []string) int {
	rank := exactNumber
	for _, word := range words {
		rank = max(rank, e.rankOf(word))
	}
	return rank
}

func (e *entry) rankOf(word string) int {
	number, code := strings.TrimLeft(word, "0"), strings.ReplaceAll(word, "-", "")
	switch {
	case number == e.number || code == e.code:
		return exactNumber
	case initials(word, e.spoken):
		return initialsFirst
	case strings.HasPrefix(e.name, word):
		return nameFirst
	case spelled(word, e.spoken):
		return spelledFirst
	case number != "" && strings.HasPrefix(e.number, number):
		return numberFirst
	}
	if rank := e.within(word); rank < noMatch {
		return rank
	}
	switch {
	case abbreviates(word, e):
		return abbreviated
	case slices.ContainsFunc(e.english, func(w string) bool { return strings.HasPrefix(w, word) }):
		return englishWord
	case code != "" && strings.Contains(e.code, code):
		return codeWithin
	case strings.Contains(e.bureau, word), initials(word, e.seat), spelled(word, e.seat):
		return bureauMatch
	}
	return noMatch
}

// abbreviates reports whether word leaves characters of the name out, but not
// its first: as people shorten long names. It needs two characters at least.
func abbreviates(word string, e *entry) bool {
	return len(word) > 1 && (scattered([]rune(word), []rune(e.name), func(w, n rune) bool { return w == n }) ||
		scattered([]byte(word), e.spoken, func(w byte, s sound) bool { return s.startsWith(w) }))
}

// scattered reports whether the parts of word stand in name in their order, the
// first of them first.
func scattered[W, N any](word []W, name []N, equal func(W, N) bool) bool {
	at := 0
	for i, n := range name {
		if at < len(word) && equal(word[at], n) {
			at++
		}
		if i == 0 && at == 0 {
			return false
		}
	}
	return at == len(word)
}

// within looks for word inside the name, from any character on.
func (e *entry) within(word string) int {
	if strings.Contains(e.name, word) {
		return nameWithin
	}
	rank := noMatch
	for at := 1; at < len(e.spoken); at++ {
		if !e.spoken[at].startsWith(word[0]) {
			continue
		}
		if initials(word, e.spoken[at:]) {
			return initialsWithin
		}
		if spelled(word, e.spoken[at:]) {
			rank = spelledWithin
		}
	}
	return rank
}
