package journal

import (
	"bytes"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"counterfoil/app/casework"
)

func found(t *testing.T, j *Journal, query string) []casework.CaseNumber {
	t.Helper()
	list, err := j.Day(t.Context(), testDay, query, 50)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []casework.CaseNumber
	for _, r := range list {
		numbers = append(numbers, r.Number[len(r.Number)-4:])
	}
	return numbers
}

func TestCasesAreFoundByTwoCharactersOfAName(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	for n, name := range []string{"张三", "张三丰", "李四", "欧阳镕基"} {
		s := newServing(n + 1)
		s.name = name
		s.append(t, j, usual()[:4]...)
	}
	newServing(5).append(t, j, casework.Opened)
	other := newServing(6)
	other.about.Day = "20261122"
	other.append(t, j, usual()[:4]...)

	want := map[string]string{"张三": "0002 0001", "张三丰": "0002", "三丰": "0002", "李四": "0003", "镕基": "0004", "王五": "", "三李": "",
		"QINGFENG": "0004 0003 0002 0001", "ｑｉｎｇ": "0004 0003 0002 0001", "-0003": "0003", "1949": "0004 0003 0002 0001", "张三 -0001": "0001",
		"8w-0042": "0005 0004 0003 0002 0001", "": "0005 0004 0003 0002 0001", "张": "0002 0001", "基": "0004", "王": "", "张 四": "", "三 张": "0002 0001", "x": "0004 0003 0002 0001", "02x": "0004 0003 0002 0001"}
	check := func() {
		t.Helper()
		for query, numbers := range want {
			var got []byte
			for _, n := range found(t, j, query) {
				got = append(append(got, n...), ' ')
			}
			if string(bytes.TrimSpace(got)) != numbers {
				t.Errorf("%q finds %s, want %s", query, got, numbers)
			}
		}
	}
	check()
	j.Close()
	j = openAt(t, o) // and again from what is sealed on disk
	check()
	if list, err := j.Day(t.Context(), "20261122", "张三", 0); err != nil || len(list) != 1 {
		t.Fatalf("another day: %d, %v", len(list), err)
	}
	if list, err := j.Day(t.Context(), testDay, "qing", 2); err != nil || len(list) != 2 {
		t.Fatalf("a limit of two gives %d, %v", len(list), err)
	}
	if n, err := j.NextNumber(t.Context(), testDay); err != nil || n != 6 {
		t.Fatalf("next number %d, %v", n, err)
	}
}

func TestAChangedFormIsFoundByItsNewValuesAlone(t *testing.T) {
	j := newJournal(t)
	s := newServing(1)
	s.append(t, j, usual()[:4]...)
	s.name = "李四"
	s.append(t, j, casework.Confirmed)
	if len(found(t, j, "张三")) != 0 || len(found(t, j, "李四")) != 1 {
		t.Fatal("the old value is found")
	}
	if err := j.Forget(t.Context(), s.id); err != nil {
		t.Fatal(err)
	}
	if len(found(t, j, "李四")) != 0 || len(found(t, j, "0001")) != 1 {
		t.Fatal("a forgotten case is found by its content, or not by its number")
	}
}

func TestNothingPersonalLiesOnTheDiskInClear(t *testing.T) {
	dir := t.TempDir()
	j := openAt(t, testOptions(dir))
	s := newServing(1)
	var secrets [][]byte
	for _, kind := range usual() {
		step := s.step(kind)
		for _, a := range step.Attachments {
			secrets = append(secrets, a.Content, a.Salt[:], []byte(hex.EncodeToString(a.Salt[:])))
			if len(a.Content) > 64 {
				secrets = append(secrets, a.Content[16:48], a.Content[len(a.Content)-24:])
			}
		}
		if err := j.Append(t.Context(), step, s.about); err != nil {
			t.Fatal(err)
		}
	}
	found(t, j, "张三")
	secrets = append(secrets, []byte(s.name), []byte(s.number), []byte(s.number[6:14]), []byte("photo of a citizen"))
	secrets = secrets[1:] // the first is the item's code, which the journal keeps in clear beside the case
	noneOnDisk(t, dir, secrets)
	key, err := os.ReadFile(j.keys.dir.in(keyFile(s.id)))
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Forget(t.Context(), s.id); err != nil {
		t.Fatal(err)
	}
	noneOnDisk(t, dir, append(secrets, key, key[8:40]))
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	noneOnDisk(t, dir, append(secrets, key, key[8:40]))
}

func noneOnDisk(t *testing.T, dir string, secrets [][]byte) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		files++
		for _, s := range secrets {
			if bytes.Contains(content, s) || bytes.Contains([]byte(path), s) {
				t.Errorf("%s holds %d bytes that must not be there", filepath.Base(path), len(s))
			}
		}
		return err
	})
	if err != nil || files < 2 {
		t.Fatalf("%d files, %v", files, err)
	}
}
