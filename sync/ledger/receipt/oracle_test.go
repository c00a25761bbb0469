package receipt

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"math/bits"
	"testing"
	"time"

	cometed25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/types"
	"pgregory.net/rapid"
)

// block is a block made and signed by CometBFT's own types.
type block struct {
	trust  Trust
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

// makeBlock signs with as many of the validators as are given; the others are
// absent, or vote nil when nilVotes says so.
func makeBlock(t testing.TB, c chance, validators, txs, signers int, nilVotes bool) block {
	t.Helper()
	keys := map[string]cometed25519.PrivKey{}
	var list []*types.Validator
	for i := range validators {
		key := cometed25519.GenPrivKeyFromSecret([]byte{byte(i), 7})
		v := types.NewValidator(key.PubKey(), int64(c.between("power", 1, 5)))
		keys[string(v.Address)] = key
		list = append(list, v)
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
	mine := types.BlockID{Hash: b.header.Hash(), PartSetHeader: id("parts").PartSetHeader}
	b.commit = &types.Commit{Height: b.header.Height, Round: int32(c.between("round", 0, 3)), BlockID: mine}
	b.trust.ChainID = b.header.ChainID
	for i, v := range b.set.Validators {
		b.trust.Validators = append(b.trust.Validators, Validator{Hex(v.PubKey.Bytes()), v.VotingPower})
		voted := mine
		if i >= signers && !nilVotes {
			b.commit.Signatures = append(b.commit.Signatures, types.NewCommitSigAbsent())
			continue
		}
		flag := types.BlockIDFlagCommit
		if i >= signers {
			voted, flag = types.BlockID{}, types.BlockIDFlagNil
		}
		vote := &types.Vote{Type: cmtproto.PrecommitType, Height: b.header.Height, Round: b.commit.Round, BlockID: voted,
			Timestamp: second("vote"), ValidatorAddress: v.Address, ValidatorIndex: int32(i)}
		signature, err := keys[string(v.Address)].Sign(types.VoteSignBytes(b.header.ChainID, vote.ToProto()))
		if err != nil {
			t.Fatal(err)
		}
		b.commit.Signatures = append(b.commit.Signatures, types.CommitSig{BlockIDFlag: flag, ValidatorAddress: v.Address,
			Timestamp: vote.Timestamp, Signature: signature})
	}
	return b
}

// receipt builds the receipt of the block's i-th transaction.
func (b block) receipt(t testing.TB, i int) []byte {
	t.Helper()
	h := b.header
	partsOf := func(p types.PartSetHeader) Parts { return Parts{p.Total, Hex(p.Hash)} }
	r := Receipt{Format: Format, Path: []Sibling{}, Sealed: Sealed{Round: b.commit.Round, Parts: partsOf(b.commit.BlockID.PartSetHeader),
		Signatures: make([]*Signature, len(b.commit.Signatures)),
		Header: Header{BlockVersion: h.Version.Block, AppVersion: h.Version.App, ChainID: h.ChainID, Height: h.Height, Time: h.Time.UnixNano(),
			LastBlock: BlockID{Hex(h.LastBlockID.Hash), partsOf(h.LastBlockID.PartSetHeader)}, LastCommitHash: Hex(h.LastCommitHash),
			DataHash: Hex(h.DataHash), ValidatorsHash: Hex(h.ValidatorsHash), NextValidatorsHash: Hex(h.NextValidatorsHash),
			ConsensusHash: Hex(h.ConsensusHash), AppHash: Hex(h.AppHash), LastResultsHash: Hex(h.LastResultsHash),
			EvidenceHash: Hex(h.EvidenceHash), ProposerAddress: Hex(h.ProposerAddress)}}}
	for i, s := range b.commit.Signatures {
		if s.BlockIDFlag != types.BlockIDFlagAbsent {
			r.Signatures[i] = &Signature{Time: s.Timestamp.UnixNano(), Nil: s.BlockIDFlag == types.BlockIDFlagNil, Bytes: s.Signature}
		}
	}
	index, total, aunts := i, len(b.txs), b.txs.Proof(i).Proof.Aunts
	r.Path = make([]Sibling, len(aunts))
	for at := len(aunts) - 1; at >= 0; at-- {
		if left := 1 << (bits.Len(uint(total-1)) - 1); index < left {
			r.Path[at], total = Sibling{Right: aunts[at]}, left
		} else {
			r.Path[at], index, total = Sibling{Left: aunts[at]}, index-left, total-left
		}
	}
	raw, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestAReceiptAgreesWithCometBFT(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawn{rt}
		validators, txs := c.between("validators", 1, 7), c.between("txs", 1, 9)
		b := makeBlock(t, c, validators, txs, c.between("signers", 0, validators), c.between("nil", 0, 1) == 1)
		i := c.between("which", 0, txs-1)
		raw := b.receipt(t, i)
		v, err := b.trust.Verify(raw, b.txs[i])
		if theirs := b.set.VerifyCommit(b.header.ChainID, b.commit.BlockID, b.header.Height, b.commit); (err == nil) != (theirs == nil) {
			rt.Fatalf("we say %v, CometBFT says %v", err, theirs)
		}
		if err != nil {
			return
		}
		median, err := state.MedianTime(b.commit, b.set)
		if err != nil || !v.Time.Equal(median) {
			rt.Fatalf("time %v, CometBFT's median %v", v.Time, median)
		}
		if v.Height != b.header.Height || v.Digest != sha256.Sum256(b.txs[i]) {
			rt.Fatalf("verified %+v", v)
		}
		for j, tx := range b.txs {
			if _, err := b.trust.Verify(raw, tx); j != i && err == nil {
				rt.Fatal("the receipt is good for another transaction")
			}
		}
	})
}

func TestHeaderSetAndVoteBytesAreCometBFTs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := makeBlock(t, drawn{rt}, 4, 3, 2, true)
		r, err := parse(b.receipt(t, 0))
		if err != nil {
			rt.Fatal(err)
		}
		hash := r.Header.hash()
		set, err := newSet(b.trust.Validators)
		if err != nil || !bytes.Equal(hash[:], b.header.Hash()) || !bytes.Equal(set.hash[:], b.set.Hash()) {
			rt.Fatal("another header or validators hash")
		}
		for i, s := range r.Signatures {
			if ours := voteBytes(r.Sealed, hash, *s); !bytes.Equal(ours, b.commit.VoteSignBytes(b.header.ChainID, int32(i))) {
				rt.Fatalf("another vote %d", i)
			}
		}
	})
}

