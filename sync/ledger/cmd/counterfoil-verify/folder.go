package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/bundle"
)

// findings is what the bundles of a folder say together. Only those that hold
// are counted, and an entry that is in two of them once.
type findings struct {
	held      int
	bad       []string // files
	unended   []string // cases with their files
	files     map[casework.CaseID][]string
	cases     map[string]map[casework.CaseID]bool // by hall, counter and day
	entries   map[casework.StepKind]int
	late      int
	seen      map[casework.Digest]bool
	beliefs   map[string]int // bundles, by whom they were checked against
	skipped   int
	troubles  []error
	unwritten []error
}

// folder checks every bundle in a folder and sums up.
func (j *judge) folder(dir string, out io.Writer) (int, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return useless, fmt.Errorf("the folder can't be read: %w", err)
	}
	f := findings{files: map[casework.CaseID][]string{}, cases: map[string]map[casework.CaseID]bool{}, entries: map[casework.StepKind]int{},
		seen: map[casework.Digest]bool{}, beliefs: map[string]int{}}
	for _, entry := range list {
		if entry.IsDir() || !strings.EqualFold(filepath.Ext(entry.Name()), ".zip") {
			f.skipped++
			continue
		}
		raw, err := readFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			f.troubles = append(f.troubles, err)
			continue
		}
		f.add(j, entry.Name(), raw, out)
	}
	f.sum(dir, out)
	switch {
	case len(f.troubles) > 0:
		return useless, fmt.Errorf("%d bundles in %s can't be read: %w", len(f.troubles), dir, f.troubles[0])
	case len(f.unwritten) > 0:
		return useless, fmt.Errorf("the contents of %d bundles can't be written: %w", len(f.unwritten), f.unwritten[0])
	case f.held+len(f.bad) == 0:
		return useless, fmt.Errorf("there is no bundle in %s", dir)
	case len(f.bad) > 0:
		return doesNot, nil
	}
	return holds, nil
}

// add checks one bundle and tells it in a line.
func (f *findings) add(j *judge, name string, raw []byte, out io.Writer) {
	var lines []bundle.Line
	b, err := j.believes(raw)
	var standing casework.Standing
	if err == nil {
		standing, err = bundle.CheckWith(b.verifier, raw, func(l bundle.Line) { lines = append(lines, l) })
	}
	if err != nil {
		f.bad = append(f.bad, name)
		fmt.Fprintf(out, "DOES NOT HOLD  %s: %v\n", name, err)
		return
	}
	f.held++
	f.beliefs[b.words]++
	whose := fmt.Sprintf("hall %s, counter %s, %s", standing.Hall, standing.Counter, protocol.DayOf(lines[0].Time))
	f.count(whose, name, standing, lines)
	fmt.Fprintf(out, "HOLDS  %s: case %s, %s, %d entries%s; %s\n", name, standing.Case, standing.State, standing.Seq, by(standing), whose)
	if err := j.open.write(raw, standing.Case, out); err != nil {
		f.unwritten = append(f.unwritten, err)
	}
}

func (f *findings) count(whose, name string, s casework.Standing, lines []bundle.Line) {
	if f.cases[whose] == nil {
		f.cases[whose] = map[casework.CaseID]bool{}
	}
	f.cases[whose][s.Case] = true
	f.files[s.Case] = append(f.files[s.Case], name)
	if !s.State.Ended() {
		f.unended = append(f.unended, fmt.Sprintf("case %s, %s (%s)", s.Case, s.State, name))
	}
	for _, l := range lines {
		if f.seen[l.Digest] {
			continue
		}
		f.seen[l.Digest] = true
		f.entries[l.Kind]++
		if l.OnChain.Sub(l.Time) > lateAfter {
			f.late++
		}
	}
}

func (f *findings) sum(dir string, out io.Writer) {
	fmt.Fprintf(out, "%s: %d of %d bundles hold\n", dir, f.held, f.held+len(f.bad)+len(f.troubles))
	for _, words := range slices.Sorted(maps.Keys(f.beliefs)) {
		fmt.Fprintf(out, "  %d checked by %s\n", f.beliefs[words], words)
	}
	for _, whose := range slices.Sorted(maps.Keys(f.cases)) {
		fmt.Fprintf(out, "  %s: %d cases\n", whose, len(f.cases[whose]))
	}
	if len(f.cases) > 1 {
		fmt.Fprintln(out, "  NOTE  these are not one counter's cases of one day")
	}
	if len(f.entries) > 0 {
		fmt.Fprintf(out, "  entries: %s; %d of them late\n", f.kinds(), f.late)
	}
	for _, id := range slices.Sorted(maps.Keys(f.files)) {
		if files := f.files[id]; len(files) > 1 {
			fmt.Fprintf(out, "  NOTE  case %s is in %s\n", id, strings.Join(files, " and "))
		}
	}
	for _, words := range f.unended {
		fmt.Fprintf(out, "  NOTE  %s: it had not ended; ask the ledger what followed\n", words)
	}
	if f.skipped > 0 {
		fmt.Fprintf(out, "  NOTE  %d other files or folders were not looked at\n", f.skipped)
	}
	for _, name := range f.bad {
		fmt.Fprintf(out, "  DOES NOT HOLD  %s\n", name)
	}
	for _, err := range f.troubles {
		fmt.Fprintf(out, "  CAN'T BE READ  %v\n", err)
	}
}

func (f *findings) kinds() string {
	var parts []string
	for _, kind := range casework.StepKinds() {
		if n := f.entries[kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	return strings.Join(parts, ", ")
}
