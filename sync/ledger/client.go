package ledger

import (
	"context"
	"crypto/tls"
	"errors"
	"slices"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// Options say where the ledger is and whom to believe. Zero durations take the
// defaults in brackets.
type Options struct {
	Nodes   []string      // RPC addresses, for example http://127.0.0.1:26657; at least one
	Trust   receipt.Trust // chain id and validators, pinned at enrolment
	TLS     *tls.Config   // for https addresses
	Request time.Duration // one call to a node [5 s]
	Block   time.Duration // from accepted to in a block, then the next node [10 s]
	Poll    time.Duration // between two questions whether it is in a block [20 ms]
	Shun    time.Duration // how long a node that failed comes last [30 s]
	Now     func() time.Time
}

func (o Options) filled() Options {
	for _, d := range []struct {
		at    *time.Duration
		usual time.Duration
	}{{&o.Request, 5 * time.Second}, {&o.Block, 10 * time.Second}, {&o.Poll, 20 * time.Millisecond}, {&o.Shun, 30 * time.Second}} {
		if *d.at <= 0 {
			*d.at = d.usual
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Client talks to the nodes of one ledger. It is safe for concurrent use.
type Client struct {
	o     Options
	nodes []*node

	mu    sync.Mutex
	cases map[casework.CaseID]*node // who served a case last
	state State
}

// New returns a client; it calls nobody yet.
func New(o Options) *Client {
	o = o.filled()
	c := &Client{o: o, cases: map[casework.CaseID]*node{}, state: State{Since: o.Now()}}
	for _, address := range o.Nodes {
		c.nodes = append(c.nodes, newNode(address, o))
	}
	return c
}

// Commit brings the signed bytes of an entry to the ledger and returns their
// verified receipt, at once when they are recorded already. A refusal of the
// rules is a *casework.Refusal, for good (Permanent); any other error may pass
// and is a *Failure, ctx's, or a refusal of an entry dated ahead.
func (c *Client) Commit(ctx context.Context, raw []byte) (casework.Receipt, error) {
	entry, _, err := protocol.OpenEntry(raw)
	if err != nil {
		return casework.Receipt{}, err // no node would read it either
	}
	if entry.Chain != c.o.Trust.ChainID {
		return casework.Receipt{}, casework.Refuse(casework.WrongChain, "the entry is of another chain than the trusted one")
	}
	var refused error
	failed := &Failure{Trouble: Unreachable, Detail: "no node is configured"}
	unheard := 0
	for _, n := range c.order(entry.Case) {
		r, err := c.at(ctx, n, raw)
		var failure *Failure
		switch {
		case err == nil:
			c.served(entry.Case, n, r)
			return r, nil
		case ctx.Err() != nil:
			return casework.Receipt{}, ctx.Err()
		case errors.As(err, &failure):
			failed = failure
			unheard++
			c.failed(n, failure)
		default:
			refused = err
			c.answered(n)
		}
	}
	if refused == nil {
		return casework.Receipt{}, failed
	}
	if unheard > 0 && mayLag(casework.KindOf(refused)) {
		return casework.Receipt{}, &Failure{Trouble: Behind, Detail: "a node that does not answer may know more", refusal: refused}
	}
	return casework.Receipt{}, refused
}

// at brings the bytes to one node.
func (c *Client) at(ctx context.Context, n *node, raw []byte) (casework.Receipt, error) {
	if err := n.broadcast(ctx, raw); err != nil {
		return casework.Receipt{}, err
	}
	limit, cancel := context.WithTimeout(ctx, c.o.Block)
	defer cancel()
	for wait := time.NewTimer(c.o.Poll); ; wait.Reset(c.o.Poll) {
		built, err := n.receipt(limit, raw)
		if err == nil && built != nil {
			return c.verified(*built, raw)
		}
		if err != nil && limit.Err() == nil {
			return casework.Receipt{}, err
		}
		select {
		case <-limit.Done():
			return casework.Receipt{}, &Failure{Trouble: Slow, Detail: "accepted, but in no block yet"}
		case <-wait.C:
		}
	}
}

// verified returns the receipt only if it verifies. If it does not, it is tried
// without one signature after the other: CometBFT takes a few malformed Ed25519
// signatures that the standard library refuses, and one lying validator must not
// keep everybody from a receipt that the others' signatures carry.
func (c *Client) verified(built receipt.Receipt, raw []byte) (casework.Receipt, error) {
	r, err := c.try(built, raw)
	for i, s := range built.Signatures {
		if err == nil || len(built.Signatures) > maxWithout {
			break
		}
		if s != nil {
			without := built
			without.Signatures = slices.Clone(built.Signatures)
			without.Signatures[i] = nil
			if second, again := c.try(without, raw); again == nil {
				return second, nil
			}
		}
	}
	return r, err
}

// maxWithout bounds the signatures of a receipt that is tried without each.
const maxWithout = 100

func (c *Client) try(built receipt.Receipt, raw []byte) (casework.Receipt, error) {
	encoded, err := built.Encode()
	if err != nil {
		return casework.Receipt{}, &Failure{Trouble: Garbled, Detail: "the receipt can't be written down"}
	}
	v, err := c.o.Trust.Verify(encoded, raw)
	if err != nil {
		return casework.Receipt{}, &Failure{Trouble: Forged, Detail: err.Error()}
	}
	return casework.Receipt{Entry: v.Digest, Height: v.Height, Time: v.Time, Raw: encoded}, nil
}
