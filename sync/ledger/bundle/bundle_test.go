package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func TestARealBundleHolds(t *testing.T) {
	e := evidenceOf(t)
	raw := written(t, e.counter, e.whole)
	var lines []Line
	standing, err := Check(raw, e.trust, func(l Line) { lines = append(lines, l) })
	if err != nil || standing.State != casework.StateSubmitted || len(lines) != 7 {
		t.Fatalf("%v, %+v, %d lines", err, standing, len(lines))
	}
	if *keep != "" {
		if err := errors.Join(os.WriteFile(filepath.Join(*keep, "case.zip"), raw, 0o644), os.WriteFile(filepath.Join(*keep, "trust.json"), e.whole.Trust, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	opened := []int{1, 1, 4, 2, 1, 1, 0}
	for i, l := range lines {
		if l.Seq != i+1 || l.Failed != "" || l.Commitments != opened[i] || l.Destroyed || l.Height == 0 || l.OnChain.IsZero() || l.Digest != protocol.DigestOf(e.whole.Entries[i]) {
			t.Errorf("line %d is %+v", i+1, l)
		}
	}
	if !bytes.Equal(raw, written(t, e.counter, e.whole)) {
		t.Error("the same material gives other bytes")
	}
}

// TestAnyToolOpensABundle reads one with archive/zip.
func TestAnyToolOpensABundle(t *testing.T) {
	e := evidenceOf(t)
	raw := written(t, e.counter, e.whole)
	files, err := unpack(raw)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || len(z.File) != len(files) {
		t.Fatal(err, len(z.File), len(files))
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, files[f.Name]) {
			t.Errorf("%s reads otherwise: %v", f.Name, err)
		}
	}
}

// TestTheArchiveIsWrittenTheSameForEver keeps the encoding: a bundle is checked
// years after it was made.
func TestTheArchiveIsWrittenTheSameForEver(t *testing.T) {
	sum := sha256.Sum256(archive(map[string][]byte{"b/2.cbor": []byte("two"), "a": nil, "trust.json": []byte("{}")}))
	if got := hex.EncodeToString(sum[:]); got != "362bd4279aeb22f170bf681951da82e30d5bf8d4795e3abdf9b1f73d9ddf57bd" {
		t.Errorf("the encoding has changed: %s", got)
	}
}

// TestTheLongestCaseFits: a case of as many steps as there may be, each with
// content and receipt, is written and read back.
func TestTheLongestCaseFits(t *testing.T) {
	e := evidenceOf(t)
	var m Material
	for range casework.MaxSteps {
		m.Entries, m.Receipts, m.Contents = append(m.Entries, e.whole.Entries[3]), append(m.Receipts, e.whole.Receipts[3]), append(m.Contents, e.whole.Contents[3])
	}
	back, _, err := Read(written(t, e.counter, m))
	if err != nil || len(back.Entries) != casework.MaxSteps || len(back.Contents[casework.MaxSteps-1]) != 2 {
		t.Fatal(err, len(back.Entries))
	}
}

// TestNoByteOfABundleCanBeChanged tries every byte of one.
func TestNoByteOfABundleCanBeChanged(t *testing.T) {
	e := evidenceOf(t)
	raw := written(t, e.counter, e.whole)
	random := rand.New(rand.NewPCG(1, 2))
	for i, b := range raw {
		raw[i] = b ^ byte(1+random.IntN(255))
		if _, err := Check(raw, e.trust, quiet); err == nil {
			t.Errorf("byte %d of %d may be changed", i, len(raw))
		}
		raw[i] = b
	}
	if _, err := Check(raw, e.trust, quiet); err != nil {
		t.Fatal(err)
	}
}

func TestABundleCanBeNeitherCutNorExtended(t *testing.T) {
	e := evidenceOf(t)
	raw := written(t, e.counter, e.whole)
	for n := range raw {
		if _, err := Check(raw[:n], e.trust, quiet); err == nil {
			t.Errorf("the first %d of %d bytes hold", n, len(raw))
		}
	}
	for _, more := range [][]byte{{0}, []byte("\n"), raw, make([]byte, 22)} {
		for _, changed := range [][]byte{append(slices.Clone(raw), more...), append(slices.Clone(more), raw...)} {
			if _, err := Check(changed, e.trust, quiet); err == nil {
				t.Errorf("%d bytes may be added", len(more))
			}
		}
	}
}

// TestNoDamageHolds moves, doubles, deletes and overwrites stretches.
func TestNoDamageHolds(t *testing.T) {
	e := evidenceOf(t)
	good := written(t, e.counter, e.whole)
	rapid.Check(t, func(t *rapid.T) {
		raw := slices.Clone(good)
		for range rapid.IntRange(1, 3).Draw(t, "wounds") {
			from := rapid.IntRange(0, len(raw)-1).Draw(t, "from")
			to := rapid.IntRange(from, min(len(raw), from+4000)).Draw(t, "to")
			part := slices.Clone(raw[from:to])
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				raw = slices.Delete(raw, from, to)
			case 1:
				raw = slices.Insert(raw, rapid.IntRange(0, len(raw)).Draw(t, "at"), part...)
			case 2:
				copy(raw[rapid.IntRange(0, len(raw)-1).Draw(t, "onto"):], part)
			case 3:
				raw[from] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
			}
			if len(raw) == 0 {
				return
			}
		}
		if _, err := Check(raw, e.trust, quiet); err == nil && !bytes.Equal(raw, good) {
			t.Fatal("a damaged bundle holds")
		}
	})
}

// TestNoFileCanBeSwappedAddedOrTakenOut repacks the archive in its one encoding
// without the counter's key.
func TestNoFileCanBeSwappedAddedOrTakenOut(t *testing.T) {
	e := evidenceOf(t)
	fresh := func(m Material) map[string][]byte {
		files, err := unpack(written(t, e.counter, m))
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	names := sortedNames(fresh(e.whole))
	try := func(what string, files map[string][]byte) {
		t.Helper()
		if _, err := Check(archive(files), e.trust, quiet); err == nil {
			t.Errorf("%s: it holds", what)
		}
	}
	for i, a := range names {
		for _, b := range names[i+1:] {
			files := fresh(e.whole)
			if bytes.Equal(files[a], files[b]) {
				continue
			}
			files[a], files[b] = files[b], files[a]
			try(fmt.Sprintf("%s and %s swapped", a, b), files)
		}
		files := fresh(e.whole)
		delete(files, a)
		try(a+" taken out", files)
		files = fresh(e.whole)
		if theirs := fresh(e.other)[a]; !bytes.Equal(theirs, files[a]) {
			files[a] = theirs
			try(a+" of another case", files)
		}
	}
	for _, name := range []string{"note.txt", "entries/008.cose", "receipts/008.json", "content/007/ink.cbor", "content/001/item2.cbor", "../entries/001.cose", ""} {
		files := fresh(e.whole)
		files[name] = files["content/001/item.cbor"]
		try(name+" added", files)
	}
}

func FuzzCheck(f *testing.F) {
	e := evidenceOf(f)
	good := written(f, e.counter, e.whole)
	f.Add([]byte{}, []byte{0, 0, 0, 1})
	f.Add(good, []byte{})
	f.Add(good[:2000], []byte{})
	f.Add(archive(map[string][]byte{manifestName: {0xd2, 0x84}, listName: {0x80}}), []byte{})
	f.Fuzz(func(t *testing.T, raw, changes []byte) {
		if len(raw) == 0 { // every process gathers evidence of its own: it is known here alone
			raw = changed(good, changes)
		}
		if _, err := Check(raw, e.trust, quiet); err == nil && !bytes.Equal(raw, good) {
			t.Error("something else holds")
		}
	})
}

// changed is a copy in which each four bytes of changes name a place and what is
// changed there.
func changed(good, changes []byte) []byte {
	raw := bytes.Clone(good)
	for ; len(changes) >= 4; changes = changes[4:] {
		raw[int(binary.BigEndian.Uint32(changes)>>8)%len(raw)] ^= changes[3]
	}
	return raw
}
