package sheet

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// maxSize bounds a file, in bytes; 500 service items take 700 KB.
const maxSize = 4 << 20

// header matches the first line of a block.
var header = regexp.MustCompile(`^[ \t]*(\[\[?)[ \t]*([^\[\]]*?)[ \t]*\]\]?[ \t]*(#.*)?$`)

// Read reads a file into its blocks, in their order. What stands before the
// first header is the block named "". Problems go to the report; a block that
// cannot be decoded is left out.
func Read(r io.Reader, report *Report) []*Row {
	text, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	switch {
	case err != nil:
		report.Add(1, "", Unreadable, reason(err))
	case len(text) > maxSize:
		report.Add(1, "", TooLarge, maxSize>>10)
	case !utf8.Valid(text):
		report.Add(lineOfBadByte(text), "", NotUTF8)
	default:
		return blocks(strings.TrimPrefix(string(text), "\ufeff"), report)
	}
	return nil
}

// reason returns what went wrong without the path, which may name a person.
func reason(err error) string {
	for e := err; e != nil; e = errors.Unwrap(e) {
		err = e
	}
	return err.Error()
}

func lineOfBadByte(text []byte) int {
	line := 1
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		text = text[size:]
	}
	return line
}

func blocks(text string, report *Report) []*Row {
	var rows []*Row
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	name, double, start := "", false, 0
	finish := func(end int) {
		body := lines[start:end]
		if row := decode(name, body, start+1, report); row != nil {
			row.Double = double
			rows = append(rows, row)
		}
	}
	for i, line := range lines {
		if m := header.FindStringSubmatch(line); m != nil {
			finish(i)
			name, double, start = unquote(m[2]), m[1] == "[[", i
			lines[i] = "" // what follows is decoded as a document of its own
		}
	}
	finish(len(lines))
	return rows
}

func unquote(name string) string {
	return strings.Trim(name, `"'`)
}

// decode reads one block. first is the file's line number of lines[0].
func decode(name string, lines []string, first int, report *Report) *Row {
	row := &Row{Block: name, Line: first, Title: name, report: report}
	body := strings.Join(lines, "\n")
	place, ok := locate(body)
	if !ok {
		report.Add(first, name, TooDeep)
		return nil
	}
	if _, err := toml.Decode(body, &row.values); err != nil {
		line, message := 1, err.Error()
		var parse toml.ParseError
		if errors.As(err, &parse) {
			line, message = min(max(parse.Position.Line, 1), len(lines)), parse.Message
		}
		report.Add(first+line-1, name, Syntax, message)
		return nil
	}
	row.place, row.first = place, first
	return row
}
