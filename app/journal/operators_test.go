package journal

import (
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

// operatorPicture writes down all that a journal shows of operators and the roster.
func operatorPicture(t *testing.T, j *Journal) string {
	t.Helper()
	log, err := j.OperatorLog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	roster, err := j.Roster(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d acts %s %v, roster %s", log.Acts, log.Head, log.Whole, roster)
}

func anAct(what casework.Operation, clerk string) casework.OperatorAct {
	return casework.OperatorAct{Clerk: clerk, What: what, Time: testNow()}
}

func TestActsComeBackInTheirDayNewestFirst(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	want := casework.OperatorAct{Time: testNow().Add(1500 * time.Microsecond), Clerk: "0317", Second: "0001", What: casework.OpStep,
		Case: "c0ffee", Note: "submitted", Why: casework.SecondUnfit}
	must(t, j.NoteAct(t.Context(), casework.OperatorAct{What: casework.OpForget})) // its time is the journal's
	must(t, j.NoteAct(t.Context(), want))
	must(t, j.NoteAct(t.Context(), casework.OperatorAct{What: casework.OpLock, Clerk: "0317", Time: testNow().AddDate(0, 0, 1)}))
	must(t, j.Close())
	j = openAt(t, o)
	got, err := j.Acts(t.Context(), testNow().Local().Format("20060102"), 0)
	want.Seq, want.Time = 2, want.Time.Truncate(time.Millisecond)
	if err != nil || len(got) != 2 || got[0] != want || got[1].Seq != 1 || !got[1].Time.Equal(testNow()) {
		t.Fatalf("%+v, %v", got, err)
	}
	if one, err := j.Acts(t.Context(), testNow().Local().Format("20060102"), 1); err != nil || len(one) != 1 || one[0].Seq != 2 {
		t.Fatalf("%+v, %v", one, err)
	}
	if since, err := j.ActsSince(t.Context(), testNow().Add(time.Millisecond)); err != nil || len(since) != 2 || since[0].Seq != 2 {
		t.Fatalf("%+v, %v", since, err)
	}
	if _, err := j.Acts(t.Context(), "today", 0); casework.KindOf(err) != casework.Malformed {
		t.Fatal(err)
	}
}

func TestWhatSomebodyTypedCanBeNoAct(t *testing.T) {
	j := newJournal(t)
	for _, a := range []casework.OperatorAct{{}, {What: casework.OpSignIn, Clerk: "a whole sentence that somebody typed"},
		{What: casework.OpStep, Note: strings.Repeat("a", 65)}, {What: casework.OpSecond, Second: strings.Repeat("1", 17)}} {
		wantRefusal(t, j.NoteAct(t.Context(), a), casework.Malformed)
	}
}

func TestTheRosterIsKeptSealedAndTheNewestAlone(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	if raw, err := j.Roster(t.Context()); raw != nil || err != nil {
		t.Fatal(raw, err)
	}
	must(t, j.KeepRoster(t.Context(), []byte("names of before")))
	must(t, j.KeepRoster(t.Context(), []byte("planted names")))
	if raw, err := j.Roster(t.Context()); string(raw) != "planted names" || err != nil {
		t.Fatal(raw, err)
	}
	for name, content := range databaseFiles(t, o.Dir) {
		if strings.Contains(string(content), "planted names") {
			t.Errorf("%s holds them in clear", name)
		}
	}
	mustExec(t, j.writer, "UPDATE roster SET sealed = x'00'")
	_, err := j.Roster(t.Context())
	wantRefusal(t, err, casework.JournalDamaged)
}

// Whatever is done to the rows by somebody who has the file and not the key, short
// of taking the newest away, breaks the chain; and that moves the head.
func TestAnyChangeOfTheOperatorLogsRowsIsFound(t *testing.T) {
	const acts = 12
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	for n := range acts {
		must(t, j.NoteAct(t.Context(), anAct(casework.OpStep, fmt.Sprintf("%04d", n%3))))
	}
	before, err := j.OperatorLog(t.Context())
	if err != nil || !before.Whole || before.Acts != acts {
		t.Fatalf("%+v, %v", before, err)
	}
	must(t, j.Close())
	db, err := sql.Open("sqlite3", "file:"+url.PathEscape(filepath.Join(o.Dir, databaseName)))
	must(t, err)
	db.SetMaxOpenConns(1)
	defer db.Close()
	rapid.Check(t, func(rt *rapid.T) {
		change := mutation(rt, acts)
		mustExec(t, db, "SAVEPOINT before")
		defer mustExec(t, db, "ROLLBACK TO before")
		mustExec(t, db, change)
		look := &Journal{options: Options{Master: o.Master}, reader: db}
		after, err := look.OperatorLog(t.Context())
		if err != nil || after.Whole && after.Head == before.Head || after.Whole && after.Acts >= before.Acts {
			rt.Fatalf("%s: %+v, %v", change, after, err)
		}
	})
}

// mutation draws a change of the table that changes something.
func mutation(t *rapid.T, acts int) string {
	n := rapid.IntRange(1, acts).Draw(t, "row")
	m := rapid.IntRange(1, acts-1).Draw(t, "by")
	other := (n-1+m)%acts + 1
	return rapid.SampledFrom([]string{
		fmt.Sprintf("DELETE FROM operators WHERE seq = %d", n),
		fmt.Sprintf("DELETE FROM operators WHERE seq > %d", n-1),
		fmt.Sprintf("DELETE FROM operators WHERE seq = %d; UPDATE operators SET seq = seq - 1 WHERE seq > %d", n, n),
		fmt.Sprintf("UPDATE operators SET time = time + %d WHERE seq = %d", m, n),
		fmt.Sprintf("UPDATE operators SET seq = 1000 WHERE seq = %d; UPDATE operators SET seq = %d WHERE seq = %d; UPDATE operators SET seq = %d WHERE seq = 1000", n, n, other, other),
		fmt.Sprintf("UPDATE operators SET raw = (SELECT raw FROM operators WHERE seq = %d) WHERE seq = %d", other, n),
		fmt.Sprintf("UPDATE operators SET raw = CAST(substr(raw, 1, %d) || x'ff' || substr(raw, %d) AS BLOB) WHERE seq = %d", m, m+2, n),
		fmt.Sprintf("UPDATE operators SET digest = (SELECT digest FROM operators WHERE seq = %d) WHERE seq = %d", other, n),
		fmt.Sprintf("UPDATE operators SET digest = zeroblob(32) WHERE seq = %d", n),
		fmt.Sprintf("INSERT INTO operators SELECT seq + 1, time, raw, digest FROM operators WHERE seq = %d", acts),
		fmt.Sprintf("INSERT INTO operators SELECT 0, time, raw, digest FROM operators WHERE seq = %d", n),
	}).Draw(t, "change")
}

// A chain that was made anew without the counter's key does not hold either.
func TestALogThatWasChainedByAnotherKeyDoesNotHold(t *testing.T) {
	j := newJournal(t)
	must(t, j.NoteAct(t.Context(), anAct(casework.OpSignIn, "0317")))
	j.options.Master[0]++
	if whole, err := j.WholeActs(t.Context()); whole || err != nil {
		t.Fatal(whole, err)
	}
}
