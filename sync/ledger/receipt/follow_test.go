package receipt

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cometbft/cometbft/types"
)

// changing is the chain of most tests: A up to height 4, B up to 7, A again up
// to 10, C from then on.
func changing(t testing.TB) *chain {
	c := newChain(t, "abcd")
	c.grow(4, "abEf")
	c.grow(7, "abcd")
	c.grow(10, "wxyZ")
	c.grow(13, "")
	return c
}

// verifies tries the receipt of every transaction of a block.
func verifies(v *Verifier, b block) error {
	for i, tx := range b.txs {
		raw, err := b.receiptOf(i).Encode()
		if err != nil {
			return err
		}
		seen, err := v.Verify(raw, tx)
		if err != nil {
			return err
		}
		if seen.Height != b.header.Height || !bytes.Equal(seen.Block[:], b.header.Hash()) {
			return errors.New("verified as another block")
		}
	}
	return nil
}

func TestReceiptsAreFollowedThroughEveryChangeOfValidators(t *testing.T) {
	c := changing(t)
	v := c.follow(4, 7, 10)
	for _, b := range c.blocks {
		if err := verifies(v, b); err != nil {
			t.Errorf("height %d: %v", b.header.Height, err)
		}
		seen, err := v.Header(sealedOf(b.header, b.commit))
		if err != nil || !bytes.Equal(seen.AppHash, b.header.AppHash) || seen.Height != b.header.Height {
			t.Errorf("height %d: seen %+v, %v", b.header.Height, seen, err)
		}
	}
}

func TestWithoutALinkTheLaterSetIsUnknown(t *testing.T) {
	c := changing(t)
	for n, links := range [][]int64{{}, {4}, {4, 7}} {
		v := c.follow(links...)
		known := []int64{4, 7, 10}[n]
		for _, b := range c.blocks {
			err := verifies(v, b)
			switch height := b.header.Height; {
			case height <= known && err != nil:
				t.Errorf("%d links, height %d: %v", n, height, err)
			case height == known+1 && !errors.Is(err, ErrSet):
				t.Errorf("%d links, height %d: %v, want that its set is unknown", n, height, err)
			}
		}
	}
}

// TestASetCountsBetweenItsLinksOnly has each set sign a block at each height: the
// keys of a set that was replaced are worth nothing from then on, and those of a
// later one nothing before.
func TestASetCountsBetweenItsLinksOnly(t *testing.T) {
	c := changing(t)
	v := c.follow(4, 7, 10)
	linkAt := map[int64]bool{4: true, 7: true, 10: true}
	for _, set := range []*types.ValidatorSet{c.sets[0], c.sets[4], c.sets[10]} {
		for height := int64(1); height <= c.height(); height++ {
			b := c.forged(height, set, set)
			err := verifies(v, b)
			counts := bytes.Equal(set.Hash(), c.sets[height-1].Hash())
			switch {
			case !counts && !errors.Is(err, ErrSet):
				t.Errorf("a set of another time at height %d: %v", height, err)
			case counts && linkAt[height] && !errors.Is(err, ErrFork):
				t.Errorf("another block at the link's height %d: %v", height, err)
			case counts && !linkAt[height] && err != nil:
				t.Errorf("the set of height %d: %v", height, err)
			}
		}
	}
}

// TestOldKeysLeadNowhere: whoever gets hold of the keys of a set that was
// replaced can neither replace what followed nor lead away from before it.
func TestOldKeysLeadNowhere(t *testing.T) {
	c := changing(t)
	v := c.follow(4, 7, 10)
	evil := c.setOf("mnop")
	for height := int64(1); height <= 13; height++ {
		b := c.forged(height, c.sets[0], evil)
		l := Link{Sealed: sealedOf(b.header, b.commit), Validators: validatorsOf(evil)}
		want := ErrSet // after the change it is no set; before it, what follows does not follow from evil
		if height == 4 || height == 10 {
			want = ErrFork
		}
		if _, err := v.Extend(l); !errors.Is(err, want) {
			t.Errorf("a link at height %d: %v", height, err)
		}
	}
}

