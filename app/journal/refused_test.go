package journal

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"counterfoil/app/casework"
)

func TestASecondProgramIsRefusedAndTheFirstGoesOn(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	s := newServing(1)
	s.append(t, j, casework.Opened)
	_, err := Open(t.Context(), o)
	wantRefusal(t, err, casework.JournalBusy)
	s.append(t, j, casework.Authorized)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	openAt(t, o)
}

// foreign writes a file and returns its folder.
func foreign(t *testing.T, content []byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, databaseName), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// staysUntouched opens dir, wants the refusal, and compares the database and its
// log with what they were.
func staysUntouched(t *testing.T, o Options, kind casework.RefusalKind) {
	t.Helper()
	was := databaseFiles(t, o.Dir)
	_, err := Open(t.Context(), o)
	wantRefusal(t, err, kind)
	for name, content := range databaseFiles(t, o.Dir) {
		if !bytes.Equal(was[name], content) {
			t.Fatalf("%s was altered", name)
		}
	}
}

func databaseFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, name := range []string{databaseName, databaseName + "-wal"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		files[name] = content
	}
	return files
}

func TestAFileThatIsNoJournalIsRefusedUntouched(t *testing.T) {
	for _, content := range [][]byte{nil, []byte("short"), bytes.Repeat([]byte("a letter to the hall\n"), 500)} {
		staysUntouched(t, testOptions(foreign(t, content)), casework.JournalForeign)
	}
}

func TestAnotherProgramsDatabaseIsRefusedUntouched(t *testing.T) {
	dir := t.TempDir()
	db := connect(filepath.Join(dir, databaseName), nil, []string{"application_id = 42"}, summer{}, 1)
	mustExec(t, db, "CREATE TABLE their (thing TEXT)")
	db.Close()
	staysUntouched(t, testOptions(dir), casework.JournalForeign)
}

func TestAJournalUnderAnotherMasterKeyIsRefused(t *testing.T) {
	o := testOptions(t.TempDir())
	openAt(t, o).Close()
	other := o
	other.Master[0]++
	staysUntouched(t, other, casework.JournalForeign)
	openAt(t, o)
}

func TestANewerJournalIsRefusedUntouched(t *testing.T) {
	o := testOptions(t.TempDir())
	openAt(t, o).Close()
	db := connect(filepath.Join(o.Dir, databaseName), writing(), nil, summer{}, 1)
	mustExec(t, db, "PRAGMA user_version = 99")
	staysUntouched(t, o, casework.JournalNewer) // the version stands in the log
	db.Close()
	staysUntouched(t, o, casework.JournalNewer) // and now in the file
}

func TestALogWithoutItsDatabaseIsRefused(t *testing.T) {
	o := testOptions(t.TempDir())
	openAt(t, o).Close()
	if err := os.Rename(filepath.Join(o.Dir, databaseName), filepath.Join(o.Dir, databaseName+"-wal")); err != nil {
		t.Fatal(err)
	}
	staysUntouched(t, o, casework.JournalDamaged)
}

func TestADamagedDatabaseIsRefused(t *testing.T) {
	o := testOptions(t.TempDir())
	openAt(t, o).Close()
	path := filepath.Join(o.Dir, databaseName)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := headerBytes; i < len(content); i++ {
		content[i] ^= 0x5A
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	staysUntouched(t, o, casework.JournalDamaged)
}

func TestADamagedCaseIsNamedAndTheOthersStay(t *testing.T) {
	j := newJournal(t)
	a, b, c := newServing(1), newServing(2), newServing(3)
	for _, s := range []*serving{a, b, c} {
		s.append(t, j, casework.Opened, casework.Authorized, casework.Retrieved)
	}
	mustExec(t, j.writer, "UPDATE entries SET raw = (SELECT raw FROM entries WHERE digest = ?) WHERE digest = ?", a.digests[0][:], b.digests[1][:])
	mustExec(t, j.writer, "DELETE FROM entries WHERE digest = ?", c.digests[2][:])
	mustExec(t, j.writer, "UPDATE attachments SET sealed = CAST(substr(sealed, 1, 40) || x'00' AS BLOB) WHERE name = 'licence-1'")
	for _, s := range []*serving{b, c} {
		_, err := j.Case(t.Context(), s.id)
		wantRefusal(t, err, casework.JournalDamaged)
		if !bytes.Contains([]byte(err.Error()), []byte(s.id)) {
			t.Fatalf("%v does not name the case", err)
		}
	}
	open, err := j.Unfinished(t.Context())
	wantRefusal(t, err, casework.JournalDamaged)
	if len(open) != 1 || open[0].ID != a.id {
		t.Fatalf("the sound case is missing: %+v", open)
	}
	_, err = j.Content(t.Context(), a.id, 3)
	wantRefusal(t, err, casework.JournalDamaged)
	if err := os.Remove(j.keys.dir.in(keyFile(a.id))); err != nil {
		t.Fatal(err)
	}
	clear(j.keys.open)
	_, err = j.Content(t.Context(), a.id, 1)
	wantRefusal(t, err, casework.JournalDamaged)
}

func TestASealedRecordOpensNowhereElse(t *testing.T) {
	j := newJournal(t)
	s := newServing(1)
	s.append(t, j, usual()[:5]...)
	for _, change := range []string{
		"UPDATE attachments SET at = at + 100 WHERE name = 'licence-1'",
		"UPDATE attachments SET name = 'photo' WHERE name = 'ink'",
		"UPDATE attachments SET media = 'text/html' WHERE name = 'item'",
	} {
		mustExec(t, j.writer, change)
	}
	for _, seq := range []int{1, 3, 5} {
		_, err := j.Content(t.Context(), s.id, seq)
		wantRefusal(t, err, casework.JournalDamaged)
	}
	if _, err := j.Content(t.Context(), s.id, 4); err != nil {
		t.Fatal(err)
	}
}

func TestAMigrationHappensWholeOrNotAtAll(t *testing.T) {
	o := testOptions(t.TempDir())
	openAt(t, o).Close()
	broken := o
	broken.migrations = append(migrations(), "CREATE TABLE later (a); INSERT INTO nowhere VALUES (1);")
	if _, err := Open(t.Context(), broken); err == nil {
		t.Fatal("a broken migration passed")
	}
	openAt(t, o).Close() // still of the old version
	good := o
	good.migrations = append(migrations(), "CREATE TABLE later (a);")
	j := openAt(t, good)
	newServing(1).append(t, j, casework.Opened)
	j.Close()
	staysUntouched(t, o, casework.JournalNewer)
}

func mustExec(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}
