package chain

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/types"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// app is the ABCI application. CometBFT calls it under one lock of its own; mu
// is for the node's own look-ups beside it.
type app struct {
	abci.BaseApplication
	now   func() time.Time
	peers []string // ids of nodes that may connect besides the halls'
	keep  int64    // newest blocks kept; 0: all

	mu        sync.Mutex
	rules     rules
	genesis   genesis
	tree      *tree
	index     *index
	shots     *snapshots
	restoring *restoring
	check     *layer // the committed state and what the mempool holds
	fresh     []casework.Digest
	height    int64 // of the decided block, until Commit
	opened    opened
	waiting   map[casework.Digest][]chan int64
}

// openApp opens the application's stores in the node's folder.
func openApp(c *config.Config, o Options, doc *types.GenesisDoc) (*app, error) {
	g, err := readGenesis(doc.AppState)
	if err != nil {
		return nil, err
	}
	a := &app{now: o.clock(), keep: o.Keep, rules: rules{doc.ChainID}, genesis: g, waiting: map[casework.Digest][]chan int64{}}
	for _, p := range o.Peers {
		id, _, _ := strings.Cut(p, "@")
		a.peers = append(a.peers, id)
	}
	if a.tree, err = openTree(c.DBDir()); err != nil {
		return nil, fmt.Errorf("chain: the application's state: %w", err)
	}
	if a.index, err = openIndex(c.DBDir()); err != nil {
		return nil, errors.Join(fmt.Errorf("chain: the application's index: %w", err), a.tree.close())
	}
	a.shots = openSnapshots(filepath.Join(c.RootDir, "snapshots"), o.Snapshot, o.log())
	a.tree.busy = a.shots.busy
	a.check = over(a.tree)
	return a, nil
}

// Info tells CometBFT where the application stands, so that it replays what is
// missing.
func (a *app) Info(context.Context, *abci.RequestInfo) (*abci.ResponseInfo, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	info := &abci.ResponseInfo{Data: "counterfoil", Version: "1", AppVersion: 1, LastBlockHeight: a.tree.height()}
	if info.LastBlockHeight > 0 {
		info.LastBlockAppHash = a.tree.hash()
	}
	return info, nil
}

// InitChain starts from the genesis document. It is called again when a node
// was stopped before its first block.
func (a *app) InitChain(_ context.Context, req *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if req.ChainId != a.rules.chain {
		return nil, fmt.Errorf("chain: the genesis document is of another chain")
	}
	l := over(a.tree)
	if err := a.genesis.begin(l); err != nil {
		return nil, err
	}
	hash, err := a.tree.work(l)
	return &abci.ResponseInitChain{AppHash: hash}, err
}

// CheckTx decides whether a transaction may wait for a block: over the
// committed state and everything that waits already, so that the entries of one
// case can be sent one behind the other.
func (a *app) CheckTx(_ context.Context, req *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, err := a.try(a.check, req.Tx, a.now().Add(ahead), a.tree.height()+1)
	if err != nil { // CometBFT would panic in the caller's goroutine
		v = verdict{code: protocol.LedgerFailing, log: "the ledger's store fails"}
	}
	return &abci.ResponseCheckTx{Code: v.code, Codespace: v.codespace, Log: v.log}, nil
}

// try applies one raw transaction to l.
func (a *app) try(l *layer, raw []byte, latest time.Time, height int64) (verdict, error) {
	digest := protocol.DigestOf(raw)
	switch at, err := a.index.height(digest); {
	case err != nil:
		return verdictOf(err)
	case at > 0 && at <= a.tree.height(): // above it: a block that a stopped node repeats
		return verdictOf(errAlready)
	}
	tx, err := a.opened.open(raw, digest)
	if err == nil {
		err = a.rules.apply(l, tx, latest, height)
	}
	return verdictOf(err)
}

// FinalizeBlock records a decided block. What the rules refuse is not recorded;
// two thirds of the validators would have had to sign it nonetheless.
func (a *app) FinalizeBlock(_ context.Context, req *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	block := over(a.tree)
	a.fresh, a.height = nil, req.Height
	results := make([]*abci.ExecTxResult, len(req.Txs))
	for i, raw := range req.Txs {
		v, err := a.try(block, raw, time.Time{}, req.Height)
		if err != nil {
			return nil, err
		}
		results[i] = &abci.ExecTxResult{Code: v.code, Codespace: v.codespace, Log: v.log}
		if v.taken() {
			a.fresh = append(a.fresh, protocol.DigestOf(raw))
		}
	}
	changes, err := updates(block, req.Height)
	if err != nil {
		return nil, err
	}
	hash, err := a.tree.work(block)
	return &abci.ResponseFinalizeBlock{TxResults: results, ValidatorUpdates: changes, AppHash: hash}, err
}

// Commit makes the block's changes durable and wakes who waits for them.
func (a *app) Commit(context.Context, *abci.RequestCommit) (*abci.ResponseCommit, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.index.put(a.height, a.fresh); err != nil {
		return nil, err
	}
	if err := a.tree.commit(a.height); err != nil {
		return nil, err
	}
	a.check = over(a.tree)
	for _, d := range a.fresh {
		a.opened.forget(d)
		for _, ch := range a.waiting[d] {
			ch <- a.height
		}
		delete(a.waiting, d)
	}
	if err := a.shots.due(a.tree); err != nil {
		return nil, err
	}
	return &abci.ResponseCommit{RetainHeight: a.retain()}, nil
}

// retain returns the oldest block that is still needed, 0 for all of them: a
// node that joins by the oldest snapshot goes on from the block behind it.
func (a *app) retain() int64 {
	if a.keep == 0 || a.height <= a.keep {
		return 0
	}
	oldest := a.height - a.keep
	if from := a.shots.oldest(); from > 0 && from < oldest {
		return from
	}
	return oldest
}

func (a *app) close() error {
	a.shots.close()
	a.mu.Lock()
	defer a.mu.Unlock()
	return errors.Join(a.tree.close(), a.index.close())
}
