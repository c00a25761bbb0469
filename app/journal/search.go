package journal

import (
	"strings"

	"counterfoil/app/casework"
)

// dayIndex finds the cases of one day by any two neighbouring characters, and
// by any single one. Chinese names are two or three characters and have no word
// breaks, so pairs are the smallest thing that tells cases apart and the largest
// that finds all names; indexes by words or by three characters find no 张三.
type dayIndex struct {
	cases  []indexedCase // in the order of their opening
	at     map[casework.CaseID]int
	broken error             // what of the day could not be read
	pairs  map[[2]rune][]int // cases that hold the pair (alone: one character), or held it before their form changed
}

type indexedCase struct {
	id     casework.CaseID
	about  string
	values []string
}

// maxValue bounds what is indexed of one value, in bytes: a portrait in base64
// is not searched.
const maxValue = 2000

func newDayIndex() *dayIndex {
	return &dayIndex{at: map[casework.CaseID]int{}, pairs: map[[2]rune][]int{}}
}

// add takes in a case by what stands in clear; one that is there stays.
func (d *dayIndex) add(id casework.CaseID, about casework.CaseAbout) {
	if _, ok := d.at[id]; ok {
		return
	}
	n := len(d.cases)
	d.at[id] = n
	d.cases = append(d.cases, indexedCase{id: id, about: folded(string(about.Number) + "\n" + string(about.Item))})
	d.pair(n, d.cases[n].about)
}

// fill replaces the form's values of a case; nil takes them out of memory.
func (d *dayIndex) fill(id casework.CaseID, values []string) {
	n, ok := d.at[id]
	if !ok {
		return
	}
	d.cases[n].values = nil
	for _, v := range values {
		if len(v) > maxValue {
			continue
		}
		v = folded(v)
		d.cases[n].values = append(d.cases[n].values, v)
		d.pair(n, v)
	}
}

// alone stands in a pair for a character that is looked for by itself.
const alone rune = -1

func (d *dayIndex) pair(n int, text string) {
	last := alone
	for _, r := range text {
		d.note(n, [2]rune{alone, r})
		if last != alone {
			d.note(n, [2]rune{last, r})
		}
		last = r
	}
}

func (d *dayIndex) note(n int, p [2]rune) {
	if list := d.pairs[p]; len(list) == 0 || list[len(list)-1] != n {
		d.pairs[p] = append(list, n)
	}
}

// find returns the cases that hold every word, newest first, at most limit of
// them when it is not negative. The rarest pair names the candidates and the
// text itself decides.
func (d *dayIndex) find(words []string, limit int) []casework.CaseID {
	candidates := make([]bool, len(d.cases))
	for _, n := range d.rarest(words) {
		candidates[n] = true
	}
	var found []casework.CaseID
	for n := len(d.cases) - 1; n >= 0 && len(found) != limit; n-- {
		if candidates[n] && d.cases[n].holds(words) {
			found = append(found, d.cases[n].id)
		}
	}
	return found
}

func (d *dayIndex) rarest(words []string) []int {
	var best []int
	started := false
	for _, w := range words {
		last := alone
		for _, r := range w {
			if list := d.pairs[[2]rune{last, r}]; !started || len(list) < len(best) {
				best, started = list, true
			}
			last = r
		}
	}
	return best
}

func (c indexedCase) holds(words []string) bool {
	for _, w := range words {
		if !c.holdsWord(w) {
			return false
		}
	}
	return true
}

func (c indexedCase) holdsWord(w string) bool {
	if strings.Contains(c.about, w) {
		return true
	}
	for _, v := range c.values {
		if strings.Contains(v, w) {
			return true
		}
	}
	return false
}

// wordsOf returns the words of a query.
func wordsOf(query string) []string { return strings.Fields(folded(query)) }

// folded returns s in lower case, with full-width ASCII (which Chinese input
// methods write) as plain.
func folded(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s))
}
