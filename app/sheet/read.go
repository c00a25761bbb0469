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
// cannot be decoded is there without its keys and marked Broken.
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
		row := decode(name, lines[start:end], start+1, report)
		row.Double = double
		rows = append(rows, row)
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
	row := &Row{Block: name, Line: first, Title: name, first: first, report: report}
	body := strings.Join(lines, "\n")
	place, ok := locate(body)
	if !ok {
		report.Add(first, name, TooDeep)
		row.Broken = true
		return row
	}
	values := map[string]any{}
	if _, err := toml.Decode(body, &values); err != nil {
		line, message := 1, err.Error()
		var parse toml.ParseError
		if errors.As(err, &parse) {
			line, message = min(max(parse.Position.Line, 1), len(lines)), parse.Message
		}
		fault, args := explain(message)
		report.Add(first+line-1, name, fault, args...)
		row.Broken = true
		return row
	}
	row.values, row.place = values, place
	return row
}

var defined = regexp.MustCompile(`^Key '(.+)' has already been defined`)

// explain puts the parser's commonest messages into words; the others are
// handed on as they are.
func explain(message string) (Fault, []any) {
	if strings.Contains(message, "strings cannot contain newlines") {
		return OpenQuote, nil
	}
	if m := defined.FindStringSubmatch(message); m != nil {
		return KeyTwice, []any{m[1]}
	}
	return Syntax, []any{message}
}
