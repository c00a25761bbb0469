package journal

import (
	"slices"
	"testing"

	"counterfoil/app/casework"
)

func TestEvidenceIsDueOnceACaseHasEndedAndIsWhollyOnTheLedger(t *testing.T) {
	j := newJournal(t)
	a, b, open, left := newServing(1), newServing(2), newServing(3), newServing(4)
	a.append(t, j, usual()...)
	b.append(t, j, usual()...)
	open.append(t, j, casework.Opened)
	left.append(t, j, casework.Opened, casework.Abandoned) // nothing is kept of it
	due := func(want ...casework.CaseID) {
		t.Helper()
		if got, err := j.EvidenceDue(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Fatalf("due %v, want %v, %v", got, want, err)
		}
	}
	due()
	for _, s := range []*serving{a, b, open, left} {
		for i, d := range s.digests {
			due()
			must(t, j.Committed(t.Context(), receiptFor(d, int64(i+1))))
		}
		if s == a {
			due(a.id)
			must(t, j.EvidenceSent(t.Context(), a.id))
		}
		if s == b {
			due(b.id)
			must(t, j.Forget(t.Context(), b.id)) // nothing is left to send
		}
	}
	due()
}
