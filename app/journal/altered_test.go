package journal

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"counterfoil/app/casework"
)

// One flipped bit anywhere in the database: whatever is still given back of a
// case's steps and content is what was kept, and the rest is refused.
func TestAFlippedBitIsRefusedOrHarmlessAndNeverBelieved(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	s := newServing(1)
	var kept []casework.Step
	for _, kind := range usual() {
		step := s.step(kind)
		kept = append(kept, step)
		must(t, j.Append(t.Context(), step, s.about))
	}
	must(t, j.Close())
	sound := databaseFiles(t, o.Dir)[databaseName]
	key, err := os.ReadFile(filepath.Join(o.Dir, keysName, keyFile(s.id)))
	must(t, err)

	const seed = 31
	rng := rand.New(rand.NewPCG(seed, 0))
	refused, base := 0, fastFolder(t)
	for n := range 250 {
		flipped := bytes.Clone(sound)
		flipped[rng.IntN(len(flipped))] ^= 1 << rng.IntN(8)
		dir := filepath.Join(base, strconv.Itoa(n))
		writeImage(t, dir, map[string][]byte{databaseName: flipped, filepath.Join(keysName, keyFile(s.id)): key})
		if !readAltered(t, dir, s.id, kept) {
			refused++
		}
		must(t, os.RemoveAll(dir))
	}
	t.Logf("250 flipped bits, seed %d: %d noticed, the others harmless", seed, refused)
}

// readAltered reports whether everything came back; what came back must be right.
func readAltered(t *testing.T, dir string, id casework.CaseID, kept []casework.Step) bool {
	t.Helper()
	j, err := Open(t.Context(), testOptions(dir))
	if err != nil {
		return false
	}
	defer j.Close()
	r, err := j.Case(t.Context(), id)
	whole := err == nil
	if whole && len(r.Steps) != len(kept) {
		t.Fatalf("%d steps of %d", len(r.Steps), len(kept))
	}
	for i, step := range kept {
		if whole && r.Steps[i].Digest != step.Digest {
			t.Fatal("an altered entry is believed")
		}
		content, err := j.Content(t.Context(), id, i+1)
		if err == nil && !slices.EqualFunc(content, step.Attachments, sameAttachment) {
			t.Fatal("altered content is believed")
		}
		whole = whole && err == nil
	}
	return whole
}

func FuzzAnyFileInPlaceOfTheJournalIsRefusedOrOpens(f *testing.F) {
	o := testOptions(f.TempDir())
	openAt(f, o).Close()
	sound, err := os.ReadFile(filepath.Join(o.Dir, databaseName))
	must(f, err)
	f.Add(sound[:4096])
	f.Add(sound[:headerBytes])
	f.Add([]byte(headerMagic))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, content []byte) {
		dir := fastFolder(t)
		writeImage(t, dir, map[string][]byte{databaseName: content})
		if j, err := Open(t.Context(), testOptions(dir)); err == nil {
			j.Close()
		}
	})
}
