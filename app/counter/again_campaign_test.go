//go:build campaign

package counter_test

import (
	"path/filepath"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/journal"
)

// left opens the journal of a counter that does not run.
func (h *hall) left() *journal.Journal {
	h.t.Helper()
	j, err := journal.Open(h.ctx, journal.Options{Dir: filepath.Join(h.near.Dir, "journal"), Master: h.near.Identity.Master})
	h.must(err)
	return j
}

// sentAgain has sent again what is refused, also of a case that no screen showed: a
// person decides that, since no program can know what a lying node refused from what
// an honest one did. The counter does not run, so that no refusal comes after it.
func (h *hall) sentAgain() {
	h.t.Helper()
	j := h.left()
	defer j.Close()
	_, refused := h.waiting(j)
	for _, w := range refused {
		h.must(j.Reopen(h.ctx, w.ID))
	}
}

// waiting is what is not wholly on the ledger, and of these what is refused.
func (h *hall) waiting(j *journal.Journal) (all, refused []casework.WaitingCase) {
	h.t.Helper()
	all, err := j.Waiting(h.ctx)
	h.must(err)
	return all, slices.DeleteFunc(slices.Clone(all), func(w casework.WaitingCase) bool { return w.Refusal == "" })
}
