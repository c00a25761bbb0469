package bundle

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// TestACounterThatLiesIsFound takes real evidence apart and has the counter
// itself sign what was changed: the entry and the part of it that does not hold
// are named.
func TestACounterThatLiesIsFound(t *testing.T) {
	e := evidenceOf(t)
	again := func(m *Material, seq int, change func(*casework.Entry)) {
		entry, _, err := protocol.OpenEntry(m.Entries[seq-1])
		if err != nil {
			t.Fatal(err)
		}
		change(&entry)
		if m.Entries[seq-1], _, err = protocol.SignEntry(e.counter, entry); err != nil {
			t.Fatal(err)
		}
	}
	for _, lie := range []struct {
		words  string
		change func(*Material)
		seq    int
		part   Part
		kind   casework.RefusalKind
	}{
		{"two entries swapped", func(m *Material) { m.Entries[3], m.Entries[4] = m.Entries[4], m.Entries[3] }, 4, Chain, casework.WrongSequence},
		{"an entry left out", func(m *Material) { m.drop(4) }, 4, Chain, casework.WrongSequence},
		{"an entry twice", func(m *Material) { m.Entries[4] = m.Entries[3] }, 5, Chain, casework.WrongSequence},
		{"the beginning left out", func(m *Material) { m.drop(1) }, 1, Chain, casework.WrongSequence},
		{"an entry of another case", func(m *Material) { m.Entries[4] = e.other.Entries[4] }, 5, Chain, casework.WrongCase},
		{"no entry at all", func(m *Material) { m.Entries[2] = []byte("entry") }, 3, Form, casework.Malformed},
		{"a submission of another whole", func(m *Material) {
			again(m, 7, func(x *casework.Entry) { x.Body.Whole = casework.Digest{1} })
		}, 7, Chain, casework.WrongWhole},
		{"an entry that was never on the ledger", func(m *Material) {
			again(m, 7, func(x *casework.Entry) { x.Time = x.Time.Add(time.Millisecond) })
		}, 7, Receipt, casework.WrongReceipt},
		{"an entry replaced in the middle", func(m *Material) { again(m, 5, func(x *casework.Entry) { x.Clerk = "clerk-2" }) }, 5, Receipt, casework.WrongReceipt},
		{"an entry for another chain", func(m *Material) { again(m, 7, func(x *casework.Entry) { x.Chain = "practice-1" }) }, 7, Form, casework.WrongChain},
		{"the receipt of another entry", func(m *Material) { m.Receipts[2] = m.Receipts[3] }, 3, Receipt, casework.WrongReceipt},
		{"the receipt of another case", func(m *Material) { m.Receipts[2] = e.other.Receipts[2] }, 3, Receipt, casework.WrongReceipt},
		{"no receipt", func(m *Material) { m.Receipts[6] = nil }, 7, Receipt, casework.WrongReceipt},
		{"a receipt with one digit changed", func(m *Material) {
			m.Receipts[0] = []byte(strings.Replace(string(m.Receipts[0]), `"height":`, `"height":1`, 1))
		}, 1, Receipt, casework.WrongReceipt},
		{"the content of one step taken out", func(m *Material) { m.Contents[4] = nil }, 5, Content, casework.WrongCommitment},
		{"the grant taken out", func(m *Material) { m.Contents[1] = nil }, 2, Content, casework.WrongCommitment},
		{"one content of two taken out", func(m *Material) { m.Contents[3] = m.Contents[3][:1] }, 4, Content, casework.WrongCommitment},
		{"one licence of two taken out", func(m *Material) { m.Contents[2] = m.Contents[2][1:] }, 3, Content, casework.WrongCommitment},
		{"one licence under two names", func(m *Material) { m.Contents[2][1].Content = m.Contents[2][0].Content }, 3, Content, casework.WrongCommitment},
		{"a content changed", func(m *Material) { m.Contents[5][0].Content[0]++ }, 6, Content, casework.WrongCommitment},
		{"a salt changed", func(m *Material) { m.Contents[5][0].Salt[0]++ }, 6, Content, casework.WrongCommitment},
		{"two contents under each other's names", func(m *Material) {
			m.Contents[3][0].Name, m.Contents[3][1].Name = m.Contents[3][1].Name, m.Contents[3][0].Name
		}, 4, Content, casework.WrongCommitment},
		{"a content of another step", func(m *Material) { m.Contents[4][0].Content = []byte("photo") }, 5, Content, casework.WrongCommitment},
		{"a content that nothing commits to", func(m *Material) { m.Contents[6] = m.Contents[4] }, 7, Content, casework.WrongCommitment},
		{"one content too many", func(m *Material) {
			m.Contents[4] = append(m.Contents[4], casework.Attachment{Name: "photo"})
		}, 5, Content, casework.WrongCommitment},
		{"another case's grant", func(m *Material) { m.Contents[1] = e.other.Contents[1] }, 2, Content, casework.WrongCommitment},
		{"a grant that is none", func(m *Material) { m.Contents[1][0].Content = []byte("grant") }, 2, Content, casework.Malformed},
	} {
		t.Run(lie.words, func(t *testing.T) {
			m := e.whole.clone()
			lie.change(&m)
			refused(t, written(t, e.counter, m), e.trust, lie.seq, lie.part, lie.kind)
		})
	}
	t.Run("a case that was authorized for another item", func(t *testing.T) {
		refused(t, written(t, e.counter, e.strayed), e.trust, 2, Content, casework.WrongItem)
	})
}