func TestALinkThatDoesNotLeadIsRefused(t *testing.T) {
	c := changing(t)
	v := c.follow(4)
	good := c.link(7)
	for name, row := range map[string]struct {
		change func(*Link)
		why    string
	}{
		"other validators":       {func(l *Link) { l.Validators = validatorsOf(c.setOf("wxyz")) }, "not those"},
		"another order":          {func(l *Link) { l.Validators[0], l.Validators[1] = l.Validators[1], l.Validators[0] }, "not those"},
		"another power":          {func(l *Link) { l.Validators[0].Power++ }, "not those"},
		"no validators":          {func(l *Link) { l.Validators = nil }, "empty"},
		"a validator twice":      {func(l *Link) { l.Validators[1] = l.Validators[0] }, "twice"},
		"a block without change": {func(l *Link) { *l = c.link(6) }, "very set"},
		"a block of later":       {func(l *Link) { *l = c.link(10) }, "set of validators"},
		"a changed header":       {func(l *Link) { l.Header.AppHash[0] ^= 1 }, "signature"},
		"too few signatures":     {func(l *Link) { l.Signatures[0] = nil; l.Signatures[1] = nil }, "two thirds"},
		"another chain":          {func(l *Link) { l.Header.ChainID = "elsewhere" }, "chain"},
		"a long proposer":        {func(l *Link) { l.Header.ProposerAddress = append(l.Header.ProposerAddress, 0) }, "malformed"},
	} {
		raw, err := good.Encode()
		if err != nil {
			t.Fatal(err)
		}
		bad, err := ParseLink(raw) // a copy
		if err != nil {
			t.Fatal(err)
		}
		row.change(&bad)
		if _, err := v.Extend(bad); err == nil || !strings.Contains(err.Error(), row.why) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := v.Extend(good); err != nil {
		t.Error(err)
	}
}

// TestALinkThatWasHiddenIsPutIn: a node may hide that a set was replaced for a
// while, because A's keys sign the later change too. What it hid comes in later.
func TestALinkThatWasHiddenIsPutIn(t *testing.T) {
	c := changing(t)
	v := c.follow(10) // as if A had never been replaced in between
	if err := verifies(v, c.blocks[12]); err != nil {
		t.Fatal(err)
	}
	if err := verifies(v, c.blocks[5]); !errors.Is(err, ErrSet) {
		t.Fatalf("the hidden set: %v", err)
	}
	if _, err := v.Extend(c.link(4)); !errors.Is(err, ErrSet) {
		t.Errorf("one of the two alone, after which A's link does not follow: %v", err)
	}
	for _, links := range [][]Link{{c.link(4), c.link(7)}, {c.link(7), c.link(4)}, {c.link(10), c.link(7), c.link(4), c.link(7)}} {
		whole, err := v.Extend(links...)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range c.blocks {
			if err := verifies(whole, b); err != nil {
				t.Errorf("height %d: %v", b.header.Height, err)
			}
		}
		if got := whole.Trust().Links; len(got) != 3 || got[0].Header.Height != 4 || got[2].Header.Height != 10 {
			t.Errorf("%d links", len(got))
		}
	}
}

func TestAKnownLinkAddsNothing(t *testing.T) {
	c := changing(t)
	v := c.follow(4, 7)
	l := c.link(4)
	l.Signatures[0] = nil // another choice of votes for the same block
	if same, err := v.Extend(l, c.link(7)); err != nil || same != v {
		t.Errorf("the same links again: %v", err)
	}
	if longer, err := v.Extend(c.link(10), c.link(4), c.link(10)); err != nil || len(longer.Trust().Links) != 3 {
		t.Errorf("known and new: %v", err)
	}
	l.Signatures[1] = nil
	if _, err := v.Extend(l); err == nil {
		t.Error("a known block with too few votes passes for a link")
	}
}

func TestTimeGrowsWithEveryHeight(t *testing.T) {
	c := changing(t)
	v := c.follow(4, 7, 10)
	for _, row := range []struct {
		height, like int64 // a block of one height that has the time of another
		fits         bool
	}{{6, 5, true}, {5, 6, true}, {5, 4, false}, {5, 3, false}, {6, 7, false}, {6, 9, false}, {1, 4, false}, {3, 1, true}, {12, 10, false}, {11, 13, true}} {
		b := c.blocks[row.height-1]
		b.header.Time = c.blocks[row.like-1].header.Time
		b = c.signed(b.header, b.set, b.txs)
		if err := verifies(v, b); (err == nil) != row.fits {
			t.Errorf("a block of height %d with the time of height %d: %v", row.height, row.like, err)
		}
	}
	late := c.blocks[6]
	late.header.Time = c.blocks[3].header.Time.Add(-time.Second)
	late = c.signed(late.header, late.set, late.txs)
	if _, err := c.follow(4).Extend(Link{Sealed: sealedOf(late.header, late.commit), Validators: validatorsOf(c.sets[7])}); err == nil {
		t.Error("a link that was signed before the one that it follows")
	}
}

// TestAVerifierNeverChanges: receipts are verified while others are following.
func TestAVerifierNeverChanges(t *testing.T) {
	c := changing(t)
	v := c.follow(4)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			longer, err := v.Extend(c.link(7))
			if err == nil {
				longer, err = longer.Extend(c.link(10))
			}
			if err == nil {
				err = verifies(longer, c.blocks[12])
			}
			if err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			for range 20 {
				if err := verifies(v, c.blocks[5]); err != nil {
					t.Error(err)
				}
				if err := verifies(v, c.blocks[8]); err != nil && !errors.Is(err, ErrSet) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got := v.Trust(); len(got.Links) != 1 || v.Trust().Links[0].Header.Height != 4 {
		t.Errorf("it has %d links now", len(got.Links))
	}
	v.Trust().Links[0] = Link{}
	if v.Trust().Links[0].Header.Height != 4 {
		t.Error("its links can be changed from outside")
	}
}

func TestATrustWithLinksHasOneEncoding(t *testing.T) {
	c := changing(t)
	trust := c.follow(4, 7, 10).Trust()
	good, err := trust.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseTrust(good)
	if err != nil || len(back.Links) != 3 {
		t.Fatalf("%d links, %v", len(back.Links), err)
	}
	for i, b := range c.blocks {
		if _, err := back.Verify(b.receipt(t, 0), b.txs[0]); err != nil {
			t.Errorf("height %d: %v", i+1, err)
		}
	}
	pinned, err := back.Pinned().Encode()
	if err != nil || !bytes.HasPrefix(good, pinned[:len(pinned)-1]) || bytes.Contains(pinned, []byte("links")) {
		t.Errorf("the pinned part is another document: %v", err)
	}
	nobody := trust.Links[0]
	nobody.Signatures = nil
	swap := func(t Trust, i, j int) Trust {
		t.Links = append([]Link(nil), t.Links...)
		t.Links[i], t.Links[j] = t.Links[j], t.Links[i]
		return t
	}
	for name, bad := range map[string]Trust{
		"out of order": swap(trust, 0, 1), "a link twice": {trust.ChainID, trust.Validators, []Link{trust.Links[0], trust.Links[0]}},
		"a link without signatures": {trust.ChainID, trust.Validators, []Link{nobody}},
		"a link to nobody":          {trust.ChainID, trust.Validators, []Link{{Sealed: trust.Links[0].Sealed}}},
		"too many":                  {trust.ChainID, trust.Validators, make([]Link, MaxLinks+1)},
	} {
		if _, err := bad.Encode(); err == nil {
			t.Errorf("%s: it is written down", name)
		}
		if _, err := bad.Follow(); err == nil {
			t.Errorf("%s: it is followed", name)
		}
	}
	for name, raw := range map[string][]byte{
		"no links":  append(pinned[:len(pinned)-1:len(pinned)-1], `,"links":[]}`...),
		"null":      append(pinned[:len(pinned)-1:len(pinned)-1], `,"links":null}`...),
		"a space":   append(bytes.Clone(good), ' '),
		"too large": append(bytes.Clone(good), bytes.Repeat([]byte{' '}, MaxTrustBytes)...),
	} {
		if _, err := ParseTrust(raw); err == nil {
			t.Errorf("%s: it is read", name)
		}
	}
	if raw, err := nobody.Encode(); err != nil {
		t.Error(err)
	} else if _, err := ParseLink(raw); err == nil {
		t.Error("a link without signatures is read")
	}
	missing := trust
	missing.Links = trust.Links[1:]
	if _, err := missing.Follow(); !errors.Is(err, ErrSet) {
		t.Errorf("a chain of links with one missing: %v", err)
	}
}

// TestNoByteOfALinkCanBeChanged tries every byte of one.
func TestNoByteOfALinkCanBeChanged(t *testing.T) {
	c := changing(t)
	v := c.follow(4)
	good, err := c.link(7).Encode()
	if err != nil {
		t.Fatal(err)
	}
	leads := func(raw []byte) bool {
		l, err := ParseLink(raw)
		if err != nil {
			return false
		}
		_, err = v.Extend(l)
		return err == nil
	}
	if !leads(good) {
		t.Fatal("the good one leads nowhere")
	}
	for i, was := range good {
		for _, b := range []byte{'0' + (was+1)%8, was ^ 1, was ^ 0x20} {
			bad := bytes.Clone(good)
			if bad[i] = b; b != was && leads(bad) {
				t.Fatalf("byte %d may be %q instead of %q", i, b, was)
			}
		}
		if leads(append(bytes.Clone(good[:i]), good[i+1:]...)) {
			t.Fatalf("byte %d may be missing", i)
		}
	}
}
