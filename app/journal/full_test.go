package journal

import (
	"testing"

	"counterfoil/app/casework"
)

func TestAFullDiskRefusesTheStepAndLosesNothing(t *testing.T) {
	o := testOptions(t.TempDir())
	full := o
	full.pragmas = []string{"max_page_count = 60"}
	j := openAt(t, full)
	var served []*serving
	var refused error
	for n := 1; refused == nil; n++ {
		s := newServing(n)
		s.picture = 20_000
		served = append(served, s)
		for _, kind := range usual() {
			step := s.make(kind)
			if refused = j.Append(t.Context(), step, s.about); refused != nil {
				break
			}
			s.done(step)
		}
	}
	wantRefusal(t, refused, casework.JournalFull)
	wantRefusal(t, j.Append(t.Context(), big(served[len(served)-1]), served[len(served)-1].about), casework.JournalFull)
	checkServed(t, j, served)
	j.Close()

	j = openAt(t, o) // the disk was given room
	checkServed(t, j, served)
	last := served[len(served)-1]
	for last.standing.State != casework.StateSubmitted {
		last.append(t, j, usual()[last.standing.Seq])
	}
	checkServed(t, j, served)
}

// big returns the case's next step with an attachment that cannot fit.
func big(s *serving) casework.Step {
	step := s.make(usual()[s.standing.Seq])
	step.Attachments = append(step.Attachments, attachment("scan", "image/png", noise(400_000)))
	return step
}

func checkServed(t *testing.T, j *Journal, served []*serving) {
	t.Helper()
	for _, s := range served {
		if s.standing.Seq == 0 {
			continue
		}
		r, err := j.Case(t.Context(), s.id)
		if err != nil || r.Standing != s.standing {
			t.Fatalf("%+v, %v", r.Standing, err)
		}
		for _, step := range r.Steps {
			if _, err := j.Content(t.Context(), s.id, step.Seq); err != nil {
				t.Fatal(err)
			}
		}
	}
}
