package bundle

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// TestABundleOfSuite2HoldsAndNoByteOfItCanBeChanged: the manifest is signed by
// SM2, the files are named by SM3, as the entries are; the receipts are the same
// for all.
func TestABundleOfSuite2HoldsAndNoByteOfItCanBeChanged(t *testing.T) {
	e := evidenceOf(t)
	raw := written(t, e.sm2, e.second)
	lines := 0
	standing, err := Check(raw, e.trust, func(l Line) {
		if lines++; l.Failed != "" || l.Height == 0 || l.Digest != protocol.Suite2.Digest(e.second.Entries[l.Seq-1]) {
			t.Errorf("line %d is %+v", l.Seq, l)
		}
	})
	if err != nil || standing.State != casework.StateSubmitted || lines != 7 {
		t.Fatalf("%v, %+v, %d lines", err, standing, lines)
	}
	if *keep != "" {
		if err := errors.Join(os.WriteFile(filepath.Join(*keep, "suite2.zip"), raw, 0o644), os.WriteFile(filepath.Join(*keep, "suite2.json"), e.second.Trust, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(2, 2))
	for i := random.IntN(5); i < len(raw); i += 1 + random.IntN(9) {
		was := raw[i]
		raw[i] ^= byte(1 + random.IntN(255))
		if _, err := Check(raw, e.trust, quiet); err == nil {
			t.Errorf("byte %d of %d may be changed", i, len(raw))
		}
		raw[i] = was
	}
}

// TestAnEntryOfSuite2ThatSpeaksOfSuite1IsFound: what the entry commits to is
// opened in its own suite and in no other.
func TestAnEntryOfSuite2ThatSpeaksOfSuite1IsFound(t *testing.T) {
	e := evidenceOf(t)
	for name, lie := range map[string]struct {
		seq    int
		part   Part
		kind   casework.RefusalKind
		change func(*casework.Entry)
	}{
		"an item": {1, Content, casework.WrongCommitment, func(n *casework.Entry) {
			a := e.second.Contents[0][0]
			n.Body.Item = protocol.Suite1.Commit(a.Salt, a.Content)
		}},
		"a whole": {7, Chain, casework.WrongWhole, func(n *casework.Entry) {
			var digests []casework.Digest
			for _, raw := range e.second.Entries[:6] {
				digests = append(digests, protocol.DigestOf(raw))
			}
			n.Body.Whole = protocol.Suite1.WholeOf(digests)
		}},
		"the entry before": {2, Chain, casework.WrongPrevious, func(n *casework.Entry) { n.Prev = protocol.Suite1.Digest(e.second.Entries[0]) }},
	} {
		m := e.second.clone()
		entry, _, err := protocol.OpenEntry(m.Entries[lie.seq-1])
		if err != nil {
			t.Fatal(err)
		}
		lie.change(&entry)
		if m.Entries[lie.seq-1], _, err = protocol.SignEntry(e.sm2, entry); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { refused(t, written(t, e.sm2, m), e.trust, lie.seq, lie.part, lie.kind) })
	}
	refused(t, written(t, e.counter, e.second), e.trust, 1, Signature, casework.UnsupportedSuite)
}
