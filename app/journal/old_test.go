package journal

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"counterfoil/app/casework"
)

// version1 unpacks a journal that a program of the first version made: of three
// cases the first is whole, the second stands at its confirmation, the third was
// forgotten. Its keys are of the first kind, its seals do not cover the kind of
// step, its rows have no sums.
func version1(t *testing.T) Options {
	t.Helper()
	o := testOptions(t.TempDir())
	z, err := zip.OpenReader(filepath.Join("testdata", "version-1.zip"))
	must(t, err)
	defer z.Close()
	for _, f := range z.File {
		path := filepath.Join(o.Dir, filepath.FromSlash(f.Name))
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		r, err := f.Open()
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		must(t, os.WriteFile(path, content, 0o600))
	}
	return o
}

func TestAJournalOfTheFirstVersionIsTakenOverWithItsKeysAsTheyAre(t *testing.T) {
	o := version1(t)
	was := keyFilesOf(t, o.Dir)
	for range 2 {
		j := openAt(t, o)
		if hurt, err := j.Check(t.Context()); err != nil || len(hurt) > 0 {
			t.Fatal(hurt, err)
		}
		if list, err := j.Day(t.Context(), testDay, "张三", 0); err != nil || len(list) != 1 || list[0].Steps[6].Height != 7 {
			t.Fatalf("%+v, %v", list, err)
		}
		open, err := j.Unfinished(t.Context())
		if err != nil || len(open) != 1 {
			t.Fatal(open, err)
		}
		content, err := j.Content(t.Context(), open[0].ID, 4)
		if err != nil || !strings.Contains(string(content[0].Content), "李四") {
			t.Fatal(err)
		}
		if tries, err := j.Attempts(t.Context(), open[0].ID); err != nil || len(tries) != 1 {
			t.Fatal(tries, err)
		}
		wantLinks(t, j, "[]")
		must(t, j.Close())
	}
	if got := keyFilesOf(t, o.Dir); got != was {
		t.Fatalf("the keys were %s and are %s", was, got)
	}
}

func TestACaseBegunByTheFirstVersionGoesOnAndIsForgotten(t *testing.T) {
	o := version1(t)
	j := openAt(t, o)
	open, err := j.Unfinished(t.Context())
	must(t, err)
	s := &serving{signer: testSigner(), id: open[0].ID, standing: open[0].Standing, photo: []byte("the photo")}
	for _, step := range open[0].Steps {
		s.digests = append(s.digests, step.Digest)
	}
	s.append(t, j, casework.Signed, casework.Photographed, casework.Submitted)
	must(t, j.Close())
	j = openAt(t, o)
	content, err := j.Content(t.Context(), s.id, 6)
	if err != nil || string(content[0].Content) != "the photo" {
		t.Fatal(content, err)
	}
	must(t, j.Forget(t.Context(), s.id))
	_, err = j.Content(t.Context(), s.id, 6)
	wantRefusal(t, err, casework.ContentForgotten)
	if there, err := j.keys.dir.has(keyFile(s.id)); there || err != nil {
		t.Fatal("its key is still there", err)
	}
	newServing(9).append(t, j, usual()...)
}

// keyFilesOf returns the names and contents of all key files.
func keyFilesOf(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	must(t, filepath.WalkDir(filepath.Join(dir, keysName), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		b.WriteString(filepath.Base(path) + " " + string(content) + "\n")
		return err
	}))
	return b.String()
}
