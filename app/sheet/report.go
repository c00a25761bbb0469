package sheet

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"counterfoil/app/casework"
)

// maxProblems bounds a report: nobody repairs more in one go.
const maxProblems = 200

// Report gathers the problems of one file.
type Report struct {
	problems []Problem
}

// Add reports a problem.
func (r *Report) Add(line int, row string, fault Fault, args ...any) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, Problem{Line: max(line, 1), Row: row, Fault: fault, Args: args,
			What: fmt.Sprintf(Faults()[fault], args...)})
	}
}

// Clean reports whether there is no problem so far.
func (r *Report) Clean() bool { return len(r.problems) == 0 }

// Refusal returns all problems as one *Invalid, or nil when there is none.
func (r *Report) Refusal(kind casework.RefusalKind, name string) error {
	if r.Clean() {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return &Invalid{Name: filepath.Base(name), Kind: kind, Problems: r.problems}
}
