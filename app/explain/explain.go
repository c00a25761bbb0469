// Package explain puts an error into sentences for the person in front of the
// program, in one language: what happened, what to do, the rule behind it, and
// of a file that was refused every problem with its line. It is for what is told
// outside a case, above all at the start, where the person clicked an icon and
// no screen is there yet.
//
// It must not print, draw, choose a language, or hold a text of its own: texts
// are handed in.
package explain

import (
	"errors"

	"counterfoil/app/casework"
	"counterfoil/app/sheet"
)

// Texts returns the text of key in a language with args filled in as by
// fmt.Sprintf, and the key in brackets where there is none.
type Texts func(language, key string, args ...any) string

// Line is a text that is told besides an error's own: its key and what fills it in.
type Line struct {
	Key  string
	Args []any
}

// More is an error with lines that Explain tells in place of its particulars.
type More struct {
	error
	Lines []Line
}

// With adds lines to an error.
func With(err error, lines ...Line) error { return &More{err, lines} }

// Unwrap returns the error itself.
func (m *More) Unwrap() error { return m.error }

// Explain returns what happened as the title, and line by line what to do, the
// rule, and what the administrator needs: the problems of the file, or the
// refusal's published kind with its detail, which is English. An error that is
// no refusal, or one of a kind that has no text here, gets general words and its
// own.
func Explain(t Texts, language string, err error) (title string, lines []string) {
	kind := "refusal." + string(casework.KindOf(err))
	title, known := find(t, language, kind+".what")
	if !known {
		return t(language, "explain.unknown.what"), []string{t(language, "explain.unknown.do"), err.Error()}
	}
	for _, part := range []string{".do", ".rule"} {
		if text, ok := find(t, language, kind+part); ok {
			lines = append(lines, text)
		}
	}
	return title, append(lines, particulars(t, language, err)...)
}

// find returns a text, and false for one that is not there.
func find(t Texts, language, key string) (string, bool) {
	text := t(language, key)
	return text, text != "["+key+"]"
}

func particulars(t Texts, language string, err error) []string {
	var more *More
	if errors.As(err, &more) {
		var lines []string
		for _, l := range more.Lines {
			lines = append(lines, t(language, l.Key, l.Args...))
		}
		return lines
	}
	var file *sheet.Invalid
	if errors.As(err, &file) {
		lines := []string{file.Name}
		for _, p := range file.Problems {
			lines = append(lines, problem(t, language, p))
		}
		return lines
	}
	var refusal *casework.Refusal
	if errors.As(err, &refusal) && refusal.Detail != "" {
		return []string{refusal.Error()}
	}
	return nil
}

// problem is one problem with its place, as one line.
func problem(t Texts, language string, p sheet.Problem) string {
	place := t(language, "problem.line", p.Line)
	if p.Row != "" {
		place = t(language, "problem.line-row", p.Line, p.Row)
	}
	return place + t(language, "problem."+string(p.Fault), p.Args...)
}