func TestTheTrustIsStrict(t *testing.T) {
	b := makeBlock(t, fixed(3), 4, 1, 4, false)
	good, err := b.trust.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ParseTrust(good); err != nil || again.ChainID != b.trust.ChainID || len(again.Validators) != 4 {
		t.Fatalf("the good one: %v", err)
	}
	replace := func(from, to string) []byte { return bytes.Replace(good, []byte(from), []byte(to), 1) }
	key := b.trust.Validators[0].Key
	text, _ := key.MarshalText()
	second, _ := b.trust.Validators[1].Key.MarshalText()
	for name, raw := range map[string][]byte{
		"nothing": nil, "a space": append(good, ' '), "an unknown field": replace(`{"chain_id"`, `{"more":1,"chain_id"`),
		"capitals": replace(string(text), string(bytes.ToUpper(text))), "no power": replace(`"power":4`, `"power":0`),
		"too much power": replace(`"power":4`, `"power":9000000000000000000`), "a key twice": replace(string(second), string(text)),
		"a short key": replace(string(text), string(text[2:])), "no chain": []byte(`{"chain_id":"","validators":[]}`),
	} {
		if _, err := ParseTrust(raw); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := (Trust{}).Verify(b.receipt(t, 0), b.txs[0]); err == nil {
		t.Error("the empty trust trusts")
	}
	if len(key) != ed25519.PublicKeySize {
		t.Error("key length")
	}
}
