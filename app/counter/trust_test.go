package counter_test

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"

	"counterfoil/app/casework"
	"counterfoil/app/counter"
	"counterfoil/app/journal"
	"counterfoil/sync/ledger/bundle"
	"counterfoil/sync/ledger/receipt"
)

// handover is the link by which a validator of power 10 hands over to another at a
// height that no test reaches.
func (h *hall) handover(height int64, from, to ed25519.PrivKey) receipt.Link {
	h.t.Helper()
	set := func(k ed25519.PrivKey) *types.ValidatorSet {
		return types.NewValidatorSet([]*types.Validator{types.NewValidator(k.PubKey(), 10)})
	}
	some := sha256.Sum256([]byte("some"))
	parts := types.PartSetHeader{Total: 1, Hash: some[:]}
	head := types.Header{Version: version.Consensus{Block: 11}, ChainID: h.centre.Chain(), Height: height, Time: time.Date(2200, 1, 1, 0, 0, int(height&1), 0, time.UTC),
		LastBlockID: types.BlockID{Hash: some[:], PartSetHeader: parts}, LastCommitHash: some[:], DataHash: some[:], ValidatorsHash: set(from).Hash(),
		NextValidatorsHash: set(to).Hash(), ConsensusHash: some[:], LastResultsHash: some[:], EvidenceHash: some[:], ProposerAddress: from.PubKey().Address()}
	vote := types.Vote{Type: cmtproto.PrecommitType, Height: height, BlockID: types.BlockID{Hash: head.Hash(), PartSetHeader: parts}, Timestamp: head.Time}
	signature, err := from.Sign(types.VoteSignBytes(head.ChainID, vote.ToProto()))
	h.must(err)
	ours := receipt.Parts{Total: 1, Hash: some[:]}
	return receipt.Link{Validators: []receipt.Validator{{Key: to.PubKey().Bytes(), Power: 10}}, Sealed: receipt.Sealed{Parts: ours,
		Signatures: []*receipt.Signature{{Time: head.Time.UnixNano(), Bytes: signature}},
		Header: receipt.Header{BlockVersion: 11, ChainID: head.ChainID, Height: height, Time: head.Time.UnixNano(), LastBlock: receipt.BlockID{Hash: some[:], Parts: ours},
			LastCommitHash: some[:], DataHash: some[:], ValidatorsHash: receipt.Hex(head.ValidatorsHash), NextValidatorsHash: receipt.Hex(head.NextValidatorsHash),
			ConsensusHash: some[:], LastResultsHash: some[:], EvidenceHash: some[:], ProposerAddress: receipt.Hex(head.ProposerAddress)}}}
}

// validator returns the key of the centre's own node.
func (h *hall) validator() ed25519.PrivKey {
	h.t.Helper()
	node := filepath.Join(h.far.Home, "ledger", "node")
	state := filepath.Join(h.t.TempDir(), "state.json")
	h.must(os.WriteFile(state, []byte("{}"), 0o600))
	return privval.LoadFilePV(filepath.Join(node, "config", "priv_validator_key.json"), state).Key.PrivKey.(ed25519.PrivKey)
}

// kept closes the counter, keeps links in its journal, and starts it again.
func (h *hall) kept(links map[int64][]byte) {
	h.t.Helper()
	h.must(h.counter.Close())
	j, err := journal.Open(h.ctx, journal.Options{Dir: filepath.Join(h.near.Dir, "journal"), Master: h.near.Identity.Master})
	h.must(err)
	for height, raw := range links {
		h.must(j.KeepLink(h.ctx, height, raw))
	}
	h.must(j.Close())
	h.start()
}

func (h *hall) trustOfBundle(id casework.CaseID) receipt.Trust {
	h.t.Helper()
	raw, err := h.counter.Bundle(h.ctx, id)
	h.must(err)
	m, _, err := bundle.Read(raw)
	h.must(err)
	trust, err := receipt.ParseTrust(m.Trust)
	h.must(err)
	if len(trust.Links) == 0 && !bytes.Equal(m.Trust, h.near.Trust) {
		h.t.Error("without links the trust of a bundle is another document than that of the settings")
	}
	return trust
}

func encodedLink(t *testing.T, l receipt.Link) []byte {
	t.Helper()
	raw, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestKeptLinksAreFollowedAndGoIntoBundles: those that do not lead on are left out,
// and the counter works all the same.
func TestKeptLinksAreFollowedAndGoIntoBundles(t *testing.T) {
	h := newHall(t)
	id := h.served()
	if n := len(h.trustOfBundle(id).Links); n != 0 {
		t.Errorf("%d links before any change", n)
	}
	second, third, stranger := ed25519.GenPrivKeyFromSecret([]byte("second")), ed25519.GenPrivKeyFromSecret([]byte("third")), ed25519.GenPrivKeyFromSecret([]byte("stranger"))
	const far = int64(1) << 40
	first, next := encodedLink(t, h.handover(far, h.validator(), second)), encodedLink(t, h.handover(far+1, second, third))
	h.kept(map[int64][]byte{far: first, far + 1: next})
	if strings.Contains(h.log.String(), "left out") {
		t.Error("good links are left out")
	}
	if links := h.trustOfBundle(id).Links; len(links) != 2 || links[1].Header.Height != far+1 {
		t.Errorf("%d links are in the bundle", len(links))
	}
	h.proved(id, wholeCase()...)

	h.kept(map[int64][]byte{7: []byte("torn"), far + 3: encodedLink(t, h.handover(far+3, stranger, second))})
	if !strings.Contains(h.log.String(), "left out") || !strings.Contains(h.log.String(), "links=2") {
		t.Error("nothing is said of the links that do not hold")
	}
	if links := h.trustOfBundle(id).Links; len(links) != 2 {
		t.Errorf("%d links are in the bundle", len(links))
	}
	h.proved(h.served(), wholeCase()...)
}

func TestATrustThatLeadsNowhereIsRefused(t *testing.T) {
	h := newHall(t)
	trust := h.trust()
	trust.Links = []receipt.Link{h.handover(9, ed25519.GenPrivKeyFromSecret([]byte("stranger")), h.validator())}
	raw, err := trust.Encode()
	h.must(err)
	h.must(h.counter.Close())
	bad := h.near
	bad.Trust = raw
	if _, err := counter.Start(t.Context(), bad); casework.KindOf(err) != casework.SettingsInvalid {
		t.Errorf("got %v", err)
	}
	h.start()
}
