package ledger

import (
	"context"
	"strconv"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// node is one ledger node as its RPC shows it.
type node struct {
	address  string
	chain    string
	rpc      caller
	sender   sender
	follower follower
	looking  chan struct{} // holds a token for every look-up under way

	// Guarded by the client's lock.
	state   NodeState
	asked   bool      // it answered or failed once
	shunned time.Time // until then it comes last
	barred  time.Time // until then it is not used
	late    time.Time // until then nobody waits for its word as a witness
	forked  int64     // height of its last lie
}

// lookups bounds the look-ups of single entries at a node.
const lookups = 8

func newNode(address string, o Options) *node {
	return &node{address: address, chain: o.Trust.ChainID, rpc: newCaller(address, o), looking: make(chan struct{}, lookups),
		sender:   sender{flying: map[casework.CaseID]bool{}},
		follower: follower{waiting: map[casework.Digest][]*waiter{}, wake: make(chan struct{}, 1)}, state: NodeState{Address: address, Since: o.Now()}}
}

// broadcast hands the bytes over. The error is nil when the node takes them or
// has them; known says that it had them before. It is a *casework.Refusal when
// its rules refuse them, ctx's, or a *Failure.
func (n *node) broadcast(ctx context.Context, l letter) (known bool, err error) {
	var said struct {
		Code      uint32 `json:"code"`
		Codespace string `json:"codespace"`
		Log       string `json:"log"`
	}
	a, err := n.send(ctx, l)
	if err != nil {
		return false, err
	}
	err = a.into(&said)
	switch {
	case says(err, "already exists in cache"):
		return true, nil
	case err != nil:
		return false, asFailure(err)
	}
	kind := casework.RefusalKind(said.Codespace)
	switch {
	case said.Code == protocol.LedgerTaken, said.Code == protocol.LedgerAlready:
		return said.Code == protocol.LedgerAlready, nil
	case said.Code == protocol.LedgerFailing:
		return false, &Failure{Trouble: Failing, Detail: "the node's store fails"}
	case said.Code != protocol.LedgerRefused || kind == "" || len(kind) > 64 || len(said.Log) > 256:
		return false, &Failure{Trouble: Garbled, Detail: "a refusal that is not ours"}
	case kind == casework.WrongChain: // the client has checked the entry's own chain
		return false, &Failure{Trouble: Foreign, Detail: "the node keeps another chain"}
	}
	return false, casework.Refuse(kind, said.Log)
}

// find asks in which block a transaction stands, and reports whether it stands in
// one. into takes the answer: a txAnswer, or what holds one.
func (n *node) find(ctx context.Context, digest casework.Digest, into any) (bool, error) {
	err := n.rpc.call(ctx, "tx", map[string]any{"hash": digest[:], "prove": true}, into)
	if says(err, "not found") {
		return false, nil
	}
	return err == nil, asFailure(err)
}

// commit returns the header of a height with its signatures, nothing of it
// verified; height 0 is the newest. A height that the node does not have is an
// *rpcError, everything else a *Failure.
func (n *node) commit(ctx context.Context, height int64) (receipt.Sealed, error) {
	params := map[string]any{}
	if height > 0 {
		params["height"] = strconv.FormatInt(height, 10)
	}
	var answer commitAnswer
	if err := n.rpc.call(ctx, "commit", params, &answer); err != nil {
		return receipt.Sealed{}, err
	}
	return sealed(answer), nil
}

// block returns the transactions of a height, nothing of them verified.
func (n *node) block(ctx context.Context, height int64) ([][]byte, error) {
	var answer struct {
		Block struct {
			Data struct {
				Txs [][]byte `json:"txs"`
			} `json:"data"`
		} `json:"block"`
	}
	err := n.rpc.call(ctx, "block", map[string]any{"height": strconv.FormatInt(height, 10)}, &answer)
	return answer.Block.Data.Txs, asFailure(err)
}

// height returns what the node says of the chain's height, and whether it keeps
// this chain: hearsay.
func (n *node) height(ctx context.Context) (int64, error) {
	var status struct {
		Node struct {
			Network string `json:"network"`
		} `json:"node_info"`
		Sync struct {
			Height int64 `json:"latest_block_height,string"`
		} `json:"sync_info"`
	}
	if err := n.rpc.call(ctx, "status", map[string]any{}, &status); err != nil {
		return 0, asFailure(err)
	}
	switch {
	case status.Node.Network == "" || status.Sync.Height < 0:
		return 0, &Failure{Trouble: Garbled, Detail: "a state of another form"}
	case status.Node.Network != n.chain:
		return 0, &Failure{Trouble: Foreign, Detail: "the node keeps another chain"}
	}
	return status.Sync.Height, nil
}

// applied returns up to which height the node says that its application has taken
// the blocks. The height of its status is ahead of that for some milliseconds, in
// which it still refuses what follows on an entry of the newest block.
func (n *node) applied(ctx context.Context) (int64, error) {
	var answer struct {
		Response struct {
			Height int64 `json:"height,string"`
		} `json:"response"`
	}
	err := n.rpc.call(ctx, "abci_query", map[string]any{"path": ""}, &answer)
	return answer.Response.Height, asFailure(err)
}

// says reports whether err is the node's own error with these words. CometBFT
// has no codes for them.
func says(err error, words string) bool {
	r, ok := err.(*rpcError)
	return ok && (strings.Contains(r.Data, words) || strings.Contains(r.Message, words))
}

func asFailure(err error) error {
	if r, ok := err.(*rpcError); ok {
		return &Failure{Trouble: Failing, Detail: "RPC error " + strconv.Itoa(r.Code)}
	}
	return err
}
