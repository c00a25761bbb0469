package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/cometbft/cometbft/types"

	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// played is a chain of CometBFT's own types that is signed by keys that the test
// knows, and a node that serves it. What is broadcast comes into the next block.
type played struct {
	t    testing.TB
	fill byte // of what the headers say beside their entries: another one makes another chain

	mu      sync.Mutex
	blocks  []playedBlock // of height 1 and up
	set     *types.ValidatorSet
	decided bool // the newest block decides on a change that no header shows yet
}

type playedBlock struct {
	header types.Header
	txs    types.Txs
	commit *types.Commit
	set    *types.ValidatorSet
}

// play begins a chain with validators: a letter each, of equal power.
func play(t testing.TB, fill byte, names string) *played {
	return &played{t: t, fill: fill, set: setOf(names)}
}

func keyOf(name rune) ed25519.PrivKey { return ed25519.GenPrivKeyFromSecret([]byte(string(name))) }

func setOf(names string) *types.ValidatorSet {
	var list []*types.Validator
	for _, name := range names {
		list = append(list, types.NewValidator(keyOf(name).PubKey(), 10))
	}
	return types.NewValidatorSet(list)
}

func validatorsOf(set *types.ValidatorSet) []receipt.Validator {
	var list []receipt.Validator
	for _, v := range set.Validators {
		list = append(list, receipt.Validator{Key: v.PubKey.Bytes(), Power: v.VotingPower})
	}
	return list
}

// trust pins the first validators.
func (p *played) trust() receipt.Trust {
	p.mu.Lock()
	defer p.mu.Unlock()
	first := p.set
	if len(p.blocks) > 0 {
		first = p.blocks[0].set
	}
	return receipt.Trust{ChainID: testChain, Validators: validatorsOf(first)}
}

// grow adds a block that hands over to the named validators, or to the same ones
// when the name is empty, and returns its height.
func (p *played) grow(names string, txs ...[]byte) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.add(names, txs)
}

func (p *played) add(names string, txs [][]byte) int64 {
	next := p.set
	if names != "" {
		next = setOf(names)
	}
	b := playedBlock{set: p.set}
	for _, tx := range txs {
		b.txs = append(b.txs, tx)
	}
	height := int64(len(p.blocks)) + 1
	filled := sha256.Sum256([]byte{p.fill, byte(height)})
	b.header = types.Header{Version: version.Consensus{Block: 11, App: 1}, ChainID: testChain, Height: height,
		Time: time.Unix(1_700_000_000+height, 5).UTC(), LastBlockID: types.BlockID{Hash: filled[:], PartSetHeader: types.PartSetHeader{Total: 1, Hash: filled[:]}},
		LastCommitHash: filled[:], DataHash: b.txs.Hash(), ValidatorsHash: p.set.Hash(), NextValidatorsHash: next.Hash(), ConsensusHash: filled[:],
		AppHash: filled[:], LastResultsHash: filled[:], EvidenceHash: filled[:], ProposerAddress: p.set.Validators[0].Address}
	b.commit = p.sign(b.header)
	p.blocks, p.set = append(p.blocks, b), next
	return height
}

// sign has every validator of the present set vote for a header.
func (p *played) sign(h types.Header) *types.Commit {
	parts := sha256.Sum256([]byte("parts"))
	commit := &types.Commit{Height: h.Height, Round: 1, BlockID: types.BlockID{Hash: h.Hash(), PartSetHeader: types.PartSetHeader{Total: 1, Hash: parts[:]}}}
	keys := map[string]ed25519.PrivKey{}
	for _, name := range "abcdefghijklmnopqrstuvwxyz" {
		keys[string(keyOf(name).PubKey().Address())] = keyOf(name)
	}
	for i, v := range p.set.Validators {
		vote := &types.Vote{Type: cmtproto.PrecommitType, Height: h.Height, Round: 1, BlockID: commit.BlockID, Timestamp: h.Time.Add(time.Duration(i) * time.Second)}
		signature, err := keys[string(v.Address)].Sign(types.VoteSignBytes(testChain, vote.ToProto()))
		if err != nil {
			p.t.Fatal(err)
		}
		commit.Signatures = append(commit.Signatures, types.CommitSig{BlockIDFlag: types.BlockIDFlagCommit, ValidatorAddress: v.Address,
			Timestamp: vote.Timestamp, Signature: signature})
	}
	return commit
}