// TestACaseByPaperHoldsAndItsLiesAreFound: what stands in the grant's place is
// checked as the grant is.
func TestACaseByPaperHoldsAndItsLiesAreFound(t *testing.T) {
	e := evidenceOf(t)
	var lines []Line
	standing, err := Check(written(t, e.counter, e.paper), e.trust, func(l Line) { lines = append(lines, l) })
	if err != nil || standing.State != casework.StateSubmitted || !standing.Paper || len(lines) != 6 || lines[1].Commitments != 3 {
		t.Fatalf("%v, %+v, %+v", err, standing, lines)
	}
	for words, lie := range map[string]struct {
		change func(*Material)
		seq    int
		part   Part
		kind   casework.RefusalKind
	}{
		"other originals":         {func(m *Material) { m.Contents[1][2].Content[0]++ }, 2, Content, casework.WrongCommitment},
		"the originals taken out": {func(m *Material) { m.Contents[1] = m.Contents[1][:2] }, 2, Content, casework.WrongCommitment},
		"who acts taken out":      {func(m *Material) { m.Contents[1] = slices.Delete(m.Contents[1], 1, 2) }, 2, Content, casework.WrongCommitment},
		"a grant put in": {func(m *Material) {
			m.Contents[1] = append(m.Contents[1], casework.Attachment{Name: "grant"})
		}, 2, Content, casework.WrongCommitment},
		"a retrieval put in": {func(m *Material) { m.Entries[2] = e.whole.Entries[2] }, 3, Chain, casework.WrongCase},
	} {
		t.Run(words, func(t *testing.T) {
			m := e.paper.clone()
			lie.change(&m)
			refused(t, written(t, e.counter, m), e.trust, lie.seq, lie.part, lie.kind)
		})
	}
	for words, row := range map[string]struct {
		a    []casework.Attachment
		item string
		want casework.RefusalKind
	}{
		"for another item":        {[]casework.Attachment{{Name: "item", Content: []byte("item-2")}, {Name: "originals", Content: []byte(`{"compared":"by-eye","reason":"no-phone"}`)}}, "item-1", casework.WrongItem},
		"nobody compared":         {[]casework.Attachment{{Name: "item", Content: []byte("item-1")}, {Name: "originals", Content: []byte(`{"reason":"no-phone"}`)}}, "item-1", casework.Malformed},
		"a reason that is none":   {[]casework.Attachment{{Name: "item", Content: []byte("item-1")}, {Name: "originals", Content: []byte(`{"compared":"by-eye","reason":"x"}`)}}, "item-1", casework.Malformed},
		"originals that are none": {[]casework.Attachment{{Name: "item", Content: []byte("item-1")}, {Name: "originals", Content: []byte(`paper`)}}, "item-1", casework.Malformed},
	} {
		c := checker{item: []byte(row.item)}
		if err := c.onPaper(row.a); casework.KindOf(err) != row.want {
			t.Errorf("%s: %v", words, err)
		}
	}
}

