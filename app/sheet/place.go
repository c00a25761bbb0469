package sheet

import "strings"

// maxDepth bounds nested brackets, so that no file can exhaust the parser.
const maxDepth = 8

// places says in which line of a block each key stands, and for a key that
// holds a list of { … } lines, in which line each of them does. Lines count
// from 0.
type places struct {
	key  map[string]int
	rows map[string][]int
}

// locate finds the places of a block's keys. It is no TOML parser: it knows
// quotes, comments and brackets, which is all that lines need. It is false when
// brackets are nested too deeply.
func locate(body string) (places, bool) {
	p := places{key: map[string]int{}, rows: map[string][]int{}}
	line, depth, key, word := 0, 0, "", 0 // word: where the key's text starts
	for i := 0; i < len(body); i++ {
		switch c := body[i]; c {
		case '\n':
			line++
			if depth == 0 {
				key, word = "", i+1
			}
		case '#':
			for i+1 < len(body) && body[i+1] != '\n' {
				i++
			}
		case '"', '\'':
			end := quoted(body, i)
			line += strings.Count(body[i:end], "\n")
			i = end - 1
		case '=':
			if depth == 0 && key == "" {
				key = unquote(strings.TrimSpace(body[word:i]))
				if _, twice := p.key[key]; !twice {
					p.key[key] = line
				}
			}
		case '[', '{':
			if c == '{' && depth == 1 {
				p.rows[key] = append(p.rows[key], line)
			}
			if depth++; depth > maxDepth {
				return p, false
			}
		case ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return p, true
}

// quoted returns the index after the string that starts at i, as far as it can
// be told: an unclosed one-line string ends with its line.
func quoted(body string, i int) int {
	mark := body[i : i+1]
	if triple := strings.Repeat(mark, 3); strings.HasPrefix(body[i:], triple) {
		if n := strings.Index(body[i+3:], triple); n >= 0 {
			return i + 3 + n + 3
		}
		return len(body)
	}
	for j := i + 1; j < len(body); j++ {
		switch {
		case body[j] == '\n':
			return j
		case body[j] == '\\' && mark == `"` && j+1 < len(body) && body[j+1] != '\n':
			j++
		case body[j] == mark[0]:
			return j + 1
		}
	}
	return len(body)
}
