package chain

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/proto/tendermint/crypto"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// peerFilter is how CometBFT asks whether a node may connect.
const peerFilter = "/p2p/filter/"

// Query answers the paths of protocol.Ledger…, from the committed state.
func (a *app) Query(_ context.Context, req *abci.RequestQuery) (*abci.ResponseQuery, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if rest, ok := strings.CutPrefix(req.Path, peerFilter); ok {
		return a.filter(rest), nil
	}
	if req.Prove {
		return a.proved(req)
	}
	value, err := a.look(req.Path)
	if err != nil {
		return nil, err
	}
	return answer(value, a.tree.height()), nil
}

func answer(value []byte, height int64) *abci.ResponseQuery {
	if value == nil {
		return &abci.ResponseQuery{Code: protocol.LedgerRefused, Log: "there is no such thing", Height: height}
	}
	return &abci.ResponseQuery{Value: value, Height: height}
}

func (a *app) look(path string) ([]byte, error) {
	digest, ok := strings.CutPrefix(path, protocol.LedgerEntry)
	if !ok {
		if path == "" {
			return nil, nil
		}
		return a.tree.get(path)
	}
	d, err := hex.DecodeString(digest)
	if err != nil || len(d) != len(casework.Digest{}) {
		return nil, nil
	}
	height, err := a.index.height(casework.Digest(d))
	if height == 0 || err != nil {
		return nil, err
	}
	return protocol.Marshal(protocol.Recorded{Height: height})
}

// proved answers from an earlier height whose state is proved by the header
// behind it: the one that the request names, or the last but one, whose proof is
// in the newest header.
func (a *app) proved(req *abci.RequestQuery) (*abci.ResponseQuery, error) {
	height := req.Height
	if height == 0 {
		height = a.tree.height() - 1
	}
	if height < 1 || height >= a.tree.height() || req.Path == "" {
		return &abci.ResponseQuery{Code: protocol.LedgerFailing, Log: "no state that a header proves is kept for this height", Height: a.tree.height()}, nil
	}
	value, proof, err := a.tree.prove(req.Path, height)
	if err != nil {
		return &abci.ResponseQuery{Code: protocol.LedgerFailing, Log: "the state of this height is not kept", Height: a.tree.height()}, nil
	}
	raw, err := proof.Marshal()
	if err != nil {
		return nil, err
	}
	r := answer(value, height)
	r.Key = []byte(req.Path)
	r.ProofOps = &crypto.ProofOps{Ops: []crypto.ProofOp{{Type: protocol.LedgerProof, Key: r.Key, Data: raw}}}
	return r, nil
}

// filter lets in nodes that are a hall's, or that the settings name. Addresses
// say nothing here: who a node is, it proves by its key.
func (a *app) filter(what string) *abci.ResponseQuery {
	id, ok := strings.CutPrefix(what, "id/")
	if !ok || a.known(id) {
		return &abci.ResponseQuery{}
	}
	return &abci.ResponseQuery{Code: protocol.LedgerRefused, Log: "no hall's node"}
}

// Query returns a record of the committed state, unproved: for this node's own
// process. It reports whether the record is there.
func (n *Node) Query(path string) ([]byte, bool, error) {
	n.app.mu.Lock()
	defer n.app.mu.Unlock()
	select {
	case <-n.stopped:
		return nil, false, ErrStopped
	default:
	}
	value, err := n.app.look(path)
	if err != nil {
		return nil, false, errors.New("chain: the ledger's store fails")
	}
	return value, value != nil, nil
}

// recorded returns the height of a transaction, 0 when it is not recorded.
func (a *app) recorded(digest casework.Digest) (int64, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.index.height(digest)
}

// await returns a channel that receives the height when the transaction is
// recorded, and what to call when nobody waits any longer.
func (a *app) await(digest casework.Digest) (<-chan int64, func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	ch := make(chan int64, 1)
	a.waiting[digest] = append(a.waiting[digest], ch)
	return ch, func() { a.leave(digest, ch) }
}

func (a *app) leave(digest casework.Digest, ch chan int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var rest []chan int64
	for _, c := range a.waiting[digest] {
		if c != ch {
			rest = append(rest, c)
		}
	}
	if a.waiting[digest] = rest; len(rest) == 0 {
		delete(a.waiting, digest)
	}
}
