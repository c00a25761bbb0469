package receipt

import (
	"bytes"
	"math/bits"
	"testing"
	"time"

	cometed25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
	"pgregory.net/rapid"
)

// block is a block made and signed by CometBFT's own types.
type block struct {
	trust  Trust // its own set, pinned
	set    *types.ValidatorSet
	header types.Header
	commit *types.Commit
	txs    types.Txs
}

// chance is where a block's choices come from: rapid, or fixed ones.
type chance interface {
	between(label string, low, high int) int
	bytes(label string, n int) []byte
}

type drawn struct{ t *rapid.T }

func (d drawn) between(label string, low, high int) int {
	return rapid.IntRange(low, high).Draw(d.t, label)
}

func (d drawn) bytes(label string, n int) []byte {
	return rapid.SliceOfN(rapid.Byte(), n, n).Draw(d.t, label)
}

type fixed byte

func (f fixed) between(_ string, low, high int) int { return min(low+int(f), high) }
func (f fixed) bytes(label string, n int) []byte {
	b := bytes.Repeat([]byte{byte(f)}, n)
	copy(b, label)
	return b
}

// keyring holds validators' keys by their addresses.
type keyring map[string]cometed25519.PrivKey

// validator returns the same validator for the same name.
func (k keyring) validator(name string, power int64) *types.Validator {
	key := cometed25519.GenPrivKeyFromSecret([]byte(name))
	v := types.NewValidator(key.PubKey(), power)
	k[string(v.Address)] = key
	return v
}

// ballot is how one validator votes.
type ballot struct {
	flag types.BlockIDFlag
	time time.Time
}

// sign returns the commit for a header: a ballot for each validator of the set.
func (k keyring) sign(t testing.TB, h types.Header, parts types.PartSetHeader, round int32, set *types.ValidatorSet, ballots []ballot) *types.Commit {
	t.Helper()
	mine := types.BlockID{Hash: h.Hash(), PartSetHeader: parts}
	commit := &types.Commit{Height: h.Height, Round: round, BlockID: mine}
	for i, v := range set.Validators {
		if ballots[i].flag == types.BlockIDFlagAbsent {
			commit.Signatures = append(commit.Signatures, types.NewCommitSigAbsent())
			continue
		}
		voted := mine
		if ballots[i].flag == types.BlockIDFlagNil {
			voted = types.BlockID{}
		}
		vote := &types.Vote{Type: cmtproto.PrecommitType, Height: h.Height, Round: round, BlockID: voted,
			Timestamp: ballots[i].time, ValidatorAddress: v.Address, ValidatorIndex: int32(i)}
		signature, err := k[string(v.Address)].Sign(types.VoteSignBytes(h.ChainID, vote.ToProto()))
		if err != nil {
			t.Fatal(err)
		}
		commit.Signatures = append(commit.Signatures, types.CommitSig{BlockIDFlag: ballots[i].flag, ValidatorAddress: v.Address,
			Timestamp: vote.Timestamp, Signature: signature})
	}
	return commit
}

// makeBlock signs with as many of the validators as are given; the others are
// absent, or vote nil when nilVotes says so.
func makeBlock(t testing.TB, c chance, validators, txs, signers int, nilVotes bool) block {
	t.Helper()
	keys := keyring{}
	var list []*types.Validator
	for i := range validators {
		list = append(list, keys.validator(string(rune('a'+i)), int64(c.between("power", 1, 5))))
	}
	b := block{set: types.NewValidatorSet(list)}
	for i := range txs {
		b.txs = append(b.txs, append(c.bytes("tx", 8), byte(i), byte(i>>8)))
	}
	second := func(label string) time.Time {
		return time.Unix(1_700_000_000+int64(c.between(label, 0, 1<<20)), int64(c.between(label+"ns", 0, 999_999_999))).UTC()
	}
	id := func(label string) types.BlockID {
		return types.BlockID{Hash: c.bytes(label, 32), PartSetHeader: types.PartSetHeader{Total: uint32(c.between(label, 1, 300)), Hash: c.bytes(label, 32)}}
	}
	b.header = types.Header{
		Version: version.Consensus{Block: 11, App: uint64(c.between("app", 0, 300))}, ChainID: "chain-<" + string(rune('a'+c.between("chain", 0, 25))),
		Height: int64(c.between("height", 1, 1<<40)), Time: second("time"), LastBlockID: id("last"),
		LastCommitHash: c.bytes("lastcommit", 32), DataHash: b.txs.Hash(), ValidatorsHash: b.set.Hash(), NextValidatorsHash: c.bytes("next", 32),
		ConsensusHash: c.bytes("consensus", 32), AppHash: c.bytes("app", 32), LastResultsHash: c.bytes("results", 32),
		EvidenceHash: c.bytes("evidence", 32), ProposerAddress: b.set.Validators[0].Address,
	}
	if b.header.Height == 1 {
		b.header.LastBlockID = types.BlockID{}
	}
	ballots := make([]ballot, validators)
	for i := range ballots {
		ballots[i] = ballot{types.BlockIDFlagCommit, second("vote")}
		if i >= signers && nilVotes {
			ballots[i].flag = types.BlockIDFlagNil
		} else if i >= signers {
			ballots[i].flag = types.BlockIDFlagAbsent
		}
	}
	b.commit = keys.sign(t, b.header, id("parts").PartSetHeader, int32(c.between("round", 0, 3)), b.set, ballots)
	b.trust = Trust{ChainID: b.header.ChainID, Validators: validatorsOf(b.set)}
	return b
}

