package citizen

import (
	"strings"
	"unicode"
)

// Characters that may not start a line, and those that may not end one (the
// basic rules of 标点符号用法 GB/T 15834 and W3C clreq).
const (
	noStart = "，。、；：？！）》」』】〉〕｝”’…—～·％℃,.;:?!)]}%"
	noEnd   = "（《「『【〈〔｛“‘([{"
)

// wrap breaks a text into lines no wider than width. Between Chinese characters
// a line may end anywhere but before closing and after opening punctuation;
// Latin words and numbers stay whole unless they alone are wider than a line.
// Beyond most lines the last one ends in an ellipsis.
func wrap(text string, width, most int, measure func(string) int) []string {
	var lines []string
	line := ""
	flush := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line = ""
	}
	for _, piece := range pieces(text) {
		for piece != "" {
			if measure(strings.TrimRight(line+piece, " ")) <= width {
				line += piece
				break
			}
			if strings.TrimSpace(line) != "" {
				flush()
				piece = strings.TrimLeft(piece, " ")
				continue
			}
			head := cut(piece, width, measure)
			line, piece = head, piece[len(head):]
			flush()
		}
	}
	if strings.TrimSpace(line) != "" || len(lines) == 0 {
		flush()
	}
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = ellipsis(lines[most-1]+"…", width, measure)
	}
	return lines
}

// pieces splits a text into what a line break may not split: a word or number,
// or a character, each with the punctuation that clings to it.
func pieces(text string) []string {
	var out []string
	var last rune
	glue := true
	for _, r := range text {
		together := glue || wordRune(r) && wordRune(last) || strings.ContainsRune(noStart, r) && last != ' ' || strings.ContainsRune(noEnd, last)
		if together && len(out) > 0 {
			out[len(out)-1] += string(r)
		} else {
			out = append(out, string(r))
		}
		last, glue = r, r == '\u00A0'
	}
	return out
}

// wordRune reports whether a character belongs to a word or number that stays
// whole.
func wordRune(r rune) bool {
	if r == 0 || r == ' ' || r >= 0x2E80 {
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.,/@#&+'’:%()*", r)
}

// cut returns the longest start of a piece that fits, at least one character.
func cut(piece string, width int, measure func(string) int) string {
	end := 0
	for i, r := range piece {
		next := i + len(string(r))
		if end > 0 && measure(piece[:next]) > width {
			break
		}
		end = next
	}
	return piece[:end]
}

// ellipsis shortens a line that ends in an ellipsis until it fits.
func ellipsis(line string, width int, measure func(string) int) string {
	runes := []rune(line)
	for len(runes) > 2 && measure(string(runes)) > width {
		runes = append(runes[:len(runes)-2], '…')
	}
	return string(runes)
}
