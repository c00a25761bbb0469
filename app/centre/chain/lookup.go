package chain

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/cometbft/cometbft/node"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"github.com/cometbft/cometbft/types"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// lookup answers CometBFT's own "tx" call from the application's index and the
// block store. CometBFT's transaction index is off: it is filled by an event
// after the block is recorded, and a node that stops in between never indexes
// that block, so its entries would be recorded and have no receipt for ever.
func lookup(a *app, n *node.Node) func(*rpctypes.Context, []byte, bool) (*ctypes.ResultTx, error) {
	return func(_ *rpctypes.Context, hash []byte, prove bool) (*ctypes.ResultTx, error) {
		missing := fmt.Errorf("tx (%X) not found", hash) // CometBFT's words, which clients know
		if len(hash) != len(casework.Digest{}) {
			return nil, missing
		}
		height, err := a.recorded(casework.Digest(hash))
		if err != nil {
			return nil, fmt.Errorf("the ledger's store fails")
		}
		block := n.BlockStore().LoadBlock(height)
		if height == 0 || block == nil {
			return nil, missing
		}
		index := slices.IndexFunc(block.Txs, func(tx types.Tx) bool {
			d := protocol.DigestOf(tx) // of suite 2 it is not CometBFT's own hash
			return bytes.Equal(d[:], hash)
		})
		if index < 0 {
			return nil, missing
		}
		var proof types.TxProof
		if prove {
			proof = block.Txs.Proof(index)
		}
		return &ctypes.ResultTx{Hash: hash, Height: height, Index: uint32(index), Tx: block.Txs[index], Proof: proof}, nil
	}
}
