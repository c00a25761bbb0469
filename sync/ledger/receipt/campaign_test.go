package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/cometbft/cometbft/types"

	"counterfoil/packaging/campaign/asked"
)

// mutationsVariable sets how many mutated receipts and links are tried.
const mutationsVariable = "COUNTERFOIL_MUTATIONS"

const usualMutations = 4000

// tally counts verdicts on mutated receipts and links.
type tally struct {
	tried, garbled, refused, held int
	stricter                      map[string]int // by our reason: what theirs would take
}

// TestOursNeverAcceptsWhatTheirsRefuses mutates receipts and links byte by byte,
// field by field, and by what validators could sign if they lied, and compares
// every verdict with that of CometBFT's own types on the same content.
func TestOursNeverAcceptsWhatTheirsRefuses(t *testing.T) {
	const workers = 4 // the same on every machine: the same numbers come of it
	wanted, seed := asked.Count(mutationsVariable, usualMutations), asked.Seed(20261125)
	sums := make([]tally, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			m := newMutator(t, changing(t), rand.New(rand.NewPCG(seed, uint64(w))))
			for !t.Failed() && m.tried < wanted/workers {
				m.once()
			}
			sums[w] = m.tally
		})
	}
	all.Wait()
	sum := tally{stricter: map[string]int{}}
	for _, s := range sums {
		sum.tried, sum.garbled, sum.refused, sum.held = sum.tried+s.tried, sum.garbled+s.garbled, sum.refused+s.refused, sum.held+s.held
		for why, n := range s.stricter {
			sum.stricter[why] += n
		}
	}
	t.Logf("%d mutated receipts and links, seed %d: %d can't be read, %d refused by both, %d hold for both, stricter than theirs: %v",
		sum.tried, seed, sum.garbled, sum.refused, sum.held, sum.stricter)
	if sum.garbled == 0 || sum.refused == 0 || sum.held == 0 || sum.stricter[ErrFork.Error()] == 0 {
		t.Error("the campaign is one-sided: it would notice nothing")
	}
}

// mutator changes what it finds on one chain. The verifier for links stands
// before the second change, which is what they are tried for.
type mutator struct {
	tally
	t       *testing.T
	r       *rand.Rand
	c       *chain
	whole   *Verifier
	at4     *Verifier
	encoded [][]byte // of every receipt
}

func newMutator(t *testing.T, c *chain, r *rand.Rand) *mutator {
	m := &mutator{t: t, r: r, c: c, tally: tally{stricter: map[string]int{}}}
	m.whole, m.at4 = c.follow(4, 7, 10), c.follow(4)
	for _, b := range c.blocks {
		for i := range b.txs {
			m.encoded = append(m.encoded, b.receipt(t, i))
		}
	}
	return m
}

func (m *mutator) once() {
	if m.r.IntN(4) == 0 {
		m.link()
	} else {
		m.receipt()
	}
}

func (m *mutator) receipt() {
	b := m.c.blocks[m.r.IntN(len(m.c.blocks))]
	i := m.r.IntN(len(b.txs))
	r, tx := b.receiptOf(i), []byte(b.txs[i])
	how := m.r.IntN(3)
	if how > 0 {
		m.fields(&r.Sealed)
		m.path(&r)
	}
	raw, err := r.Encode()
	if err != nil {
		m.t.Error(err)
	}
	if how < 2 {
		raw = m.bytes(raw)
	}
	if m.r.IntN(16) == 0 {
		tx = m.flipped(tx)
	}
	if bytes.Equal(tx, b.txs[i]) && bytes.Equal(raw, b.receipt(m.t, i)) {
		return // one change undid the other: nothing was tried
	}
	m.tried++
	seen, ours := m.whole.Verify(raw, tx)
	var content Receipt
	if json.Unmarshal(raw, &content) != nil {
		m.unread(raw, ours)
		return
	}
	at, theirs := m.c.theirReceipt(content, tx)
	if m.verdicts(raw, ours, theirs) && (!seen.Time.Equal(at) || seen.Height != content.Header.Height) {
		m.t.Errorf("seen at %v and %d, theirs is %v: %s", seen.Time, seen.Height, at, raw)
	}
}