// serve is a node with this chain.
func (p *played) serve() string {
	return serving(p.t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(answering(r, func(method string, params map[string]string, _ []byte) []byte {
			result, problem := p.answer(method, params)
			if problem != "" {
				return fmt.Appendf(nil, `{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error","data":%q}}`, problem)
			}
			encode := cmtjson.Marshal
			if _, plain := result.(map[string]any); plain {
				encode = json.Marshal
			}
			raw, err := encode(result)
			if err != nil {
				p.t.Error(err)
			}
			return fmt.Appendf(nil, `{"jsonrpc":"2.0","id":1,"result":%s}`, raw)
		}))
	})
}

func (p *played) answer(method string, params map[string]string) (any, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	newest := int64(len(p.blocks))
	height, _ := strconv.ParseInt(params["height"], 10, 64)
	if height == 0 {
		height = newest
	}
	switch method {
	case "status":
		return map[string]any{"node_info": map[string]any{"network": testChain}, "sync_info": map[string]any{"latest_block_height": strconv.FormatInt(newest, 10)}}, ""
	case "abci_query":
		var heights []int64
		for _, b := range p.blocks {
			if !bytes.Equal(b.header.ValidatorsHash, b.header.NextValidatorsHash) {
				heights = append(heights, b.header.Height)
			}
		}
		if p.decided {
			heights = append(heights, newest+1)
		}
		value, err := protocol.Marshal(heights)
		if err != nil {
			p.t.Error(err)
		}
		return map[string]any{"response": map[string]any{"code": 0, "value": value, "height": strconv.FormatInt(newest, 10)}}, ""
	case "validators":
		set := p.set
		if height <= newest {
			set = p.blocks[height-1].set
		}
		return &ctypes.ResultValidators{BlockHeight: height, Validators: set.Validators, Count: set.Size(), Total: set.Size()}, ""
	case "broadcast_tx_sync":
		tx, _ := base64.StdEncoding.DecodeString(params["tx"])
		if h, _ := p.find(sha256.Sum256(tx)); h > 0 {
			return map[string]any{"code": protocol.LedgerAlready}, ""
		}
		p.add("", [][]byte{tx})
		return map[string]any{"code": protocol.LedgerTaken}, ""
	case "tx":
		hash, _ := base64.StdEncoding.DecodeString(params["hash"])
		h, i := p.find([sha256.Size]byte(hash))
		if h == 0 {
			return nil, "tx not found"
		}
		txs := p.blocks[h-1].txs
		return &ctypes.ResultTx{Height: h, Tx: txs[i], Proof: txs.Proof(i)}, ""
	}
	if height < 1 || height > newest {
		return nil, "height must be less than or equal to the current blockchain height"
	}
	b := p.blocks[height-1]
	if method == "block" {
		return map[string]any{"block": map[string]any{"data": map[string]any{"txs": b.txs}}}, ""
	}
	return ctypes.NewResultCommit(&b.header, b.commit, true), ""
}

func (p *played) find(digest [sha256.Size]byte) (height int64, place int) {
	for _, b := range p.blocks {
		for i, tx := range b.txs {
			if sha256.Sum256(tx) == digest {
				return b.header.Height, i
			}
		}
	}
	return 0, 0
}

// answering reads one call or a batch of calls, has each answered, and returns
// the whole answer. The call's own bytes come along.
func answering(r *http.Request, answer func(method string, params map[string]string, call []byte) []byte) []byte {
	body, _ := io.ReadAll(r.Body)
	one := func(raw []byte) []byte {
		var call struct {
			ID     int                        `json:"id"`
			Method string                     `json:"method"`
			Params map[string]json.RawMessage `json:"params"`
		}
		_ = json.Unmarshal(raw, &call)
		params := map[string]string{}
		for name, value := range call.Params {
			var text string
			if json.Unmarshal(value, &text) == nil {
				params[name] = text
			}
		}
		return bytes.Replace(answer(call.Method, params, raw), []byte(`"id":1`), fmt.Appendf(nil, `"id":%d`, call.ID), 1)
	}
	var batch []json.RawMessage
	if json.Unmarshal(body, &batch) != nil {
		return one(body)
	}
	var answers [][]byte
	for _, raw := range batch {
		answers = append(answers, one(raw))
	}
	return append(append([]byte("["), bytes.Join(answers, []byte(","))...), ']')
}
