package chain

import (
	"cmp"
	"context"
	"slices"

	abci "github.com/cometbft/cometbft/abci/types"

	"counterfoil/app/protocol"
)

// PrepareProposal makes a block out of what waits: in an order in which each
// can follow the one before it, without what the rules refuse by now.
func (a *app) PrepareProposal(_ context.Context, req *abci.RequestPrepareProposal) (*abci.ResponsePrepareProposal, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	latest := a.now().Add(ahead)
	l, size := over(a.tree), int64(0)
	var block [][]byte
	for _, raw := range a.ordered(req.Txs) {
		if size += int64(len(raw)) + perTx; size > req.MaxTxBytes {
			break
		}
		v, err := a.try(l, raw, latest, req.Height)
		if err != nil {
			return nil, err
		}
		if v.taken() {
			block = append(block, raw)
		}
	}
	return &abci.ResponsePrepareProposal{Txs: block}, nil
}

// perTx is more than what protobuf adds to one transaction of a block: a tag and
// a length.
const perTx = 8

// ordered sorts waiting transactions: statements first, so that a grant stands
// before its use; entries by their place in their case, whichever way they came;
// what stops a key last, so that an entry sent before is not lost to it.
func (a *app) ordered(txs [][]byte) [][]byte {
	rank := func(raw []byte) int {
		tx, err := a.opened.open(raw, protocol.DigestOf(raw))
		switch {
		case err != nil:
			return 0 // refused when it is tried
		case tx.entry != nil:
			return tx.entry.Seq
		case tx.statement.Subject == protocol.KeyWithdrawn, tx.statement.Subject == protocol.KeySuspended:
			return int(^uint(0) >> 1)
		}
		return 0
	}
	sorted := slices.Clone(txs)
	slices.SortStableFunc(sorted, func(x, y []byte) int { return cmp.Compare(rank(x), rank(y)) })
	return sorted
}

// ProcessProposal refuses a block that holds anything the rules refuse, or the
// same bytes again.
func (a *app) ProcessProposal(_ context.Context, req *abci.RequestProcessProposal) (*abci.ResponseProcessProposal, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	latest := a.now().Add(proposed)
	l := over(a.tree)
	for _, raw := range req.Txs {
		v, err := a.try(l, raw, latest, req.Height)
		if err != nil {
			return nil, err
		}
		if !v.taken() {
			return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}, nil
		}
	}
	return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
}
