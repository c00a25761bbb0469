package audit_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"fmt"
	"slices"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/chain"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

const testChain = "counterfoil-audit"

// city is a real ledger of one node with one counter, whose cases are written
// step by step.
type city struct {
	t                         testing.TB
	options                   chain.Options
	node                      *chain.Node
	trust                     []byte // as pinned when the ledger was founded
	authority, admin, counter ed25519.PrivateKey
	start                     time.Time
	last                      int64 // height of what was submitted last
}

func key(b byte) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = b
	return ed25519.NewKeyFromSeed(seed)
}

func public(k ed25519.PrivateKey) protocol.PublicKey {
	return protocol.PublicKey{Suite: protocol.Suite1, Bytes: k.Public().(ed25519.PublicKey)}
}

func found(t testing.TB) *city {
	t.Helper()
	c := newCity(t)
	c.options = chain.Options{Home: t.TempDir(), Chain: testChain, Authority: public(c.authority),
		Admins: map[casework.HallID]protocol.PublicKey{"dongcheng": public(c.admin)}, RPC: "127.0.0.1:0"}
	c.begin()
	return c
}

func newCity(t testing.TB) *city {
	return &city{t: t, authority: key(1), admin: key(2), counter: key(3), start: time.Now().UTC().Truncate(time.Millisecond)}
}

// begin starts the node and enrols the counter.
func (c *city) begin() {
	c.t.Helper()
	c.run()
	c.trust = c.node.Trust()
	c.t.Cleanup(func() { _ = c.node.Stop() })
	c.state(c.admin, protocol.EnrolKey(testChain, "dongcheng", "12", public(c.counter), c.start))
}

func (c *city) run() {
	c.t.Helper()
	n, err := chain.Start(context.Background(), c.options)
	if err != nil {
		c.t.Fatal(err)
	}
	c.node = n
}

func (c *city) submit(raw []byte) {
	c.t.Helper()
	_, height, err := c.node.Submit(context.Background(), raw)
	if err != nil {
		c.t.Fatal(err)
	}
	c.last = max(c.last, height)
}

// proved waits for the block whose header proves what was submitted.
func (c *city) proved() {
	c.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(time.Minute); c.node.Height() <= c.last; {
		select {
		case <-tick.C:
		case <-late:
			c.t.Fatal("the block that proves the last one does not come")
		}
	}
}

func (c *city) state(k ed25519.PrivateKey, s protocol.Statement) {
	c.t.Helper()
	raw, _, err := protocol.SignStatement(k, s)
	if err != nil {
		c.t.Fatal(err)
	}
	c.submit(raw)
}

func (c *city) client(urls ...string) *ledger.Client {
	c.t.Helper()
	c.proved()
	return ledger.New(ledger.Options{Nodes: urls, Trust: c.pinned()})
}

func (c *city) pinned() receipt.Trust {
	c.t.Helper()
	trust, err := receipt.ParseTrust(c.trust)
	if err != nil {
		c.t.Fatal(err)
	}
	return trust
}

// pass lets the ledger grow by some blocks.
func (c *city) pass(blocks int) {
	c.t.Helper()
	for n := range blocks {
		c.state(c.admin, protocol.EnrolKey(testChain, "dongcheng", casework.CounterID(fmt.Sprint("9", n)), public(key(byte(100+n))), c.start))
		c.proved()
	}
}

// served is one case as its counter wrote it.
type served struct {
	id      casework.CaseID
	grant   casework.Grant
	digests []casework.Digest
	raws    [][]byte
	times   []time.Time
}

// serve writes a case of these steps, the first at the given time.
func (c *city) serve(at time.Time, kinds ...casework.StepKind) served {
	c.t.Helper()
	return c.serveAt("12", c.counter, at, kinds...)
}

// grant registers a grant that is good around a time.
func (c *city) grant(at time.Time, suite protocol.Suite) casework.Grant {
	c.t.Helper()
	g := casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: "item-1", Hall: "dongcheng",
		From: at.Add(-time.Hour), Until: at.Add(time.Hour), Needs: []casework.LicenceNeed{{Kind: "id-card"}}, Salt: protocol.NewSalt()}
	c.state(c.authority, protocol.RegisterGrant(testChain, suite, g, c.start))
	return g
}

// serveAt is serve by another counter.
func (c *city) serveAt(counter casework.CounterID, signer crypto.Signer, at time.Time, kinds ...casework.StepKind) served {
	c.t.Helper()
	key, err := protocol.PublicOf(signer)
	if err != nil {
		c.t.Fatal(err)
	}
	suite := key.Suite
	s := served{id: casework.CaseID(protocol.NewID()), grant: c.grant(at, suite)}
	some, item := casework.Commitment{1}, suite.CommitItem(s.grant.Salt, s.grant.Item)
	var head, confirmed casework.Digest
	for i, kind := range kinds {
		e := casework.Entry{Chain: testChain, Case: s.id, Seq: i + 1, Kind: kind, Hall: "dongcheng", Counter: counter, Clerk: "clerk-1",
			Time: at.Add(time.Duration(i) * time.Millisecond).Truncate(time.Millisecond), Prev: head}
		switch kind {
		case casework.Opened:
			e.Body = casework.Body{Item: some, Demands: casework.Demands{Signature: true}}
		case byPaper:
			e.Kind, e.Body = casework.Authorized, casework.Body{Item: some, Method: casework.ByPaper, Originals: some}
		case casework.Authorized:
			if slices.Contains(kinds[:i], casework.Authorized) { // the first one lapsed
				s.grant = c.grant(at, suite)
				item = suite.CommitItem(s.grant.Salt, s.grant.Item)
			}
			e.Body = casework.Body{Item: item, Grant: s.grant.ID, Method: casework.ByQR}
		case casework.Retrieved:
			e.Body = casework.Body{Item: item, Grant: s.grant.ID, Licences: []casework.LicenceCommitment{{Kind: suite.CommitKind(s.grant.Salt, "id-card"), Original: some}}}
		case casework.Confirmed:
			e.Body = casework.Body{Fields: some, Picture: some}
		case casework.Signed:
			e.Body = casework.Body{Confirmation: confirmed, Ink: some}
		case casework.Submitted:
			e.Body = casework.Body{Whole: suite.WholeOf(s.digests)}
		case casework.Abandoned:
			e.Body = casework.Body{Reason: casework.ClerkGaveUp}
		}
		raw, digest, err := protocol.SignEntry(signer, e)
		if err != nil {
			c.t.Fatal(err)
		}
		c.submit(raw)
		head, s.digests, s.raws, s.times = digest, append(s.digests, digest), append(s.raws, raw), append(s.times, e.Time)
		if kind == casework.Confirmed {
			confirmed = digest
		}
	}
	return s
}

// byPaper stands for authorized in a case that is served: by paper originals.
const byPaper = casework.StepKind("authorized by paper")

func whole() []casework.StepKind {
	return []casework.StepKind{casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed, casework.Signed, casework.Submitted}
}
