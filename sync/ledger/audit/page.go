package audit

import (
	_ "embed" // the page's template
	"encoding/base64"
	"html/template"
	"io"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

//go:embed page.html
var pageSource string

// cell is a number of the page with its name.
type cell struct {
	Number int
	Name   string
}

// Page writes the report as one page that needs nothing else, in "zh-CN" or "en":
// no script, nothing from elsewhere, and it prints on A4.
func (d Day) Page(w io.Writer, language string) error {
	text := english()
	if language != "en" {
		text = chinese()
	}
	d.sort()
	t, err := template.New("page").Funcs(template.FuncMap{
		"clock": func(t time.Time) string { return t.In(protocol.Zone()).Format("15:04:05") },
		"stamp": func(t time.Time) string { return t.In(protocol.Zone()).Format("2006-01-02 15:04:05") },
		"day":   func(s string) string { return protocol.StartOf(s).In(protocol.Zone()).Format("2006-01-02") },
		"short": func(id casework.CaseID) string { return string(id[:min(16, len(id))]) },
		"rest":  func(id casework.CaseID) string { return string(id[min(16, len(id)):]) },
		"say":   func(f Finding) string { return f.In(language) },
	}).Parse(pageSource)
	if err != nil {
		return err
	}
	return t.Execute(w, map[string]any{"D": d, "T": text, "Cells": d.cells(text), "Steps": d.steps(text), "Serious": d.Serious(),
		"Key": base64.StdEncoding.EncodeToString(d.Auditor.Bytes)})
}

func (d Day) cells(text words) []cell {
	numbers := []int{d.Cases, d.Submitted, d.Retrievals, d.Unused, d.Open, d.Dropped, d.Paper, d.Revoked, d.Late}
	if d.Compared {
		numbers = append(numbers, d.Waiting)
	}
	var cells []cell
	for i, n := range numbers {
		cells = append(cells, cell{n, text.Counts[i]})
	}
	return cells
}

// steps are the entries by their kind, in the order of a case.
func (d Day) steps(text words) []cell {
	var cells []cell
	for _, kind := range casework.StepKinds() {
		if n := d.Entries[kind]; n > 0 {
			cells = append(cells, cell{n, text.Steps[kind]})
		}
	}
	return cells
}
