package chain

import (
	"context"
	"encoding/json"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Query answers the paths of protocol.Ledger…, from the committed state.
func (a *app) Query(_ context.Context, req *abci.RequestQuery) (*abci.ResponseQuery, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	value, err := a.look(req.Path)
	if err != nil {
		return nil, err
	}
	if value == nil {
		return &abci.ResponseQuery{Code: protocol.LedgerRefused, Log: "there is no such thing", Height: a.head.Height}, nil
	}
	return &abci.ResponseQuery{Value: value, Height: a.head.Height}, nil
}

func (a *app) look(path string) ([]byte, error) {
	if id, ok := strings.CutPrefix(path, protocol.LedgerCase); ok {
		var c caseRecord
		known, err := load(a.disk, caseKey(casework.CaseID(id)), &c)
		if !known || err != nil {
			return nil, err
		}
		return json.Marshal(c.Standing)
	}
	for prefix, kind := range map[string]string{protocol.LedgerGrant: "g/", protocol.LedgerEntry: "e/", protocol.LedgerKey: "k/"} {
		if id, ok := strings.CutPrefix(path, prefix); ok {
			return a.disk.get(kind + id)
		}
	}
	return nil, nil
}

// recorded returns the height of a transaction, 0 when it is not recorded.
func (a *app) recorded(digest casework.Digest) (int64, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var r protocol.Recorded
	_, err := load(a.disk, entryKey(digest), &r)
	return r.Height, err
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
