package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

// outside is the ledger that halls keep, as a centre.Ledger: statements come back
// with verified receipts and records of the state with proofs, so that a lying
// node can neither enrol a counter nor hide a grant.
type outside struct {
	client *ledger.Client
	urls   []string
}

// openOutside reads the trust document and says which nodes to use; it calls
// nobody yet.
func openOutside(nodes, trust string, log *slog.Logger) (*outside, receipt.Trust, error) {
	t, err := trustIn(trust)
	if err != nil {
		return nil, t, err
	}
	o := &outside{urls: strings.Split(nodes, ",")}
	for i, u := range o.urls {
		o.urls[i] = strings.TrimRight(strings.TrimSpace(u), "/")
		if !strings.HasPrefix(u, "http://") && !strings.HasPrefix(u, "https://") {
			return nil, t, fmt.Errorf("--nodes: %q is no address that starts with https:// or http://", u)
		}
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

// State returns a record, proved against a header that the halls' validators
// signed; so is that there is none.
func (o *outside) State(ctx context.Context, path string) ([]byte, error) {
	for {
		a, err := o.client.Read(ctx, path)
		if err == nil || !pause(ctx) {
			return a.Value, err
		}
	}
}

// Proof returns what the nodes have of an entry, with its verified receipt.
func (o *outside) Proof(ctx context.Context, digest casework.Digest) ([]byte, []byte, error) {
	raw, r, err := o.client.Entry(ctx, digest)
	return raw, r.Raw, err
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
