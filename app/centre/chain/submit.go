package chain

import (
	"context"
	"errors"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/mempool"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// ErrStopped says that the node was stopped before the transaction was
// recorded. Sending it again, later, is harmless.
var ErrStopped = errors.New("chain: the node was stopped")

// resend is how often a transaction that is not recorded yet is handed over
// again: the rules may refuse by then what they took at first.
const resend = time.Second

// Submit hands a signed statement or entry of this process over and waits until
// it is recorded. It returns the transaction's digest and the block's height;
// for what is recorded already, that height. Refusals are *casework.Refusal.
func (n *Node) Submit(ctx context.Context, raw []byte) (casework.Digest, int64, error) {
	digest := protocol.DigestOf(raw)
	done, leave := n.app.await(digest)
	defer leave()
	again := time.NewTicker(resend)
	defer again.Stop()
	for {
		height, err := n.offer(ctx, digest, raw)
		if height > 0 || err != nil {
			return digest, height, err
		}
		select {
		case height := <-done:
			return digest, height, nil
		case <-again.C:
		case <-n.stopped:
			return digest, 0, ErrStopped
		case <-ctx.Done():
			return digest, 0, ctx.Err()
		}
	}
}

// offer returns the height of what is recorded already, or else puts raw into
// the mempool and returns the refusal of the rules. A full mempool, or raw
// waiting there already, is no reason to give up.
func (n *Node) offer(ctx context.Context, digest casework.Digest, raw []byte) (int64, error) {
	n.offers.RLock()
	defer n.offers.RUnlock()
	select {
	case <-n.stopped:
		return 0, ErrStopped
	default:
	}
	if height, err := n.app.recorded(digest); height > 0 || err != nil {
		return height, err
	}
	answer := make(chan verdict, 1) // filled before CheckTx returns: the application is in this process
	err := n.node.Mempool().CheckTx(raw, func(r *abci.ResponseCheckTx) {
		answer <- verdict{code: r.Code, codespace: r.Codespace, log: r.Log}
	}, mempool.TxInfo{})
	var full mempool.ErrMempoolIsFull
	var large mempool.ErrTxTooLarge
	switch {
	case errors.Is(err, mempool.ErrTxInCache), errors.Is(err, mempool.ErrRecheckFull), errors.As(err, &full):
		return 0, nil
	case errors.As(err, &large):
		return 0, casework.Refuse(casework.Malformed, "the transaction is too large")
	case err != nil:
		return 0, err
	}
	select {
	case v := <-answer:
		return 0, v.err()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}
