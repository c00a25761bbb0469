package journal

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"counterfoil/app/casework"
)

// lineOf is what the operator log says of a step that is kept.
func lineOf(id casework.CaseID, kind casework.StepKind) casework.OperatorAct {
	return casework.OperatorAct{Clerk: "0317", What: casework.OpStep, Case: id, Note: string(kind)}
}

func forgetLine(id casework.CaseID) casework.OperatorAct {
	return casework.OperatorAct{What: casework.OpForget, Case: id}
}

// halves says what was done and stands in no line, or stands in a line and was not
// done; "": each is there with the other. All that was done in these cases was done
// with its line.
func halves(t testing.TB, j *Journal, ids []casework.CaseID) string {
	t.Helper()
	acts, err := j.ActsSince(t.Context(), time.Time{})
	must(t, err)
	done := slices.DeleteFunc(acts, func(a casework.OperatorAct) bool { return a.Why != "" })
	for _, id := range ids {
		of := slices.DeleteFunc(slices.Clone(done), func(a casework.OperatorAct) bool { return a.Case != id })
		if wrong := halvesOfCase(t, j, id, of); wrong != "" {
			return fmt.Sprintf("%s: %s", id, wrong)
		}
	}
	var shifts int
	must(t, j.reader.QueryRow("SELECT count(*) FROM shifts").Scan(&shifts))
	if said := counted(done, casework.OpOpen) + counted(done, casework.OpClose); said != shifts {
		return fmt.Sprintf("%d openings and closings, and the log says %d", shifts, said)
	}
	return ""
}

func halvesOfCase(t testing.TB, j *Journal, id casework.CaseID, said []casework.OperatorAct) string {
	t.Helper()
	var steps, lines []string
	r, err := j.Case(t.Context(), id)
	if err != nil && casework.KindOf(err) != casework.WrongCase { // not there: no line either
		t.Fatal(err)
	}
	for _, s := range r.Steps {
		steps = append(steps, string(s.Kind))
	}
	for _, a := range said {
		if a.What == casework.OpStep {
			lines = append(lines, a.Note)
		}
	}
	if !slices.Equal(steps, lines) {
		return fmt.Sprintf("the steps are %v, and the log says %v", steps, lines)
	}
	var seen, saidSeen bool
	must(t, j.reader.QueryRow("SELECT EXISTS (SELECT 1 FROM seen s JOIN cases c ON c.row = s.row WHERE c.id = ?)", id).Scan(&seen))
	for _, a := range said {
		saidSeen = a.What == casework.OpSeen || saidSeen && a.What != casework.OpSendAgain
	}
	if seen != saidSeen {
		return fmt.Sprintf("a refusal is seen and not sent again: %v, and the log says %v", seen, saidSeen)
	}
	if r.Standing.Seq == 0 || r.Standing.State == casework.StateAbandoned { // whose content goes with the step
		return ""
	}
	_, err = j.Content(t.Context(), id, 1)
	if gone := casework.KindOf(err) == casework.ContentForgotten; counted(said, casework.OpForget) != map[bool]int{true: 1}[gone] {
		return fmt.Sprintf("the content is destroyed: %v, and the log says so %d times", gone, counted(said, casework.OpForget))
	}
	return ""
}

// counted is how often an operation is among acts.
func counted(acts []casework.OperatorAct, what casework.Operation) (n int) {
	for _, a := range acts {
		if a.What == what {
			n++
		}
	}
	return n
}
