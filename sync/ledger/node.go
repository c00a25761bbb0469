package ledger

import (
	"context"
	"crypto/sha256"
	"strconv"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// node is one ledger node as its RPC shows it.
type node struct {
	address string
	chain   string
	rpc     caller
	shunned time.Time // guarded by the client's lock
}

func newNode(address string, o Options) *node {
	return &node{address: address, chain: o.Trust.ChainID, rpc: newCaller(address, o)}
}

// broadcast hands the bytes over. It returns nil when the node takes them, has
// them waiting, or has recorded them; a *casework.Refusal when its rules refuse
// them; a *Failure otherwise.
func (n *node) broadcast(ctx context.Context, raw []byte) error {
	var answer struct {
		Code      uint32 `json:"code"`
		Codespace string `json:"codespace"`
		Log       string `json:"log"`
	}
	err := n.rpc.call(ctx, "broadcast_tx_sync", map[string]any{"tx": raw}, &answer)
	switch {
	case said(err, "already exists in cache"):
		return nil
	case err != nil:
		return asFailure(err)
	}
	kind := casework.RefusalKind(answer.Codespace)
	switch {
	case answer.Code == protocol.LedgerTaken, answer.Code == protocol.LedgerAlready:
		return nil
	case answer.Code == protocol.LedgerFailing:
		return &Failure{Trouble: Failing, Detail: "the node's store fails"}
	case answer.Code != protocol.LedgerRefused || kind == "" || len(kind) > 64 || len(answer.Log) > 256:
		return &Failure{Trouble: Garbled, Detail: "a refusal that is not ours"}
	case kind == casework.WrongChain: // the client has checked the entry's own chain
		return &Failure{Trouble: Foreign, Detail: "the node keeps another chain"}
	}
	return casework.Refuse(kind, answer.Log)
}

// receipt asks for the entry in its block; nil, nil means that it is in none.
func (n *node) receipt(ctx context.Context, raw []byte) (*receipt.Receipt, error) {
	hash := sha256.Sum256(raw)
	var tx txAnswer
	err := n.rpc.call(ctx, "tx", map[string]any{"hash": hash[:], "prove": true}, &tx)
	switch {
	case said(err, "not found"):
		return nil, nil
	case err != nil:
		return nil, asFailure(err)
	case tx.Height < 1:
		return nil, &Failure{Trouble: Garbled, Detail: "an entry in no block"}
	}
	var commit commitAnswer
	params := map[string]any{"height": strconv.FormatInt(tx.Height, 10)}
	if err := n.rpc.call(ctx, "commit", params, &commit); err != nil {
		return nil, asFailure(err)
	}
	return build(tx, commit)
}

// health asks who the node is.
func (n *node) health(ctx context.Context) error {
	var status struct {
		Node struct {
			Network string `json:"network"`
		} `json:"node_info"`
	}
	if err := n.rpc.call(ctx, "status", map[string]any{}, &status); err != nil {
		return asFailure(err)
	}
	if status.Node.Network != n.chain {
		return &Failure{Trouble: Foreign, Detail: "the node keeps another chain"}
	}
	return nil
}

// said reports whether err is the node's own error with these words. CometBFT
// has no codes for them.
func said(err error, words string) bool {
	r, ok := err.(*rpcError)
	return ok && (strings.Contains(r.Data, words) || strings.Contains(r.Message, words))
}

func asFailure(err error) error {
	if r, ok := err.(*rpcError); ok {
		return &Failure{Trouble: Failing, Detail: "RPC error " + strconv.Itoa(r.Code)}
	}
	return err
}
