package ledger_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/cometbft/cometbft/types"
	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

// blockOf makes a block with raw among others, signed by four validators.
func blockOf(t testing.TB, raw []byte, index, total int) (receipt.Trust, *ctypes.ResultTx, *ctypes.ResultCommit) {
	t.Helper()
	var list []*types.Validator
	keys := map[string]ed25519.PrivKey{}
	for i := range 4 {
		k := ed25519.GenPrivKeyFromSecret([]byte{byte(i)})
		v := types.NewValidator(k.PubKey(), 10)
		keys[string(v.Address)] = k
		list = append(list, v)
	}
	set := types.NewValidatorSet(list)
	txs := make(types.Txs, total)
	for i := range txs {
		txs[i] = types.Tx{byte(i), byte(i >> 8)}
	}
	txs[index] = raw
	some := sha256.Sum256([]byte("some"))
	id := types.BlockID{Hash: some[:], PartSetHeader: types.PartSetHeader{Total: 1, Hash: some[:]}}
	h := types.Header{Version: version.Consensus{Block: 11, App: 1}, ChainID: testChain, Height: 7, Time: time.Unix(1_700_000_000, 5).UTC(),
		LastBlockID: id, LastCommitHash: some[:], DataHash: txs.Hash(), ValidatorsHash: set.Hash(), NextValidatorsHash: set.Hash(),
		ConsensusHash: some[:], AppHash: some[:], LastResultsHash: some[:], EvidenceHash: some[:], ProposerAddress: set.Validators[0].Address}
	commit := &types.Commit{Height: 7, Round: 1, BlockID: types.BlockID{Hash: h.Hash(), PartSetHeader: id.PartSetHeader}}
	trust := receipt.Trust{ChainID: testChain}
	for i, v := range set.Validators {
		trust.Validators = append(trust.Validators, receipt.Validator{Key: v.PubKey.Bytes(), Power: v.VotingPower})
		vote := &types.Vote{Type: cmtproto.PrecommitType, Height: 7, Round: 1, BlockID: commit.BlockID, Timestamp: h.Time.Add(time.Duration(i) * time.Second)}
		signature, err := keys[string(v.Address)].Sign(types.VoteSignBytes(testChain, vote.ToProto()))
		if err != nil {
			t.Fatal(err)
		}
		commit.Signatures = append(commit.Signatures, types.CommitSig{BlockIDFlag: types.BlockIDFlagCommit, ValidatorAddress: v.Address,
			Timestamp: vote.Timestamp, Signature: signature})
	}
	return trust, &ctypes.ResultTx{Height: 7, Tx: raw, Proof: txs.Proof(index)}, ctypes.NewResultCommit(&h, commit, true)
}

// playing answers as a node that has these.
func playing(t testing.TB, tx *ctypes.ResultTx, commit *ctypes.ResultCommit) string {
	answer := func(result any) string {
		raw, err := cmtjson.Marshal(result)
		if err != nil {
			t.Error(err)
		}
		return `{"jsonrpc":"2.0","id":1,"result":` + string(raw) + `}`
	}
	return serving(t, func(w http.ResponseWriter, r *http.Request) {
		var call struct {
			Method string `json:"method"`
		}
		_ = json.NewDecoder(r.Body).Decode(&call)
		switch call.Method {
		case "tx":
			_, _ = io.WriteString(w, answer(tx))
		case "commit":
			_, _ = io.WriteString(w, answer(commit))
		default:
			_, _ = io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":{"code":1}}`)
		}
	})
}

// anEntry is a well-formed entry; who signed it is not the client's to judge.
func anEntry(t testing.TB) []byte {
	w := (&city{t: t, counter: key(3), start: time.Unix(1_700_000_000, 0).UTC()}).write()
	return w.next(casework.Opened)
}

func TestAReceiptIsFoundAtAnyPlaceOfABlock(t *testing.T) {
	raw := anEntry(t)
	rapid.Check(t, func(rt *rapid.T) {
		total := rapid.IntRange(1, 40).Draw(rt, "total")
		trust, tx, commit := blockOf(t, raw, rapid.IntRange(0, total-1).Draw(rt, "index"), total)
		c := ledger.New(ledger.Options{Nodes: []string{playing(t, tx, commit)}, Trust: trust, Poll: time.Microsecond})
		if r, err := c.Commit(context.Background(), raw); err != nil || r.Height != 7 {
			rt.Fatal(err)
		}
	})
}

func TestOneLyingValidatorCantKeepReceiptsFromUs(t *testing.T) {
	raw := anEntry(t)
	trust, tx, commit := blockOf(t, raw, 2, 5)
	client := func() *ledger.Client {
		return ledger.New(ledger.Options{Nodes: []string{playing(t, tx, commit)}, Trust: trust})
	}
	commit.Commit.Signatures[1].Signature[3] ^= 1
	r, err := client().Commit(context.Background(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := trust.Verify(r.Raw, raw); err != nil || v.Height != 7 || !strings.Contains(string(r.Raw), `,null,`) {
		t.Fatalf("%v: %s", err, r.Raw)
	}
	commit.Commit.Signatures[2].Signature[3] ^= 1
	if _, err := client().Commit(context.Background(), raw); casework.KindOf(err) != casework.WrongReceipt {
		t.Fatalf("with two of four: %v", err)
	}
}
