package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"counterfoil/app/casework"
)

func dayKeys(t *testing.T, j *Journal) []string {
	t.Helper()
	days, err := j.keys.daysWithKey()
	must(t, err)
	return days
}

func TestTheKeyOfADayGoesWithTheLastOfItsCasesAndTakesNoOtherDay(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	a, b, other := newServing(1), newServing(2), newServing(3)
	other.about.Day = "20261122"
	for _, s := range []*serving{a, b, other} {
		s.append(t, j, usual()...)
	}
	copied := keysCopied(t, o.Dir)
	must(t, j.Forget(t.Context(), a.id))
	if days := dayKeys(t, j); len(days) != 2 {
		t.Fatalf("the days %v have keys", days)
	}
	if _, err := j.Content(t.Context(), b.id, 3); err != nil {
		t.Fatal(err)
	}
	must(t, j.Forget(t.Context(), b.id))
	if days := dayKeys(t, j); len(days) != 1 || days[0] != "20261122" {
		t.Fatalf("the days %v have keys", days)
	}
	if _, err := j.Content(t.Context(), other.id, 3); err != nil {
		t.Fatal(err)
	}
	// The key files of the cases, copied before, are worth nothing without the day's.
	must(t, os.WriteFile(j.keys.dir.in(keyFile(a.id)), copied[keyFile(a.id)], 0o600))
	if _, err := j.keys.get(a.id); err != errNoKey {
		t.Fatalf("a copied key file: %v", err)
	}
	newServing(4).append(t, j, usual()...) // that day goes on with a key of its own
	must(t, j.Close())
	j = openAt(t, o)
	if hurt, err := j.Check(t.Context()); err != nil {
		t.Fatal(hurt, err)
	}
}

func keysCopied(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	list, err := os.ReadDir(filepath.Join(dir, keysName))
	must(t, err)
	for _, f := range list {
		if !f.IsDir() {
			files[f.Name()], err = os.ReadFile(filepath.Join(dir, keysName, f.Name()))
			must(t, err)
		}
	}
	return files
}

func TestADayWhoseLastCaseIsForgottenWhileAnotherIsOpenedKeepsItsKey(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	var all []*serving
	for n := range 24 {
		all = append(all, newServing(n+1))
	}
	var beside sync.WaitGroup
	for i, s := range all {
		beside.Go(func() {
			s.append(t, j, usual()[:4]...)
			if i%2 == 0 {
				must(t, j.Forget(t.Context(), s.id))
			}
		})
	}
	beside.Wait()
	for range 2 {
		for i, s := range all {
			content, err := j.Content(t.Context(), s.id, 3)
			if i%2 == 0 {
				wantRefusal(t, err, casework.ContentForgotten)
			} else if err != nil || !bytes.Contains(content[0].Content, []byte(s.name)) {
				t.Fatal(err)
			}
		}
		must(t, j.Close())
		j = openAt(t, o)
	}
	for _, s := range all {
		must(t, j.Forget(t.Context(), s.id))
	}
	if days := dayKeys(t, j); len(days) != 0 {
		t.Fatalf("the days %v have keys", days)
	}
}

func TestALostKeyOfADayCostsItsContentAndNothingElse(t *testing.T) {
	for _, lose := range []func(path string) error{
		os.Remove,
		func(path string) error { return os.WriteFile(path, []byte("CFD1 and nothing of a key"), 0o600) },
		func(path string) error { return os.Truncate(path, 0) },
	} {
		o := testOptions(t.TempDir())
		j := openAt(t, o)
		a, b, other := newServing(1), newServing(2), newServing(3)
		other.about.Day = "20261122"
		a.append(t, j, usual()...)
		b.append(t, j, usual()[:3]...)
		other.append(t, j, usual()...)
		must(t, j.Committed(t.Context(), receiptFor(a.digests[0], 1)))
		must(t, j.Close())
		must(t, lose(j.keys.days.in(testDay+dayEnding)))

		j = openAt(t, o)
		lostContent(t, j, a, b)
		if hurt, _ := j.Check(t.Context()); len(hurt) != 2 {
			t.Fatalf("named are %v", hurt)
		}
		if _, err := j.Content(t.Context(), other.id, 3); err != nil {
			t.Fatal(err)
		}
		b.append(t, j, casework.Abandoned) // entries go on
		must(t, j.Committed(t.Context(), receiptFor(a.digests[1], 2)))
		fresh := newServing(4) // and so does the day
		fresh.append(t, j, usual()...)
		must(t, j.Close())
		j = openAt(t, o)
		lostContent(t, j, a)
		if _, err := j.Content(t.Context(), fresh.id, 3); err != nil {
			t.Fatal(err)
		}
		for _, s := range []*serving{a, b, fresh} {
			must(t, j.Forget(t.Context(), s.id))
		}
		if days := dayKeys(t, j); len(days) != 1 {
			t.Fatalf("the days %v have keys", days)
		}
	}
}

// lostContent: of these cases the content is reported as damaged, by the case's
// name, and the entries are there.
func lostContent(t *testing.T, j *Journal, cases ...*serving) {
	t.Helper()
	for _, s := range cases {
		_, err := j.Content(t.Context(), s.id, 3)
		wantRefusal(t, err, casework.JournalDamaged)
		if !bytes.Contains([]byte(err.Error()), []byte(s.id)) {
			t.Fatalf("%v does not name the case", err)
		}
		if r, err := j.Case(t.Context(), s.id); err != nil || len(r.Steps) != s.standing.Seq {
			t.Fatalf("%+v, %v", r, err)
		}
	}
}

func TestALostKeyOfACaseCostsItsContentAndNothingElse(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	a, b := newServing(1), newServing(2)
	a.append(t, j, usual()[:4]...)
	b.append(t, j, usual()...)
	must(t, j.Close())
	must(t, os.Remove(j.keys.dir.in(keyFile(a.id))))
	j = openAt(t, o)
	lostContent(t, j, a)
	if hurt, _ := j.Check(t.Context()); len(hurt) != 1 || hurt[0] != a.id {
		t.Fatalf("named are %v", hurt)
	}
	wantRefusal(t, j.Append(t.Context(), a.make(casework.Signed), a.about), casework.JournalDamaged)
	a.append(t, j, casework.Abandoned)
	if _, err := j.Content(t.Context(), b.id, 3); err != nil {
		t.Fatal(err)
	}
	if list, err := j.Day(t.Context(), testDay, "张三", 0); err != nil || len(list) != 1 || list[0].ID != b.id {
		t.Fatalf("%+v, %v", list, err)
	}
}

// A flipped bit in a case's row must not end a day that has another case.
func TestARowThatDoesNotHoldDestroysNothing(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	s := newServing(1)
	s.append(t, j, usual()...)
	must(t, j.Close())
	db := connect(filepath.Join(o.Dir, databaseName), writing(), nil, j.sums, 1)
	mustExec(t, db, "DROP TRIGGER cases_changed")
	mustExec(t, db, "UPDATE cases SET day = '20251123'")
	mustExec(t, db, schemaCasesChanged)
	must(t, db.Close())
	j = openAt(t, o)
	if days := dayKeys(t, j); len(days) != 1 {
		t.Fatalf("the days %v have keys", days)
	}
	if kept, err := j.Kept(t.Context(), "20261124"); err != nil || len(kept) != 0 {
		t.Fatalf("%v is old enough, %v", kept, err)
	}
}
