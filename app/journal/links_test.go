package journal

import (
	"fmt"
	"testing"

	"counterfoil/app/casework"
)

func TestLinksComeBackInTheOrderOfTheirHeights(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	for _, height := range []int64{1 << 40, 7, 90, 7} {
		must(t, j.KeepLink(t.Context(), height, linkFor(height)))
	}
	must(t, j.Close())
	j = openAt(t, o)
	wantLinks(t, j, "[link at 7 link at 90 link at 1099511627776]")
	must(t, j.KeepLink(t.Context(), 90, []byte("fetched again"))) // in the place of a damaged one
	wantLinks(t, j, "[link at 7 fetched again link at 1099511627776]")
}

func wantLinks(t *testing.T, j *Journal, want string) {
	t.Helper()
	if got, err := j.Links(t.Context()); err != nil || fmt.Sprintf("%s", got) != want {
		t.Fatalf("links %s, want %s, %v", got, want, err)
	}
}

// TestAJournalOfTheFirstVersionIsTakenOver: counters have them.
func TestAJournalOfTheFirstVersionIsTakenOver(t *testing.T) {
	o := testOptions(t.TempDir())
	old := o
	old.migrations = migrations()[:1]
	j := openAt(t, old)
	s := newServing(1)
	s.append(t, j, casework.Opened, casework.Authorized)
	must(t, j.Committed(t.Context(), receiptFor(s.digests[0], 3)))
	must(t, j.Close())
	j = openAt(t, o)
	wantLinks(t, j, "[]")
	must(t, j.KeepLink(t.Context(), 3, linkFor(3)))
	s.append(t, j, casework.Retrieved)
	r, err := j.Case(t.Context(), s.id)
	if err != nil || len(r.Steps) != 3 || r.Steps[0].Height != 3 {
		t.Fatalf("%+v, %v", r, err)
	}
	must(t, j.Close())
	staysUntouched(t, old, casework.JournalNewer)
	wantLinks(t, openAt(t, o), "[link at 3]")
}
