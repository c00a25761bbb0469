package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"counterfoil/app/centre/chain"
	"counterfoil/app/centre/hall"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

// nodeTrust prints the trust document: the validators of the founding, and the
// changes since, each proved by those before it.
func nodeTrust(ctx context.Context, args []string, out io.Writer) error {
	h, err := opened(flag.NewFlagSet("node trust", flag.ContinueOnError), args)
	if err != nil {
		return err
	}
	c, begun, err := followed(ctx, h)
	if err != nil {
		return err
	}
	if begun {
		if err := c.Follow(ctx); err != nil {
			return fmt.Errorf("the node does not show every change of the validators since the founding; ask a hall whose node keeps all blocks: %w", err)
		}
	}
	raw, err := c.Trust().Encode()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", raw)
	return err
}

// client returns a client of the home's own node that trusts the founding alone.
func client(h *hall.Home) (*ledger.Client, error) {
	genesis, err := h.Genesis()
	if err != nil {
		return nil, err
	}
	raw, err := chain.Trust(genesis)
	if err != nil {
		return nil, err
	}
	trust, err := receipt.ParseTrust(raw)
	if err != nil {
		return nil, err
	}
	return ledger.New(ledger.Options{Nodes: []string{h.Settings.URL()}, Trust: trust}), nil
}

// followed returns such a client that has verified the node's newest block, with
// the changes of the validators that this takes, and whether there is a block yet.
func followed(ctx context.Context, h *hall.Home) (c *ledger.Client, begun bool, err error) {
	if c, err = client(h); err != nil {
		return nil, false, err
	}
	s, err := rpc{h.Settings.URL()}.status(ctx)
	if err != nil || s.Sync.Height == 0 {
		return c, false, err
	}
	if state := c.Health(ctx); !state.Reachable {
		return nil, false, fmt.Errorf("the node does not prove its newest block: %s %s", state.Trouble, state.Detail)
	}
	return c, true, nil
}
