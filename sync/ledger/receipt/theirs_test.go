package receipt

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/merkle"
	"github.com/cometbft/cometbft/light"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/types"
)

// theirReceipt is the verdict of CometBFT's own types on the content of a
// receipt; where they hold, it returns their median time.
func (c *chain) theirReceipt(r Receipt, tx []byte) (at time.Time, err error) {
	defer func() { err = panicked(recover(), err) }()
	signed, set, err := c.theirHeader(r.Sealed, c.height())
	if err != nil {
		return at, err
	}
	proof, err := theirProof(r, tx)
	if err != nil {
		return at, err
	}
	if err := (types.TxProof{RootHash: signed.DataHash, Data: tx, Proof: proof}).Validate(signed.DataHash); err != nil {
		return at, err
	}
	return state.MedianTime(signed.Commit, set)
}

// theirLink is their verdict on a link, by who knows the chain up to a height: a
// header that they take, whose next validators are those of the link.
func (c *chain) theirLink(l Link, known int64) (err error) {
	defer func() { err = panicked(recover(), err) }()
	signed, set, err := c.theirHeader(l.Sealed, known)
	if err != nil {
		return err
	}
	var list []*types.Validator
	for _, v := range l.Validators {
		if len(v.Key) != ed25519.PubKeySize {
			return errors.New("no key")
		}
		list = append(list, types.NewValidator(ed25519.PubKey(v.Key), v.Power))
	}
	types.NewValidatorSet(list)                                       // panics at what can be no set
	later := &types.ValidatorSet{Validators: list, Proposer: list[0]} // as a node sends it: in the order of the hash
	if err := later.ValidateBasic(); err != nil {
		return err
	}
	if !bytes.Equal(later.Hash(), signed.NextValidatorsHash) || bytes.Equal(later.Hash(), set.Hash()) {
		return errors.New("not the next validators")
	}
	return nil
}

// theirHeader verifies a header with its commit against the set of its height,
// and with the light verifier against the last block of the set before.
func (c *chain) theirHeader(s Sealed, known int64) (*types.SignedHeader, *types.ValidatorSet, error) {
	set, before := c.sets[0], (*block)(nil)
	for i := range c.blocks[:known] {
		if s.Header.Height > int64(i+1) && !bytes.Equal(c.sets[i+1].Hash(), set.Hash()) {
			set, before = c.sets[i+1], &c.blocks[i]
		}
	}
	header := theirs(s.Header)
	parts := types.PartSetHeader{Total: s.Parts.Total, Hash: []byte(s.Parts.Hash)}
	commit := &types.Commit{Height: s.Header.Height, Round: s.Round, BlockID: types.BlockID{Hash: header.Hash(), PartSetHeader: parts}}
	for i, sig := range s.Signatures {
		if sig == nil {
			commit.Signatures = append(commit.Signatures, types.NewCommitSigAbsent())
			continue
		}
		flag, address := types.BlockIDFlagCommit, make([]byte, 20)
		if sig.Nil {
			flag = types.BlockIDFlagNil
		}
		if i < set.Size() {
			address = set.Validators[i].Address
		}
		commit.Signatures = append(commit.Signatures, types.CommitSig{BlockIDFlag: flag, ValidatorAddress: address, Timestamp: time.Unix(0, sig.Time).UTC(), Signature: sig.Bytes})
	}
	signed := &types.SignedHeader{Header: header, Commit: commit}
	if err := errors.Join(signed.ValidateBasic(chainName), commit.BlockID.ValidateBasic()); err != nil {
		return nil, nil, err
	}
	if !bytes.Equal(header.ValidatorsHash, set.Hash()) {
		return nil, nil, errors.New("another set")
	}
	if err := set.VerifyCommit(chainName, commit.BlockID, header.Height, commit); err != nil {
		return nil, nil, err
	}
	if before == nil {
		return signed, set, nil
	}
	return signed, set, light.Verify(&types.SignedHeader{Header: &before.header, Commit: before.commit}, set, signed, set,
		290*365*24*time.Hour, header.Time.Add(time.Hour), time.Second, light.DefaultTrustLevel)
}

func theirs(h Header) *types.Header {
	return &types.Header{Version: version.Consensus{Block: h.BlockVersion, App: h.AppVersion}, ChainID: h.ChainID, Height: h.Height,
		Time:           time.Unix(0, h.Time).UTC(),
		LastBlockID:    types.BlockID{Hash: []byte(h.LastBlock.Hash), PartSetHeader: types.PartSetHeader{Total: h.LastBlock.Parts.Total, Hash: []byte(h.LastBlock.Parts.Hash)}},
		LastCommitHash: []byte(h.LastCommitHash), DataHash: []byte(h.DataHash), ValidatorsHash: []byte(h.ValidatorsHash),
		NextValidatorsHash: []byte(h.NextValidatorsHash), ConsensusHash: []byte(h.ConsensusHash), AppHash: []byte(h.AppHash),
		LastResultsHash: []byte(h.LastResultsHash), EvidenceHash: []byte(h.EvidenceHash), ProposerAddress: []byte(h.ProposerAddress)}
}

// theirProof finds a position that has the path: from the root down, the leaf is
// in the right subtree as long as the path's hashes are on the left; the first
// left subtree is a perfect tree, in which any path is possible.
func theirProof(r Receipt, tx []byte) (merkle.Proof, error) {
	digest := sha256.Sum256(tx)
	leaf := leafHash(digest[:])
	p := merkle.Proof{Total: 1, LeafHash: leaf[:]}
	perfect := len(r.Path) - 1
	for perfect >= 0 && len(r.Path[perfect].Right) == 0 {
		perfect--
	}
	for i, s := range r.Path {
		if len(s.Left) > 0 == (len(s.Right) > 0) || i > 60 {
			return p, errors.New("a step of two hashes, or of none")
		}
		left := len(s.Left) > 0
		p.Aunts = append(p.Aunts, append(s.Left, s.Right...))
		switch {
		case i < perfect:
			if left {
				p.Index += p.Total
			}
			p.Total *= 2
		case i == perfect:
			p.Total++
		default:
			size := int64(1)
			for size < p.Total {
				size *= 2
			}
			p.Index, p.Total = p.Index+size, p.Total+size
		}
	}
	return p, nil
}

// panicked makes a refusal of a panic: CometBFT's types panic at some contents.
func panicked(with any, err error) error {
	if with != nil {
		return fmt.Errorf("panic: %v", with)
	}
	return err
}