func validatorsOf(s *types.ValidatorSet) []Validator {
	var list []Validator
	for _, v := range s.Validators {
		list = append(list, Validator{Hex(v.PubKey.Bytes()), v.VotingPower})
	}
	return list
}

func partsOf(p types.PartSetHeader) Parts { return Parts{p.Total, Hex(p.Hash)} }

func sealedOf(h types.Header, commit *types.Commit) Sealed {
	s := Sealed{Round: commit.Round, Parts: partsOf(commit.BlockID.PartSetHeader), Signatures: make([]*Signature, len(commit.Signatures)),
		Header: Header{BlockVersion: h.Version.Block, AppVersion: h.Version.App, ChainID: h.ChainID, Height: h.Height, Time: h.Time.UnixNano(),
			LastBlock: BlockID{Hex(h.LastBlockID.Hash), partsOf(h.LastBlockID.PartSetHeader)}, LastCommitHash: Hex(h.LastCommitHash),
			DataHash: Hex(h.DataHash), ValidatorsHash: Hex(h.ValidatorsHash), NextValidatorsHash: Hex(h.NextValidatorsHash),
			ConsensusHash: Hex(h.ConsensusHash), AppHash: Hex(h.AppHash), LastResultsHash: Hex(h.LastResultsHash),
			EvidenceHash: Hex(h.EvidenceHash), ProposerAddress: Hex(h.ProposerAddress)}}
	for i, sig := range commit.Signatures {
		if sig.BlockIDFlag != types.BlockIDFlagAbsent {
			s.Signatures[i] = &Signature{Time: sig.Timestamp.UnixNano(), Nil: sig.BlockIDFlag == types.BlockIDFlagNil, Bytes: sig.Signature}
		}
	}
	return s
}

// theirPaths returns CometBFT's own proofs, with left and right told apart.
func theirPaths(raw [][]byte) [][]Sibling {
	txs := make(types.Txs, len(raw))
	for i := range raw {
		txs[i] = raw[i]
	}
	paths := make([][]Sibling, len(txs))
	for i := range txs {
		index, total, aunts := i, len(txs), txs.Proof(i).Proof.Aunts
		paths[i] = make([]Sibling, len(aunts))
		for at := len(aunts) - 1; at >= 0; at-- {
			if left := 1 << (bits.Len(uint(total-1)) - 1); index < left {
				paths[i][at], total = Sibling{Right: aunts[at]}, left
			} else {
				paths[i][at], index, total = Sibling{Left: aunts[at]}, index-left, total-left
			}
		}
	}
	return paths
}

// receiptOf returns the receipt of the block's i-th transaction.
func (b block) receiptOf(i int) Receipt {
	raw := make([][]byte, len(b.txs))
	for i, tx := range b.txs {
		raw[i] = tx
	}
	return Receipt{Format: Format, Path: theirPaths(raw)[i], Sealed: sealedOf(b.header, b.commit)}
}

func (b block) receipt(t testing.TB, i int) []byte {
	t.Helper()
	raw, err := b.receiptOf(i).Encode()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
