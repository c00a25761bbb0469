package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

// outside is the ledger that halls keep, as a centre.Ledger: statements come back
// with verified receipts, and a record of the state counts when two nodes say the
// same, so that one lying node can neither enrol a counter nor hide a grant.
type outside struct {
	client *ledger.Client
	nodes  []rpc
	urls   []string
}

// openOutside reads the trust document and says which nodes to use; it calls
// nobody yet.
func openOutside(nodes, trust string, log *slog.Logger) (*outside, receipt.Trust, error) {
	raw, err := os.ReadFile(trust)
	if err != nil {
		return nil, receipt.Trust{}, err
	}
	t, err := receipt.ParseTrust(bytes.TrimSpace(raw))
	if err != nil {
		return nil, t, fmt.Errorf("%s: %w", trust, err)
	}
	o := &outside{urls: strings.Split(nodes, ",")}
	for i, u := range o.urls {
		o.urls[i] = strings.TrimRight(strings.TrimSpace(u), "/")
		if !strings.HasPrefix(u, "http://") && !strings.HasPrefix(u, "https://") {
			return nil, t, fmt.Errorf("--nodes: %q is no address that starts with https:// or http://", u)
		}
		o.nodes = append(o.nodes, rpc{o.urls[i]})
	}
	o.client = ledger.New(ledger.Options{Nodes: o.urls, Trust: t, Log: log})
	return o, t, nil
}

// Submit brings a statement to the ledger and waits for its verified receipt, as
// long as ctx lets it.
func (o *outside) Submit(ctx context.Context, raw []byte) (casework.Digest, int64, error) {
	for {
		r, err := o.client.Commit(ctx, raw)
		if err == nil || o.client.Permanent(err) {
			return r.Entry, r.Height, err
		}
		if !pause(ctx) {
			return casework.Digest{}, 0, casework.Refuse(casework.LedgerUnreachable, "no node of the halls recorded it in time")
		}
	}
}

// errApart says that the nodes do not say the same.
var errApart = errors.New("the halls' nodes do not say the same of the ledger's state")

// State returns a record once two nodes say the same of it; the only one's word
// counts where there is no other. Nodes may be a block apart for a moment.
func (o *outside) State(ctx context.Context, path string) ([]byte, error) {
	for {
		value, err := o.agree(ctx, path)
		if err == nil || !pause(ctx) {
			return value, err
		}
	}
}

func (o *outside) agree(ctx context.Context, path string) ([]byte, error) {
	type said struct {
		value []byte
		err   error
	}
	answers := make(chan said, len(o.nodes))
	for _, n := range o.nodes {
		go func() {
			value, err := n.value(ctx, path)
			answers <- said{value, err}
		}()
	}
	var heard []said
	err := errApart
	for range o.nodes {
		s := <-answers
		if s.err != nil {
			err = s.err
			continue
		}
		for _, h := range heard {
			if (h.value == nil) == (s.value == nil) && bytes.Equal(h.value, s.value) {
				return s.value, nil
			}
		}
		heard = append(heard, s)
	}
	if len(o.nodes) == 1 && len(heard) == 1 {
		return heard[0].value, nil
	}
	return nil, err
}

// Trust returns the trust document with the changes that were followed.
func (o *outside) Trust() []byte {
	raw, _ := o.client.Trust().Encode() // was read, or verified
	return raw
}

// URLs returns the nodes.
func (o *outside) URLs() []string { return o.urls }

// Close does nothing: the nodes are the halls'.
func (o *outside) Close() error { return nil }

// watch asks every node for its newest block now and then, so that a node that
// lies or lags is found out before somebody waits for it.
func (o *outside) watch(ctx context.Context) {
	for tick := time.NewTicker(time.Minute); ; {
		o.client.Health(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			tick.Stop()
			return
		}
	}
}
