package kit

import (
	"strings"
	"unicode"
)

// breakLines breaks words into lines no wider than width. Chinese breaks
// between any two characters, except before closing punctuation and after
// opening punctuation (GB/T 15834 §5.1: no line begins with 。，、 or ends with
// （「); a Latin word or a number breaks only when it is longer than a line.
func breakLines(words string, width float32, of func(string) float32) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(words, "\n") {
		lines = append(lines, breakParts(paragraph, width, of)...)
	}
	return lines
}

// breakParts breaks a line of parts that are joined by dots between the parts
// first, and within one only when it is alone too wide.
func breakParts(words string, width float32, of func(string) float32) []string {
	const dot = " · "
	if !strings.Contains(words, dot) || of(words) <= width {
		return breakParagraph(words, width, of)
	}
	var lines []string
	line := ""
	for part := range strings.SplitSeq(words, dot) {
		switch {
		case line == "":
			line = part
		case of(line+dot+part) <= width:
			line += dot + part
		default:
			lines = append(lines, breakParagraph(line, width, of)...)
			line = part
		}
	}
	return append(lines, breakParagraph(line, width, of)...)
}

func breakParagraph(words string, width float32, of func(string) float32) []string {
	var lines []string
	line, used := "", float32(0)
	for _, piece := range pieces(words) {
		w := of(piece)
		if line != "" && used+of(strings.TrimRight(piece, " ")) > width {
			lines = append(lines, strings.TrimRight(line, " "))
			line, used = "", 0
		}
		for w > width && len([]rune(piece)) > 1 { // longer than a line
			head := longest(piece, width, of)
			lines = append(lines, head)
			piece = piece[len(head):]
			w = of(piece)
		}
		line, used = line+piece, used+w
	}
	return append(lines, strings.TrimRight(line, " "))
}

func longest(s string, width float32, of func(string) float32) string {
	end := 0
	for i, r := range s {
		next := i + len(string(r))
		if end > 0 && of(s[:next]) > width {
			break
		}
		end = next
	}
	return s[:end]
}

// pieces splits words where a line may break; a piece keeps the spaces behind it.
func pieces(words string) []string {
	var out []string
	start, runes := 0, []rune(words)
	for i := 1; i < len(runes); i++ {
		if mayBreak(runes[i-1], runes[i]) {
			out = append(out, string(runes[start:i]))
			start = i
		}
	}
	return append(out, string(runes[start:]))
}

func mayBreak(before, after rune) bool {
	switch {
	case after == ' ':
		return false
	case strings.ContainsRune("，。；：、！？）」』》】”’…·,.;:!?)]}%", after):
		return false
	case strings.ContainsRune("（「『《【“‘([{", before):
		return false
	case before == ' ':
		return true
	}
	return wide(before) || wide(after)
}

func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF
}

// cut returns words on one line, ended with … where they are wider than width.
func cut(words string, width float32, of func(string) float32) string {
	if of(words) <= width {
		return words
	}
	runes := []rune(words)
	lo, hi := 0, len(runes) // the longest prefix that fits together with …
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if of(string(runes[:mid])+"…") <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return string(runes[:lo]) + "…"
}
