package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"syscall"

	"counterfoil/app/centre/chain"
	"counterfoil/app/centre/hall"
)

// nodeRun runs the home's node until ctx ends.
func nodeRun(ctx context.Context, args []string, out io.Writer) error {
	h, err := opened(flag.NewFlagSet("node run", flag.ContinueOnError), args)
	if err != nil {
		return err
	}
	n, err := startNode(ctx, h)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "hall    %s\nchain   %s\nledger  %s\npeers   %s\n", h.Settings.Hall, h.Settings.Chain, n.URL(), n.Address())
	select {
	case <-ctx.Done():
		return n.Stop()
	case <-n.Broken():
	}
	// Stopping in order would wait for what is broken.
	return fmt.Errorf("the node can make no more blocks, most likely because the disk under %s is full: the line CONSENSUS FAILURE above says why. The other halls go on; make room and start the node again, it catches up by itself", h.Dir)
}

// startNode starts the home's node in this process, and refuses a second one
// with a sentence.
func startNode(ctx context.Context, h *hall.Home) (*chain.Node, error) {
	o, err := h.Options()
	if err != nil {
		return nil, err
	}
	if s, err := (rpc{h.Settings.URL()}).status(ctx); err == nil && s.Node.ID == h.Keys.NodeID {
		return nil, fmt.Errorf("the node of this home runs already, at %s", h.Settings.URL())
	}
	o.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	n, err := chain.Start(ctx, o)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("another program listens at %s or %s, or the node of this home runs already: %w", o.RPC, o.P2P, err)
	case err != nil && strings.Contains(err.Error(), "temporarily unavailable"): // the lock of its stores
		return nil, fmt.Errorf("another program has this home open: the node runs already, or is just stopping (%w)", err)
	}
	return n, err
}
