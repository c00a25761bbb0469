package ledger

import (
	"context"
	"crypto/tls"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// Options say where the ledger is and whom to believe. Zero durations take the
// defaults in brackets.
type Options struct {
	Nodes   []string      // RPC addresses, for example http://127.0.0.1:26657; at least one
	Trust   receipt.Trust // chain id and validators, pinned at enrolment, with the links followed since
	TLS     *tls.Config   // for https addresses
	Request time.Duration // one call to a node [5 s]
	Block   time.Duration // from accepted to in a block, then the next node [10 s]
	Poll    time.Duration // between two questions whether there is a new block [20 ms]
	Hedge   time.Duration // without a receipt from one node, until the next one is given the same bytes, too [500 ms]
	Witness time.Duration // how long a receipt waits for what a second node says of its block [250 ms]
	Settle  time.Duration // how much later than others a node may have a block and still be as good as they [2 s]
	Shun    time.Duration // how long a node that failed comes last [30 s]
	Cool    time.Duration // how long a node that lied is not used [10 min]
	Now     func() time.Time
	Log     *slog.Logger // nodes that lied, nodes that are behind, changes of the validators; nil: nothing

	// Keep makes a link that leads to a new set of validators durable, before the
	// set is trusted; the same again is no error. Nil: links live as long as the
	// client.
	Keep func(ctx context.Context, link receipt.Link) error
}

func (o Options) filled() Options {
	for _, d := range []struct {
		at    *time.Duration
		usual time.Duration
	}{{&o.Request, 5 * time.Second}, {&o.Block, 10 * time.Second}, {&o.Poll, 20 * time.Millisecond}, {&o.Hedge, 500 * time.Millisecond},
		{&o.Witness, 250 * time.Millisecond}, {&o.Settle, 2 * time.Second},
		{&o.Shun, 30 * time.Second}, {&o.Cool, 10 * time.Minute}} {
		if *d.at <= 0 {
			*d.at = d.usual
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Client talks to the nodes of one ledger. It is safe for concurrent use.
type Client struct {
	o         Options
	nodes     []*node
	verifier  atomic.Pointer[receipt.Verifier]
	extending sync.Mutex // held while changes of the validators are fetched or taken over
	busy      atomic.Int64

	mu      sync.Mutex
	cases   map[casework.CaseID]*node // who served a case last
	heights map[int64]*witnessed
	marks   []mark
	state   State
}

// New returns a client; it calls nobody yet. Links of the trust that do not hold
// are left out: the nodes are asked for them again. With a trust that has no
// validators to begin with, nothing can be committed.
func New(o Options) *Client {
	o = o.filled()
	c := &Client{o: o, cases: map[casework.CaseID]*node{}, heights: map[int64]*witnessed{}, state: State{Since: o.Now()}}
	v, err := o.Trust.Follow()
	if err != nil {
		o.Log.Error("the trusted validators do not hold", "why", err.Error(), "links", len(o.Trust.Links))
		v, _ = o.Trust.Pinned().Follow() // nil: see Commit
	}
	c.verifier.Store(v)
	for _, address := range o.Nodes {
		c.nodes = append(c.nodes, newNode(address, o))
	}
	return c
}

// Trust returns what the client trusts by now: the pinned validators and the
// links that it was given or has followed.
func (c *Client) Trust() receipt.Trust {
	if v := c.verifier.Load(); v != nil {
		return v.Trust()
	}
	return c.o.Trust
}

// Commit brings the signed bytes of an entry, or of a statement, to the ledger and
// returns their verified receipt, at once when they are recorded already. A
// refusal of the rules is a *casework.Refusal, for good (Permanent); any other
// error may pass and is a *Failure, ctx's, or a refusal of an entry dated ahead or
// of a suspended key.
//
// Hundreds of entries at once are the way to bring many: they share the calls.
func (c *Client) Commit(ctx context.Context, raw []byte) (casework.Receipt, error) {
	return c.CommitAhead(ctx, raw, func() {})
}

// CommitAhead is Commit for an entry that others of its case follow at once:
// queued is called at most once, when the entry stands in a node's line. What is
// sent from then on stands behind it in the same line and reaches the node in that
// order. Nothing is known of the entry then; when it fails, those behind it do,
// too, with a refusal that says nothing for good.
func (c *Client) CommitAhead(ctx context.Context, raw []byte, queued func()) (casework.Receipt, error) {
	id, chain, err := subject(raw)
	if err != nil {
		return casework.Receipt{}, err // no node would read it either
	}
	if chain != c.o.Trust.ChainID {
		return casework.Receipt{}, casework.Refuse(casework.WrongChain, "the entry is of another chain than the trusted one")
	}
	if c.verifier.Load() == nil {
		return casework.Receipt{}, &Failure{Trouble: Failing, Detail: "the trusted validators do not hold", ours: true}
	}
	c.busy.Add(1)
	defer c.busy.Add(-1)
	return c.race(ctx, id, raw, queued)
}

// subject returns the case and the chain of an entry, or the chain of a
// statement, which has no case.
func subject(raw []byte) (casework.CaseID, string, error) {
	entry, env, err := protocol.OpenEntry(raw)
	if env.Type != protocol.TypeStatement {
		return entry.Case, entry.Chain, err
	}
	s, _, err := protocol.OpenStatement(raw)
	return "", s.Chain, err
}
