package ledger_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/chain"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

const testChain = "counterfoil-test"

// city is a real one-validator ledger with one enrolled counter.
type city struct {
	t       testing.TB
	options chain.Options
	node    *chain.Node
	counter ed25519.PrivateKey
	grant   casework.Grant // what those of its cases are like
	start   time.Time
	read    int64 // blocks that times has read
	stands  map[casework.Digest]int
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
	authority, admin := key(1), key(2)
	now := time.Now().UTC().Truncate(time.Millisecond)
	c := &city{t: t, counter: key(3), start: now,
		options: chain.Options{Home: t.TempDir(), Chain: testChain, Authority: public(authority),
			Admins: map[casework.HallID]protocol.PublicKey{"dongcheng": public(admin)}, RPC: "127.0.0.1:0"},
		grant: casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: "item-1", Hall: "dongcheng", From: now.Add(-time.Minute),
			Until: now.Add(time.Hour), Needs: []casework.LicenceNeed{{Kind: "id-card"}}, Salt: protocol.NewSalt()}}
	c.begin()
	c.state(admin, protocol.EnrolKey(testChain, "dongcheng", "12", public(c.counter), now))
	return c
}

// begin starts the node, at the address of the last time.
func (c *city) begin() {
	c.t.Helper()
	n, err := chain.Start(context.Background(), c.options)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = n.Stop() })
	c.node = n
	c.options.RPC = n.URL()[len("http://"):]
}

func (c *city) state(k ed25519.PrivateKey, s protocol.Statement) {
	c.t.Helper()
	raw, _, err := protocol.SignStatement(k, s)
	if err == nil {
		_, _, err = c.node.Submit(context.Background(), raw)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *city) trust() receipt.Trust {
	c.t.Helper()
	trust, err := receipt.ParseTrust(c.node.Trust())
	if err != nil {
		c.t.Fatal(err)
	}
	return trust
}

func (c *city) client(nodes ...string) *ledger.Client {
	return ledger.New(ledger.Options{Nodes: nodes, Trust: c.trust(), Shun: time.Nanosecond, Request: time.Minute, Block: time.Minute})
}

// times counts in how many places of the blocks up to a height a transaction
// stands.
func (c *city) times(digest casework.Digest, height int64) int {
	c.t.Helper()
	for ; c.read < height; c.read++ {
		r, err := http.Get(c.node.URL() + "/block?height=" + strconv.FormatInt(c.read+1, 10))
		if err != nil {
			c.t.Fatal(err)
		}
		var answer struct {
			Result struct {
				Block struct {
					Data struct {
						Txs [][]byte `json:"txs"`
					} `json:"data"`
				} `json:"block"`
			} `json:"result"`
		}
		err = json.NewDecoder(r.Body).Decode(&answer)
		_ = r.Body.Close()
		if err != nil {
			c.t.Fatal(err)
		}
		for _, tx := range answer.Result.Block.Data.Txs {
			if c.stands == nil {
				c.stands = map[casework.Digest]int{}
			}
			c.stands[protocol.DigestOf(tx)]++
		}
	}
	return c.stands[digest]
}

// writer writes one case.
type writer struct {
	*city
	id      casework.CaseID
	seq     int
	head    casework.Digest
	digests []casework.Digest
	grant   casework.Grant // the case's own, once it needs one
}

// granted registers a grant for the case: one serves no other.
func (w *writer) granted() {
	if w.grant.ID != "" {
		return
	}
	w.grant = w.city.grant
	w.grant.ID = casework.GrantID(protocol.NewID())
	w.state(key(1), protocol.RegisterGrant(testChain, protocol.Suite1, w.grant, w.start))
}

func (c *city) write() *writer { return &writer{city: c, id: casework.CaseID(protocol.NewID())} }

func steps() []casework.StepKind {
	return []casework.StepKind{casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed, casework.Signed, casework.Submitted}
}

func (w *writer) draft(kind casework.StepKind) casework.Entry {
	if kind != casework.Opened {
		w.granted()
	}
	e := casework.Entry{Chain: testChain, Case: w.id, Seq: w.seq + 1, Kind: kind, Hall: "dongcheng", Counter: "12", Clerk: "clerk-1",
		Time: w.start.Add(time.Duration(w.seq) * time.Millisecond), Prev: w.head}
	some, item := casework.Commitment{1}, protocol.Suite1.CommitItem(w.grant.Salt, w.grant.Item)
	switch kind {
	case casework.Opened:
		e.Body = casework.Body{Item: some, Demands: casework.Demands{Signature: true}}
	case casework.Authorized:
		e.Body = casework.Body{Item: item, Grant: w.grant.ID, Method: casework.ByQR}
	case casework.Retrieved:
		e.Body = casework.Body{Item: item, Grant: w.grant.ID, Licences: []casework.LicenceCommitment{
			{Kind: protocol.Suite1.CommitKind(w.grant.Salt, "id-card"), Original: some}}}
	case casework.Confirmed:
		e.Body = casework.Body{Fields: some, Picture: some}
	case casework.Signed:
		e.Body = casework.Body{Confirmation: w.head, Ink: some}
	case casework.Submitted:
		e.Body = casework.Body{Whole: protocol.Suite1.WholeOf(w.digests)}
	}
	return e
}

func (w *writer) sign(k ed25519.PrivateKey, e casework.Entry) []byte {
	w.t.Helper()
	raw, _, err := protocol.SignEntry(k, e)
	if err != nil {
		w.t.Fatal(err)
	}
	return raw
}

func (w *writer) next(kind casework.StepKind) []byte {
	w.t.Helper()
	raw := w.sign(w.counter, w.draft(kind))
	w.seq, w.head = w.seq+1, protocol.DigestOf(raw)
	w.digests = append(w.digests, w.head)
	return raw
}
