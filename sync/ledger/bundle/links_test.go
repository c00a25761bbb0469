package bundle

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger/receipt"
)

// reign is a set of one validator.
type reign struct {
	key ed25519.PrivKey
	set *types.ValidatorSet
}

func reignOf(name string) reign {
	k := ed25519.GenPrivKeyFromSecret([]byte(name))
	return reign{key: k, set: types.NewValidatorSet([]*types.Validator{types.NewValidator(k.PubKey(), 10)})}
}

func (r reign) validators() []receipt.Validator {
	return []receipt.Validator{{Key: r.set.Validators[0].PubKey.Bytes(), Power: 10}}
}

// seal makes the block of a height that holds one transaction, made and signed by
// CometBFT's types.
func (r reign) seal(t *testing.T, height int64, next reign, tx []byte) receipt.Sealed {
	t.Helper()
	some := sha256.Sum256([]byte("some"))
	id := types.BlockID{Hash: some[:], PartSetHeader: types.PartSetHeader{Total: 1, Hash: some[:]}}
	h := types.Header{Version: version.Consensus{Block: 11}, ChainID: testChain, Height: height, Time: time.Unix(1_700_000_000+height, 0).UTC(),
		LastBlockID: id, LastCommitHash: some[:], DataHash: types.Txs{tx}.Hash(), ValidatorsHash: r.set.Hash(), NextValidatorsHash: next.set.Hash(),
		ConsensusHash: some[:], AppHash: some[:], LastResultsHash: some[:], EvidenceHash: some[:], ProposerAddress: r.set.Validators[0].Address}
	vote := &types.Vote{Type: cmtproto.PrecommitType, Height: height, BlockID: types.BlockID{Hash: h.Hash(), PartSetHeader: id.PartSetHeader}, Timestamp: h.Time}
	signature, err := r.key.Sign(types.VoteSignBytes(testChain, vote.ToProto()))
	if err != nil {
		t.Fatal(err)
	}
	parts := receipt.Parts{Total: 1, Hash: some[:]}
	return receipt.Sealed{Parts: parts, Signatures: []*receipt.Signature{{Time: h.Time.UnixNano(), Bytes: signature}},
		Header: receipt.Header{BlockVersion: 11, ChainID: testChain, Height: height, Time: h.Time.UnixNano(),
			LastBlock: receipt.BlockID{Hash: some[:], Parts: parts}, LastCommitHash: some[:], DataHash: receipt.Hex(h.DataHash),
			ValidatorsHash: receipt.Hex(h.ValidatorsHash), NextValidatorsHash: receipt.Hex(h.NextValidatorsHash), ConsensusHash: some[:], AppHash: some[:],
			LastResultsHash: some[:], EvidenceHash: some[:], ProposerAddress: receipt.Hex(h.ProposerAddress)}}
}

// retold puts the entries of the real case on a ledger whose validators change
// behind every block, and returns the trust with each link on the way.
func retold(t *testing.T) (Material, receipt.Trust) {
	t.Helper()
	m := evidenceOf(t).whole.clone()
	reigns := []reign{reignOf("a"), reignOf("b"), reignOf("c"), reignOf("a"), reignOf("d"), reignOf("e"), reignOf("f"), reignOf("g")}
	trust := receipt.Trust{ChainID: testChain, Validators: reigns[0].validators()}
	for i, raw := range m.Entries {
		sealed := reigns[i].seal(t, int64(10*(i+1)), reigns[i+1], raw)
		proof, err := receipt.Receipt{Format: receipt.Format, Path: receipt.PathOf([][]byte{raw}, 0), Sealed: sealed}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		m.Receipts[i] = proof
		trust.Links = append(trust.Links, receipt.Link{Sealed: sealed, Validators: reigns[i+1].validators()})
	}
	m.Trust = encoded(t, trust)
	return m, trust
}

func encoded(t *testing.T, trust receipt.Trust) []byte {
	t.Helper()
	raw, err := trust.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestABundleHoldsThroughEveryChangeOfValidators, whatever of the way the auditor's
// own trust knows.
func TestABundleHoldsThroughEveryChangeOfValidators(t *testing.T) {
	m, trust := retold(t)
	raw := written(t, evidenceOf(t).counter, m)
	if *keep != "" {
		if err := errors.Join(os.WriteFile(filepath.Join(*keep, "changes.zip"), raw, 0o644), os.WriteFile(filepath.Join(*keep, "changes.json"), encoded(t, trust.Pinned()), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for n := range len(trust.Links) + 1 {
		known := trust
		known.Links = trust.Links[:n]
		standing, err := Check(raw, known, quiet)
		if err != nil || standing.State != casework.StateSubmitted {
			t.Errorf("with %d links: %v, %s", n, err, standing.State)
		}
	}
}

// TestATrustThatBeginsLater takes the bundle's links up where it begins; what is
// older than the trust it can't know.
func TestATrustThatBeginsLater(t *testing.T) {
	m, trust := retold(t)
	raw := written(t, evidenceOf(t).counter, m)
	later := receipt.Trust{ChainID: testChain, Validators: trust.Links[1].Validators}
	refused(t, raw, later, 1, Receipt, casework.WrongReceipt)
	v, err := later.Follow()
	if err != nil {
		t.Fatal(err)
	}
	c := checker{verifier: v, own: m.Trust}
	if !c.extend() || len(c.verifier.Trust().Links) != len(trust.Links)-2 {
		t.Errorf("%d links were followed", len(c.verifier.Trust().Links))
	}
}

func TestLinksThatLeadNowhereHelpNobody(t *testing.T) {
	e := evidenceOf(t)
	whole, trust := retold(t)
	pinned := trust.Pinned()
	stranger := reignOf("stranger")
	for words, row := range map[string]struct {
		change func(*receipt.Trust)
		seq    int
	}{
		"no links":        {func(x *receipt.Trust) { x.Links = nil }, 2},
		"one missing":     {func(x *receipt.Trust) { x.Links = append(x.Links[:2:2], x.Links[3:]...) }, 2},
		"an altered link": {func(x *receipt.Trust) { x.Links[3].Header.AppHash = make([]byte, 32) }, 2},
		"a foreign beginning": {func(x *receipt.Trust) {
			x.Validators = stranger.validators()
			x.Links = []receipt.Link{{Sealed: stranger.seal(t, 10, reignOf("b"), whole.Entries[0]), Validators: reignOf("b").validators()}}
		}, 2},
		"the last one missing": {func(x *receipt.Trust) { x.Links = x.Links[:5] }, 7},
	} {
		t.Run(words, func(t *testing.T) {
			m, own := whole.clone(), trust
			own.Links = append([]receipt.Link(nil), trust.Links...)
			row.change(&own)
			m.Trust = encoded(t, own)
			refused(t, written(t, e.counter, m), pinned, row.seq, Receipt, casework.WrongReceipt)
		})
	}
	t.Run("no document", func(t *testing.T) {
		m := whole.clone()
		m.Trust = []byte("{}")
		refused(t, written(t, e.counter, m), pinned, 2, Receipt, casework.WrongReceipt)
	})
	t.Run("a trust whose links don't follow", func(t *testing.T) {
		broken := trust
		broken.Links = trust.Links[1:]
		if _, err := Check(written(t, e.counter, whole), broken, quiet); casework.KindOf(err) != casework.Malformed || !bytes.Contains([]byte(err.Error()), []byte("leads nowhere")) {
			t.Errorf("got %v", err)
		}
	})
}
