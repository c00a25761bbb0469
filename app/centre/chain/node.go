package chain

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/proxy"
	"github.com/cometbft/cometbft/types"
)

// Node is a running ledger node.
type Node struct {
	app     *app
	node    *node.Node
	rpc     *rpc
	dbs     *databases
	genesis *types.GenesisDoc
	stopped chan struct{}
	broken  chan struct{}
	offers  sync.RWMutex // held for reading while a transaction is handed over
	running sync.WaitGroup
	once    sync.Once
	err     error
}

// Start opens or makes the home, replays what is missing, and returns when the
// node takes transactions. A second node on the same home is refused, by the
// lock of its stores. ctx bounds the start, not the node's life: Stop ends that.
func Start(ctx context.Context, o Options) (*Node, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	c, doc, err := ensureHome(o)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.RPC)
	if err != nil {
		return nil, fmt.Errorf("chain: the RPC address: %w", err)
	}
	n := &Node{dbs: &databases{}, genesis: doc, stopped: make(chan struct{}), broken: make(chan struct{})}
	if err := n.start(ctx, c, o, listener); err != nil {
		err = errors.Join(fmt.Errorf("chain: the node does not start: %w", err), listener.Close(), n.dbs.close())
		if n.app != nil {
			err = errors.Join(err, n.app.close())
		}
		return nil, err
	}
	if o.Genesis != nil { // there are others
		n.running.Go(n.reoffer)
		n.running.Go(func() { n.redial(o.Peers) })
	}
	return n, nil
}

func (n *Node) start(ctx context.Context, c *config.Config, o Options, listener net.Listener) (err error) {
	defer func() {
		if r := recover(); r != nil { // CometBFT panics on damaged stores; a desktop must not end with them
			err = fmt.Errorf("its stores are damaged: %v", r)
		}
	}()
	if n.app, err = openApp(c, o, n.genesis); err != nil {
		return err
	}
	key, err := p2p.LoadNodeKey(c.NodeKeyFile())
	if err != nil {
		return err
	}
	logger := quiet(o.log(), sync.OnceFunc(func() { close(n.broken) }))
	validator := privval.LoadFilePV(c.PrivValidatorKeyFile(), c.PrivValidatorStateFile())
	genesis := func() (*types.GenesisDoc, error) { return n.genesis, nil }
	if n.node, err = node.NewNodeWithContext(ctx, c, validator, key, proxy.NewLocalClientCreator(n.app), genesis,
		n.dbs.provide, node.DefaultMetricsProvider(c.Instrumentation), logger); err != nil {
		return err
	}
	if err := n.node.Start(); err != nil {
		return err
	}
	if n.rpc, err = serve(listener, n.app, n.node, logger); err != nil {
		return errors.Join(err, n.node.Stop())
	}
	return nil
}

// URL returns the address of the node's RPC, for example http://127.0.0.1:26657.
func (n *Node) URL() string { return "http://" + n.rpc.listener.Addr().String() }

// Height returns the height of the last recorded block, 0 before the first.
func (n *Node) Height() int64 {
	n.app.mu.Lock()
	defer n.app.mu.Unlock()
	return n.app.tree.height()
}

// ID returns who the node is towards other nodes: 40 hex digits.
func (n *Node) ID() string { return string(n.node.NodeInfo().ID()) }

// Address returns how other nodes of the same machine reach it, "id@host:port".
func (n *Node) Address() string {
	return n.ID() + "@" + strings.TrimPrefix(n.node.Config().P2P.ListenAddress, "tcp://")
}

// Trust returns the trust document of this chain's beginning, as package receipt
// reads it: the chain id and the first validators, in the chain's own order. A
// reader follows the changes since by headers that it can check.
func (n *Node) Trust() []byte { return trustOf(n.genesis) }

// Broken is closed when the node can make no more blocks: its disk is full, or its
// stores are damaged. It still answers what it knows, and must be stopped; after a
// new start it catches up with the others.
func (n *Node) Broken() <-chan struct{} { return n.broken }

// Stop ends the node and frees its home. Nothing that has a receipt is lost;
// what only waited for a block is, and whoever sent it sends it again. Stop may
// be called more than once.
func (n *Node) Stop() error {
	n.once.Do(func() {
		close(n.stopped)
		n.running.Wait()
		n.offers.Lock() // what is being handed over is; what comes later sees that the node is stopped
		defer n.offers.Unlock()
		n.err = errors.Join(n.rpc.close(), n.node.Stop())
		n.node.Wait()
		n.err = errors.Join(n.err, n.dbs.close(), n.app.close())
	})
	return n.err
}
