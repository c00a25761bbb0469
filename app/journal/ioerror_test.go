package journal

import (
	"testing"

	"github.com/psanford/sqlite3vfs"

	"counterfoil/app/casework"
)

// The disk fails once, at the first write or sync, the second, the third and so
// on: the step is refused or kept, the same step again goes through, and nothing
// is lost or doubled.
func TestADiskThatFailsOnceCostsNothingButAnotherTry(t *testing.T) {
	r := &recorder{}
	if err := sqlite3vfs.RegisterVFS("counterfoil-failing", r); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for n := 1; ; n++ {
		again, over := failOnce(t, r, n)
		if over {
			break
		}
		refused += again
	}
	t.Logf("%d refusals", refused)
	if refused == 0 {
		t.Fatal("the disk never failed")
	}
}

// failOnce serves a case on a disk whose nth write or sync fails. over says that
// there were fewer.
func failOnce(t *testing.T, r *recorder, n int) (refused int, over bool) {
	t.Helper()
	o := testOptions(fastFolder(t))
	openAt(t, o).Close()
	r.root, r.ops = o.Dir, nil
	failing := o
	failing.tuning = tuning{settings: map[string]string{"vfs": "counterfoil-failing", "_locking_mode": "EXCLUSIVE"}, shared: true, idle: -1}
	j := openAt(t, failing)
	r.fail = n
	s := newServing(1)
	for _, kind := range usual() {
		step := s.step(kind)
		err := j.Append(t.Context(), step, s.about)
		if err != nil {
			refused++
			wantRefusal(t, err, casework.JournalUnwritable)
			err = j.Append(t.Context(), step, s.about)
		}
		if err != nil {
			t.Fatalf("the same step again: %v", err)
		}
	}
	over = r.fail > 0
	r.fail = 0
	must(t, j.Close())
	j = openAt(t, o)
	defer j.Close()
	checkServed(t, j, []*serving{s})
	if list, err := j.Ready(t.Context(), 10); err != nil || len(list) != 1 {
		t.Fatalf("%d ready, %v", len(list), err)
	}
	return refused, over
}
