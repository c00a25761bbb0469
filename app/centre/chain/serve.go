package chain

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/rpc/jsonrpc/server"
	"golang.org/x/net/netutil"

	"counterfoil/app/protocol"
)

// exposed are the calls of CometBFT's RPC that a counter, a neighbour's node that
// joins, a light client or an auditor needs. The rest (subscriptions, searches that load
// every hit, dialling peers) is not served.
var exposed = [...]string{"health", "status", "genesis", "validators", "abci_query",
	"abci_info", "broadcast_tx_sync", "tx", "commit", "header", "block", "blockchain", "consensus_params", "genesis_chunked", "net_info"}

// rpc serves the node's RPC. CometBFT could do it itself, but not tell which
// port it got, and it would close the listener without closing connections.
type rpc struct {
	listener *tracked
	server   *http.Server
	done     chan struct{}
}

func serve(listener net.Listener, a *app, n *node.Node, logger log.Logger) (*rpc, error) {
	env, err := n.ConfigureRPC()
	if err != nil {
		return nil, err
	}
	routes := map[string]*server.RPCFunc{}
	all := env.GetRoutes()
	for _, name := range exposed {
		routes[name] = all[name]
	}
	routes["tx"] = server.NewRPCFunc(lookup(a, n), "hash,prove")
	mux := http.NewServeMux()
	server.RegisterRPCFuncs(mux, routes, logger)
	// CometBFT's light client opens a websocket before it asks anything. The same
	// calls are answered there, and no subscriptions.
	sockets := server.NewWebsocketManager(routes, server.ReadLimit(8*protocol.MaxBytes))
	sockets.SetLogger(logger)
	mux.HandleFunc("/websocket", sockets.WebsocketHandler)
	r := &rpc{listener: track(netutil.LimitListener(listener, maxConnections)), done: make(chan struct{}), server: &http.Server{
		Handler:           http.MaxBytesHandler(server.RecoverAndLogHandler(mux, logger), 8*protocol.MaxBytes),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}}
	go func() {
		defer close(r.done)
		if err := r.server.Serve(r.listener); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("the RPC server ended", "err", err)
		}
	}()
	return r, nil
}

// maxConnections bounds the RPC's connections: a hall's counters and a few readers.
const maxConnections = 1000

// lastAnswers bounds the wait for calls that are being answered; each takes
// milliseconds.
const lastAnswers = 2 * time.Second

// close answers the calls that are there and ends the server.
func (r *rpc) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), lastAnswers)
	defer cancel()
	err := r.server.Shutdown(ctx)
	if err != nil {
		err = r.server.Close()
	}
	r.listener.closeAll()
	<-r.done
	return err
}