func (m *mutator) link() {
	height := int64(7)
	if m.r.IntN(8) == 0 {
		height = 1 + m.r.Int64N(m.c.height())
	}
	l := m.c.link(height)
	l.Validators = append([]Validator(nil), l.Validators...)
	how := m.r.IntN(3)
	if how > 0 {
		m.validators(&l)
		m.fields(&l.Sealed)
	}
	raw, err := l.Encode()
	if err != nil {
		m.t.Error(err)
	}
	if how < 2 {
		raw = m.bytes(raw)
	}
	if good, err := m.c.link(height).Encode(); err != nil || bytes.Equal(raw, good) {
		return
	}
	m.tried++
	read, ours := ParseLink(raw)
	if ours == nil {
		_, ours = m.at4.Extend(read)
	}
	var content Link
	if json.Unmarshal(raw, &content) != nil {
		m.unread(raw, ours)
		return
	}
	m.verdicts(raw, ours, m.c.theirLink(content, 4))
}

func (m *mutator) unread(raw []byte, ours error) {
	m.garbled++
	if ours == nil {
		m.t.Errorf("what can't be read verifies: %s", raw)
	}
}

// verdicts compares and counts; it reports whether both hold.
func (m *mutator) verdicts(raw []byte, ours, theirs error) bool {
	switch {
	case ours == nil && theirs != nil:
		m.t.Errorf("we accept what CometBFT refuses (%v): %s", theirs, raw)
	case ours != nil && theirs != nil:
		m.refused++
	case ours == nil:
		m.held++
		return true
	default:
		m.stricter[ours.Error()]++
		known := errors.Is(ours, ErrFork) || errors.Is(ours, ErrSet) // ErrSet: a link before one that would then not follow
		for _, why := range []string{"one encoding", "format", "lacks its", "fit the heights"} {
			known = known || strings.Contains(ours.Error(), why)
		}
		if !known {
			m.t.Errorf("we refuse what CometBFT takes: %v: %s", ours, raw)
		}
	}
	return false
}

// bytes changes an encoding without knowing what it means.
func (m *mutator) bytes(raw []byte) []byte {
	raw = bytes.Clone(raw)
	for range 1 + m.r.IntN(3) {
		at := m.r.IntN(len(raw))
		end := min(len(raw), at+1+m.r.IntN(40))
		switch m.r.IntN(7) {
		case 0:
			raw[at] ^= 1 << m.r.IntN(8)
		case 1:
			raw[at] = "0123456789abcdefABCDEF{}[]\",: \\n-+.e"[m.r.IntN(36)]
		case 2:
			raw = append(raw[:at:at], raw[end:]...)
		case 3:
			raw = append(append(bytes.Clone(raw[:at]), raw[at:end]...), raw[at:]...)
		case 4:
			copy(raw[at:], m.encoded[m.r.IntN(len(m.encoded))][min(at, 400):])
		case 5:
			raw = bytes.Replace(raw, []byte(`"height":`), []byte([]string{`"Height":`, `"height": `, `"x":1,"height":`, `"height":1,"height":`}[m.r.IntN(4)]), 1)
		case 6:
			raw = append(bytes.ToUpper(raw[:end:end]), raw[end:]...)
		}
		if len(raw) == 0 {
			return []byte("{")
		}
	}
	return raw
}

func (m *mutator) flipped(b []byte) []byte {
	if b = bytes.Clone(b); len(b) > 0 {
		b[m.r.IntN(len(b))] ^= 1 << m.r.IntN(8)
	}
	return b
}

// signers returns a set whose keys a liar may have: any that ever counted, or a
// stranger's.
func (m *mutator) signers() *types.ValidatorSet {
	return []*types.ValidatorSet{m.c.sets[0], m.c.sets[4], m.c.sets[10], m.c.setOf("abcx")}[m.r.IntN(4)]
}
