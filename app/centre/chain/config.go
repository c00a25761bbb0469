package chain

import (
	"encoding/hex"
	"path/filepath"
	"strings"
	"time"

	"github.com/cometbft/cometbft/config"

	"counterfoil/app/protocol"
)

// tuned returns CometBFT's settings: a block as soon as there is a transaction,
// none while there is none, and short waits, because a person stands at the
// counter.
func tuned(o Options) *config.Config {
	c := config.DefaultConfig().SetRoot(filepath.Join(o.Home, "node"))
	c.DBBackend = "goleveldb"
	c.RPC.ListenAddress = "" // served by this package: see serve.go
	c.RPC.GRPCListenAddress = ""

	c.TxIndex.Indexer = "null"            // the application's own: see index.go
	c.Storage.DiscardABCIResponses = true // nobody asks for them, and they are never pruned

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
	together(c, o)
	return c
}

// together sets what a node needs towards the other halls' nodes. Who may
// connect is asked of the application (see known): addresses are not exchanged,
// since a ledger's nodes know each other.
func together(c *config.Config, o Options) {
	c.P2P.ListenAddress = "tcp://127.0.0.1:0"
	c.P2P.PexReactor = false
	c.P2P.FlushThrottleTimeout = 10 * time.Millisecond
	c.P2P.AddrBookStrict = false
	c.P2P.AllowDuplicateIP = o.Loopback || o.Genesis == nil
	if o.Genesis == nil {
		return
	}
	if o.P2P != "" {
		c.P2P.ListenAddress = "tcp://" + o.P2P
	}
	c.P2P.ExternalAddress = o.External
	c.P2P.PersistentPeers = strings.Join(o.Peers, ",")
	c.FilterPeers = true
	// A moment between two blocks. Without it the block that carries the last one's
	// hash is begun at once, nearly empty, and what counters send on having their
	// receipts waits for the one behind it: a backlog then drained at a quarter of
	// this pace. A person's step does not meet the wait: it finds the ledger at rest.
	c.Consensus.TimeoutCommit = 150 * time.Millisecond
	c.Consensus.SkipTimeoutCommit = false
	if o.Join != nil {
		c.StateSync.Enable = true
		c.StateSync.RPCServers = o.Join.RPC
		c.StateSync.TrustHeight = o.Join.Height
		c.StateSync.TrustHash = hex.EncodeToString(o.Join.Hash)
		c.StateSync.TrustPeriod = trustPeriod
		c.StateSync.DiscoveryTime = 5 * time.Second
	}
}

// trustPeriod is how old the header may be that a new node is given to trust.
const trustPeriod = 30 * 24 * time.Hour
