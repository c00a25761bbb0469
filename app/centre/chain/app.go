package chain

import (
	"context"
	"fmt"
	"sync"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	abci "github.com/cometbft/cometbft/abci/types"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// app is the ABCI application. CometBFT calls it under one lock of its own; mu
// is for the node's own look-ups beside it.
type app struct {
	abci.BaseApplication
	now func() time.Time

	mu      sync.Mutex
	rules   rules
	disk    disk
	head    head
	check   *layer // the committed state and what the mempool holds
	block   *layer // the decided block, until Commit
	next    head   // after that block
	fresh   []casework.Digest
	opened  opened
	waiting map[casework.Digest][]chan int64
}

func newApp(db dbm.DB, chain string, g genesis, now func() time.Time) (*app, error) {
	a := &app{now: now, rules: rules{chain, g}, disk: disk{db}, waiting: map[casework.Digest][]chan int64{}}
	if _, err := load(a.disk, headKey, &a.head); err != nil {
		return nil, fmt.Errorf("chain: the application's state: %w", err)
	}
	a.check = over(a.disk)
	return a, nil
}

// Info tells CometBFT where the application stands, so that it replays what is
// missing.
func (a *app) Info(context.Context, *abci.RequestInfo) (*abci.ResponseInfo, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	info := &abci.ResponseInfo{Data: "counterfoil", Version: "1", AppVersion: 1, LastBlockHeight: a.head.Height}
	if a.head.Height > 0 {
		info.LastBlockAppHash = a.head.Hash[:]
	}
	return info, nil
}

// InitChain starts from the genesis document. It is called again when a node
// was stopped before its first block.
func (a *app) InitChain(_ context.Context, req *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if req.ChainId != a.rules.chain || !a.rules.genesis.same(req.AppStateBytes) {
		return nil, fmt.Errorf("chain: the genesis document is of another chain")
	}
	state, err := a.rules.genesis.encode()
	if err != nil {
		return nil, err
	}
	a.head = head{Hash: extend(casework.Digest{}, protocol.DigestOf(append([]byte(req.ChainId), state...)))}
	l := over(a.disk)
	if err := l.save(headKey, a.head); err != nil {
		return nil, err
	}
	return &abci.ResponseInitChain{AppHash: a.head.Hash[:]}, a.disk.write(l)
}

// CheckTx decides whether a transaction may wait for a block: over the
// committed state and everything that waits already, so that the entries of one
// case can be sent one behind the other.
func (a *app) CheckTx(_ context.Context, req *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, err := a.try(a.check, req.Tx, a.now().Add(ahead), a.head.Height+1)
	if err != nil { // CometBFT would panic in the caller's goroutine
		v = verdict{code: protocol.LedgerFailing, log: "the ledger's store fails"}
	}
	return &abci.ResponseCheckTx{Code: v.code, Codespace: v.codespace, Log: v.log}, nil
}

// try applies one raw transaction to l.
func (a *app) try(l *layer, raw []byte, latest time.Time, height int64) (verdict, error) {
	tx, err := a.opened.open(raw)
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
	a.block, a.fresh = over(a.disk), nil
	a.next = head{Height: req.Height, Hash: a.head.Hash}
	results := make([]*abci.ExecTxResult, len(req.Txs))
	for i, raw := range req.Txs {
		v, err := a.try(a.block, raw, time.Time{}, req.Height)
		if err != nil {
			return nil, err
		}
		results[i] = &abci.ExecTxResult{Code: v.code, Codespace: v.codespace, Log: v.log}
		if v.taken() {
			d := protocol.DigestOf(raw)
			a.next.Hash = extend(a.next.Hash, d)
			a.fresh = append(a.fresh, d)
		}
	}
	return &abci.ResponseFinalizeBlock{TxResults: results, AppHash: a.next.Hash[:]}, nil
}

// Commit makes the block's changes durable and wakes who waits for them.
func (a *app) Commit(context.Context, *abci.RequestCommit) (*abci.ResponseCommit, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.block.save(headKey, a.next); err != nil {
		return nil, err
	}
	if err := a.disk.write(a.block); err != nil {
		return nil, err
	}
	a.head, a.block, a.check = a.next, nil, over(a.disk)
	for _, d := range a.fresh {
		a.opened.forget(d)
		for _, ch := range a.waiting[d] {
			ch <- a.head.Height
		}
		delete(a.waiting, d)
	}
	return &abci.ResponseCommit{}, nil
}
