package receipt

import (
	"fmt"
	"testing"
	"time"
	"unicode"

	"github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
)

// chain is a chain made by CometBFT's types: blocks[i] is the block of height
// i+1 and sets[i] the set that signs it; there is one set more than blocks.
type chain struct {
	t      testing.TB
	keys   keyring
	blocks []block
	sets   []*types.ValidatorSet
}

const chainName = "counterfoil-<test>"

// newChain begins with the validators of the names: a letter each, with a power
// of 10, or of 30 for the capital letter.
func newChain(t testing.TB, names string) *chain {
	c := &chain{t: t, keys: keyring{}}
	c.sets = append(c.sets, types.NewValidatorSet(c.changes("", names)))
	return c
}

// changes returns what CometBFT is told to come from some validators to others:
// who leaves has no power.
func (c *chain) changes(from, to string) []*types.Validator {
	var list []*types.Validator
	wanted := map[rune]bool{}
	for _, name := range to {
		power := int64(10)
		if unicode.IsUpper(name) {
			power = 30
		}
		wanted[unicode.ToLower(name)] = true
		list = append(list, c.keys.validator(string(unicode.ToLower(name)), power))
	}
	for _, name := range from {
		if name = unicode.ToLower(name); !wanted[name] {
			list = append(list, c.keys.validator(string(name), 0))
		}
	}
	return list
}

// setOf returns a set without a history.
func (c *chain) setOf(names string) *types.ValidatorSet {
	return types.NewValidatorSet(c.changes("", names))
}

func (c *chain) height() int64 { return int64(len(c.blocks)) }

// header returns the header of the next block, whose next set is as given.
func (c *chain) header(next *types.ValidatorSet, txs types.Txs) types.Header {
	height := c.height() + 1
	filled := func(label string) []byte { return fixed(height).bytes(label, 32) }
	h := types.Header{Version: version.Consensus{Block: 11, App: 1}, ChainID: chainName, Height: height,
		Time:           time.Unix(1_700_000_000+10*height, height).UTC(),
		LastCommitHash: filled("commit"), DataHash: txs.Hash(), ValidatorsHash: c.sets[height-1].Hash(), NextValidatorsHash: next.Hash(),
		ConsensusHash: filled("consensus"), AppHash: filled("app"), LastResultsHash: filled("results"), EvidenceHash: filled("evidence"),
		ProposerAddress: c.sets[height-1].Validators[0].Address}
	if height > 1 {
		h.LastBlockID = c.blocks[height-2].commit.BlockID
	}
	return h
}

// signed has all of a set vote for a header.
func (c *chain) signed(h types.Header, set *types.ValidatorSet, txs types.Txs) block {
	ballots := make([]ballot, set.Size())
	for i := range ballots {
		ballots[i] = ballot{types.BlockIDFlagCommit, h.Time.Add(time.Second + time.Duration(i))}
	}
	parts := types.PartSetHeader{Total: 1, Hash: fixed(h.Height).bytes("parts", 32)}
	return block{set: set, header: h, txs: txs, commit: c.keys.sign(c.t, h, parts, 0, set, ballots),
		trust: Trust{ChainID: chainName, Validators: validatorsOf(set)}}
}

// grow adds blocks up to a height; the last one hands over to the named
// validators, unless the name is empty.
func (c *chain) grow(height int64, names string) {
	c.t.Helper()
	for c.height() < height {
		next := c.sets[len(c.sets)-1]
		if c.height() == height-1 && names != "" {
			next = c.setOf(names)
		}
		txs := types.Txs{}
		for i := range int(c.height()%5) + 1 {
			txs = append(txs, fmt.Appendf(nil, "entry %d of block %d", i, c.height()+1))
		}
		c.blocks = append(c.blocks, c.signed(c.header(next, txs), c.sets[c.height()], txs))
		c.sets = append(c.sets, next)
	}
}

// pinned trusts the first set.
func (c *chain) pinned() Trust {
	return Trust{ChainID: chainName, Validators: validatorsOf(c.sets[0])}
}

// link leads over the change at a height.
func (c *chain) link(height int64) Link {
	b := c.blocks[height-1]
	return Link{Sealed: sealedOf(b.header, b.commit), Validators: validatorsOf(c.sets[height])}
}

// follow returns a verifier that has followed the links at the heights.
func (c *chain) follow(heights ...int64) *Verifier {
	c.t.Helper()
	v, err := c.pinned().Follow()
	for _, h := range heights {
		if err == nil {
			v, err = v.Extend(c.link(h))
		}
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return v
}

// forged returns a block of a height that names and is signed by a set of the
// forger's choice; then leads to the forger's next set.
func (c *chain) forged(height int64, set, next *types.ValidatorSet) block {
	b := c.blocks[height-1]
	h := b.header
	h.ValidatorsHash, h.NextValidatorsHash, h.AppHash = set.Hash(), next.Hash(), fixed(0).bytes("forged", 32)
	return c.signed(h, set, b.txs)
}
