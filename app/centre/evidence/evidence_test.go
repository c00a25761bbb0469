package evidence

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"counterfoil/app/casework"
)

const kase = "0123456789abcdef0123456789abcdef"

func TestEvidenceIsNeverReplaced(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, put := range []struct {
		content string
		want    casework.RefusalKind
	}{{"first", ""}, {"first", ""}, {"second", casework.AlreadyDone}, {"", casework.Malformed}} {
		if err := s.Put("dongcheng", "12", kase, "bundle", strings.NewReader(put.content)); casework.KindOf(err) != put.want {
			t.Fatalf("%q: %v", put.content, err)
		}
	}
	got, err := os.ReadFile(filepath.Join(dir, "dongcheng", "12", kase, "bundle"))
	if err != nil || string(got) != "first" {
		t.Fatalf("%q %v", got, err)
	}
}

func TestNoNameLeavesTheFolder(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", ".", "..", "../x", "a/b", `a\b`, ".hidden", "名", strings.Repeat("a", 65)} {
		for _, err := range []error{
			s.Put(casework.HallID(bad), "12", kase, "bundle", strings.NewReader("x")),
			s.Put("dongcheng", casework.CounterID(bad), kase, "bundle", strings.NewReader("x")),
			s.Put("dongcheng", "12", casework.CaseID(bad), "bundle", strings.NewReader("x")),
			s.Put("dongcheng", "12", kase, bad, strings.NewReader("x")),
		} {
			if casework.KindOf(err) != casework.Malformed {
				t.Fatalf("%q was taken: %v", bad, err)
			}
		}
	}
}

func TestAnUploadThatBreaksOffLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the line broke")
	if err := s.Put("dongcheng", "12", kase, "bundle", iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Fatalf("%v %v", left, err)
	}
}

func TestOfTwoCopiesAtOnceOneStands(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	results := make(chan error, 16)
	for i := range cap(results) {
		all.Go(func() {
			results <- s.Put("dongcheng", "12", kase, "bundle", strings.NewReader(strings.Repeat("x", i+1)))
		})
	}
	all.Wait()
	close(results)
	taken := 0
	for err := range results {
		switch casework.KindOf(err) {
		case "":
			taken++
		case casework.AlreadyDone:
		default:
			t.Fatal(err)
		}
	}
	left, err := os.ReadDir(filepath.Join(dir, "dongcheng", "12", kase))
	if err != nil || taken != 1 || len(left) != 1 {
		t.Fatalf("%d were taken, %d files are left: %v", taken, len(left), err)
	}
}
