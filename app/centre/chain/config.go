package chain

import (
	"time"

	"github.com/cometbft/cometbft/config"

	"counterfoil/app/protocol"
)

// tuned returns CometBFT's settings for a single validator inside the process:
// a block as soon as there is a transaction, none while there is none.
func tuned(root string) *config.Config {
	c := config.DefaultConfig().SetRoot(root)
	c.DBBackend = "goleveldb"
	c.RPC.ListenAddress = "" // served by this package: see serve.go
	c.RPC.GRPCListenAddress = ""

	c.TxIndex.Indexer = "null" // the application's own: see lookup.go

	c.P2P.ListenAddress = "tcp://127.0.0.1:0"
	c.P2P.PexReactor = false
	c.P2P.AddrBookStrict = false
	c.P2P.AllowDuplicateIP = true
	c.P2P.FlushThrottleTimeout = 10 * time.Millisecond

	c.Mempool.MaxTxBytes = protocol.MaxBytes
	c.Mempool.Size = 20_000
	c.Mempool.CacheSize = 40_000

	c.Consensus.CreateEmptyBlocks = false
	c.Consensus.TimeoutPropose = time.Second
	c.Consensus.TimeoutPrevote = 300 * time.Millisecond
	c.Consensus.TimeoutPrecommit = 300 * time.Millisecond
	c.Consensus.TimeoutCommit = 10 * time.Millisecond // with others this gathers late votes; alone it only delays
	c.Consensus.SkipTimeoutCommit = true
	c.Consensus.PeerGossipSleepDuration = 10 * time.Millisecond
	c.Consensus.DoubleSignCheckHeight = 0 // above 0 refuses an immediate restart
	return c
}
