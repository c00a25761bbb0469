package journal

import (
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func TestAJournalOfEitherSuiteSealsAndOpensAndIsForeignToTheOther(t *testing.T) {
	other := map[protocol.Suite]protocol.Suite{protocol.Suite1: protocol.Suite2, protocol.Suite2: protocol.Suite1}
	for suite, foreign := range other {
		o := testOptions(t.TempDir())
		o.Suite = suite
		j := openAt(t, o)
		s := newServing(1)
		s.append(t, j, usual()...)
		must(t, j.Close())
		wrong := o
		wrong.Suite = foreign
		staysUntouched(t, wrong, casework.JournalForeign)
		j = openAt(t, o)
		content, err := j.Content(t.Context(), s.id, 3)
		if err != nil || !strings.Contains(string(content[0].Content), s.name) {
			t.Fatal(err)
		}
		if hurt, err := j.Check(t.Context()); err != nil {
			t.Fatal(hurt, err)
		}
		must(t, j.Forget(t.Context(), s.id))
		if days := dayKeys(t, j); len(days) != 0 {
			t.Fatalf("the days %v have keys", days)
		}
	}
}

func TestAJournalOfAnUnknownSuiteIsNotMade(t *testing.T) {
	o := testOptions(t.TempDir())
	o.Suite = 99
	_, err := Open(t.Context(), o)
	wantRefusal(t, err, casework.UnsupportedSuite)
}
