package centre

import (
	"context"
	"crypto"
	"encoding/hex"
	"errors"
	"log/slog"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/centre/chain"
	"counterfoil/app/centre/phone"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

// Ledger is what the centre needs of the ledger. A node inside the process is
// one (practice, one box); nodes that the halls keep elsewhere are the other
// (Options.Outside).
type Ledger interface {
	// Submit brings a signed statement to the ledger and returns once it is
	// recorded, or was before. A refusal of the rules is a *casework.Refusal; one
	// of kind LedgerUnreachable may pass, like any other error.
	Submit(ctx context.Context, raw []byte) (casework.Digest, int64, error)
	// State returns the record at one of protocol's ledger paths; nil when there is
	// none.
	State(ctx context.Context, path string) ([]byte, error)
	// Proof returns the signed bytes of an entry or a statement with their receipt,
	// verified; nil when no node that answers has it.
	Proof(ctx context.Context, digest casework.Digest) (raw, receipt []byte, err error)
	Trust() []byte  // the trust document that counters verify receipts against
	URLs() []string // of the nodes that counters may use, the first to be tried first
	Close() error
}

// inside is the ledger of a node in this process. Receipts are put together as
// everybody does, over the node's own calls: a second way to build them would be a
// second thing to be right.
type inside struct {
	*chain.Node
	client *ledger.Client
}

// newInside begins with the founding's validators.
func newInside(n *chain.Node, log *slog.Logger) (inside, error) {
	trust, err := receipt.ParseTrust(n.Trust())
	return inside{n, ledger.New(ledger.Options{Nodes: []string{n.URL()}, Trust: trust, Log: log})}, err
}

// Proof asks the node and verifies what it answers.
func (n inside) Proof(ctx context.Context, digest casework.Digest) ([]byte, []byte, error) {
	raw, r, err := n.client.Entry(ctx, digest)
	return raw, r.Raw, err
}

// Trust returns the founding's validators and the changes that were followed since.
func (n inside) Trust() []byte {
	raw, _ := n.client.Trust().Encode() // was read, or verified
	return raw
}

// State reads from the node's committed state.
func (n inside) State(_ context.Context, path string) ([]byte, error) {
	value, _, err := n.Query(path)
	return value, err
}

// URLs returns the node's own address.
func (n inside) URLs() []string { return []string{n.URL()} }

// Close stops the node.
func (n inside) Close() error { return n.Stop() }

// ledgerTime bounds the wait for a block. What is not recorded by then is
// carried there later; whoever asked is told that the ledger can't be reached.
const ledgerTime = 20 * time.Second

// register puts a grant on the ledger. The statement is dated by the grant
// itself, so that registering again makes the very same bytes, which the ledger
// knows as one.
func (c *Centre) register(ctx context.Context, suite protocol.Suite, g casework.Grant) (authorization.Place, error) {
	return c.submit(ctx, c.keys.authority, protocol.RegisterGrant(c.keys.chain, suite, g, g.From))
}

func (c *Centre) revoke(ctx context.Context, id casework.GrantID, at time.Time) (authorization.Place, error) {
	return c.submit(ctx, c.keys.authority, protocol.RevokeGrant(c.keys.chain, id, at))
}

func (c *Centre) submit(ctx context.Context, signer crypto.Signer, s protocol.Statement) (authorization.Place, error) {
	raw, _, err := protocol.SignStatement(signer, s)
	if err != nil {
		return authorization.Place{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	digest, height, err := c.ledger.Submit(ctx, raw)
	switch {
	case err == nil:
		return authorization.Place{Entry: digest, Height: height}, nil
	case errors.Is(err, chain.ErrStopped), errors.Is(err, context.DeadlineExceeded), casework.KindOf(err) == casework.LedgerUnreachable:
		return authorization.Place{}, casework.Refuse(casework.LedgerUnreachable, "the ledger recorded nothing in time")
	}
	c.o.Log.Error("the ledger refused a statement", "subject", s.Subject, "reason", casework.KindOf(err))
	return authorization.Place{}, err
}

// receipt finds what the QR of the pad's last screen leads to: a case on the
// ledger, by its id. What it was about is only for the holder of its grant.
func (c *Centre) receipt(ctx context.Context, holder, token string) (phone.Receipt, bool) {
	kase, ok, err := state[protocol.CaseState](ctx, c.ledger, protocol.LedgerCase+token)
	if err != nil || !ok {
		return phone.Receipt{}, false
	}
	at := kase.Standing(casework.CaseID(token))
	r := phone.Receipt{Case: at.Case, Hall: at.Hall, Counter: at.Counter, Time: at.Last, Digest: at.Head, Height: kase.Entries[len(kase.Entries)-1].Height}
	if g, ok := c.auth.GrantOf(ctx, holder, at.Grant); ok {
		r.Item, r.Needs = g.Item, g.Needs
	}
	return r, true
}

// state reads a record of the ledger's state and reports whether it is there.
func state[T any](ctx context.Context, l Ledger, path string) (v T, there bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, stateTime)
	defer cancel()
	raw, err := l.State(ctx, path)
	switch {
	case err != nil:
		return v, false, casework.Refuse(casework.LedgerUnreachable, "the ledger's state can't be read")
	case raw == nil:
		return v, false, nil
	}
	return v, true, protocol.Unmarshal(raw, &v)
}

// stateTime bounds the wait for a record.
const stateTime = 5 * time.Second

// trace tells what became of a grant, from the ledger's own records.
func (c *Centre) trace(ctx context.Context, id casework.GrantID) (authorization.Trace, error) {
	var t authorization.Trace
	g, there, err := state[protocol.GrantState](ctx, c.ledger, protocol.LedgerGrant+string(id))
	if err != nil || !there {
		return t, err
	}
	t.Registered = placeOf(g.Statement, g.Registered)
	t.Revoked = placeOf(g.Revocation, g.RevokedAt)
	if len(g.Case) == 0 {
		return t, nil
	}
	kase, _, err := state[protocol.CaseState](ctx, c.ledger, protocol.LedgerCase+hex.EncodeToString(g.Case))
	for _, e := range kase.Entries {
		switch kind := casework.StepKind(e.Kind); kind {
		case casework.Retrieved:
			t.Retrieved = placeOf(e.Digest, e.Height)
		case casework.Submitted, casework.Abandoned:
			t.Ended, t.EndedAs, t.EndedAt = placeOf(e.Digest, e.Height), kind, time.UnixMilli(e.Time).UTC()
		}
	}
	return t, err
}

func placeOf(digest []byte, height int64) authorization.Place {
	p := authorization.Place{Height: height}
	copy(p.Entry[:], digest)
	return p
}
