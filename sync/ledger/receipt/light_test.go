package receipt

import (
	"testing"
	"time"

	"github.com/cometbft/cometbft/light"
	"github.com/cometbft/cometbft/types"
	"pgregory.net/rapid"
)

// TestFollowingAgreesWithCometBFTsLightVerifier makes chains of random changes
// (powers, joins, leaves, other keys, back again) with CometBFT's types and goes
// along with its light verifier block by block, until one is bad.
func TestFollowingAgreesWithCometBFTsLightVerifier(t *testing.T) {
	changes, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		names := members(rt)
		c := newChain(t, names)
		ours, err := c.pinned().Follow()
		if err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(2, 12).Draw(rt, "blocks") {
			next := c.sets[len(c.sets)-1].Copy()
			if rapid.Bool().Draw(rt, "changes") {
				wanted := members(rt)
				if err := next.UpdateWithChangeSet(c.changes(names, wanted)); err != nil {
					rt.Fatal(err)
				}
				names = wanted
			}
			b := c.drawn(rt, next)
			theirs := c.lightly(b)
			seen, err := ours.Header(sealedOf(b.header, b.commit))
			if (err == nil) != (theirs == nil) {
				rt.Fatalf("height %d: we say %v, CometBFT says %v", b.header.Height, err, theirs)
			}
			if err != nil {
				refused++
				return
			}
			if seen.Height != b.header.Height {
				rt.Fatalf("seen at height %d, not %d", seen.Height, b.header.Height)
			}
			c.blocks, c.sets = append(c.blocks, b), append(c.sets, next)
			if string(c.sets[len(c.sets)-2].Hash()) != string(next.Hash()) {
				changes++
				if ours, err = ours.Extend(c.link(b.header.Height)); err != nil {
					rt.Fatalf("the link at height %d: %v", b.header.Height, err)
				}
			}
		}
		again, err := ours.Trust().Follow()
		if err != nil {
			rt.Fatal(err)
		}
		for _, b := range c.blocks {
			if err := verifies(again, b); err != nil {
				rt.Fatalf("height %d, years later: %v", b.header.Height, err)
			}
		}
	})
	t.Logf("%d changes followed, %d bad blocks refused", changes, refused)
	if changes == 0 || refused == 0 {
		t.Error("nothing was tried")
	}
}

// members draws who belongs to a set, and with which power.
func members(rt *rapid.T) string {
	names := ""
	for _, name := range "abcdefg" {
		names += []string{"", "", string(name), string(name), string(name - 'a' + 'A')}[rapid.IntRange(0, 4).Draw(rt, string(name))]
	}
	if names == "" {
		return "h"
	}
	return names
}

// misdeeds are the numbers of what a block may have wrong; -1 is a good one.
func misdeeds() []int {
	list := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 8, 8}
	for range 5 {
		list = append(list, -1, -1, -1, -1, -1, -1, -1, -1)
	}
	return list
}

// drawn makes the next block: mostly a good one, otherwise with one misdeed.
func (c *chain) drawn(rt *rapid.T, next *types.ValidatorSet) block {
	set, txs := c.sets[c.height()], types.Txs{[]byte("entry"), {byte(c.height())}}
	h := c.header(next, txs)
	signers := set
	misdeed := rapid.SampledFrom(misdeeds()).Draw(rt, "misdeed")
	switch {
	case misdeed == 0: // a set that was replaced goes on
		last := c.sets[max(0, int(c.height())-1)]
		h.ValidatorsHash, signers = last.Hash(), last
	case misdeed == 1: // the next set can't wait
		h.ValidatorsHash, signers = next.Hash(), next
	case misdeed == 2:
		stranger := c.setOf("uvw")
		h.ValidatorsHash, signers = stranger.Hash(), stranger
	case misdeed == 3 && c.height() > 0 && string(c.sets[c.height()-1].Hash()) != string(set.Hash()):
		h.Time = c.blocks[c.height()-1].header.Time // behind a link it must be later
	case misdeed == 4:
		h.ChainID += "x"
	case misdeed == 5:
		h.ProposerAddress = h.ProposerAddress[1:]
	case misdeed == 6:
		h.EvidenceHash = append(h.EvidenceHash, 1)
	case misdeed == 7:
		h.Version.Block++
	}
	flags := []types.BlockIDFlag{types.BlockIDFlagCommit}
	if misdeed == 8 {
		flags = append(flags, types.BlockIDFlagCommit, types.BlockIDFlagAbsent, types.BlockIDFlagNil)
	}
	ballots := make([]ballot, signers.Size())
	for i := range ballots {
		ballots[i] = ballot{rapid.SampledFrom(flags).Draw(rt, "vote"), h.Time.Add(time.Duration(rapid.IntRange(0, 3000).Draw(rt, "ms")) * time.Millisecond)}
	}
	parts := types.PartSetHeader{Total: 1, Hash: fixed(h.Height).bytes("parts", 32)}
	return block{set: signers, header: h, txs: txs, commit: c.keys.sign(c.t, h, parts, 0, signers, ballots)}
}

// lightly is the verdict of CometBFT's light verifier on the block that follows
// the last one; the first block it has nothing to compare with but the set.
func (c *chain) lightly(b block) error {
	signed := &types.SignedHeader{Header: &b.header, Commit: b.commit}
	set := c.sets[c.height()]
	if c.height() == 0 {
		v := &types.LightBlock{SignedHeader: signed, ValidatorSet: set}
		if err := v.ValidateBasic(chainName); err != nil {
			return err
		}
		return set.VerifyCommit(chainName, b.commit.BlockID, b.header.Height, b.commit)
	}
	last := c.blocks[c.height()-1]
	if err := light.VerifyAdjacent(&types.SignedHeader{Header: &last.header, Commit: last.commit}, signed, set,
		100*365*24*time.Hour, b.header.Time.Add(time.Hour), time.Second); err != nil {
		return err
	}
	return set.VerifyCommit(chainName, b.commit.BlockID, b.header.Height, b.commit)
}