// refused checks that the bundle does not hold, and why.
func refused(t *testing.T, raw []byte, trust receipt.Trust, seq int, part Part, kind casework.RefusalKind) {
	t.Helper()
	var last Line
	standing, err := Check(raw, trust, func(l Line) { last = l })
	if casework.KindOf(err) != kind || last.Seq != seq || last.Failed != part {
		t.Fatalf("want entry %d, %s, %s; got entry %d, %s, %v", seq, part, kind, last.Seq, last.Failed, err)
	}
	if standing.Seq != seq-1 {
		t.Errorf("the case stands at %d", standing.Seq)
	}
	if !strings.Contains(err.Error(), string(part)) || errors.Unwrap(err) == nil {
		t.Errorf("the error names neither entry nor part: %v", err)
	}
}

func (m *Material) drop(seq int) {
	m.Entries, m.Receipts, m.Contents = slices.Delete(m.Entries, seq-1, seq), slices.Delete(m.Receipts, seq-1, seq), slices.Delete(m.Contents, seq-1, seq)
}

func TestABundleSignedByAnotherKeyIsFound(t *testing.T) {
	e := evidenceOf(t)
	refused(t, written(t, key(4), e.whole), e.trust, 1, Signature, casework.KeyUnknown)
}

// TestDestroyedContentLeavesABundleThatHolds: entries and receipts stay when a
// case is forgotten.
func TestDestroyedContentLeavesABundleThatHolds(t *testing.T) {
	e := evidenceOf(t)
	m := e.whole.clone()
	m.Contents = nil
	destroyed := 0
	standing, err := Check(written(t, e.counter, m), e.trust, func(l Line) {
		if l.Destroyed {
			destroyed++
		}
		if l.Commitments != 0 {
			t.Errorf("%s: %d commitments of nothing", l.Kind, l.Commitments)
		}
	})
	if err != nil || standing.State != casework.StateSubmitted || destroyed != 6 {
		t.Errorf("%v, %s, %d destroyed", err, standing.State, destroyed)
	}
}

// TestABundleThatEndsEarlySaysWhere: that nothing followed can't be proved
// offline, so the standing is told.
func TestABundleThatEndsEarlySaysWhere(t *testing.T) {
	e := evidenceOf(t)
	m := e.whole.clone()
	m.drop(7)
	m.drop(6)
	standing, err := Check(written(t, e.counter, m), e.trust, quiet)
	if err != nil || standing.State != casework.StateSigned || standing.Seq != 5 {
		t.Errorf("%v, %+v", err, standing)
	}
}

func TestAnotherTrustIsNotEnough(t *testing.T) {
	e := evidenceOf(t)
	raw := written(t, e.counter, e.whole)
	foreign := receipt.Trust{ChainID: testChain, Validators: []receipt.Validator{{Key: receipt.Hex(public(key(7)).Bytes), Power: 10}}}
	refused(t, raw, foreign, 1, Receipt, casework.WrongReceipt)
	elsewhere := receipt.Trust{ChainID: "elsewhere", Validators: e.trust.Validators}
	refused(t, raw, elsewhere, 1, Form, casework.WrongChain)
}
