package audit_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
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
	node                      *chain.Node
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
	c := &city{t: t, authority: key(1), admin: key(2), counter: key(3), start: time.Now().UTC().Truncate(time.Millisecond)}
	n, err := chain.Start(context.Background(), chain.Options{Home: t.TempDir(), Chain: testChain, Authority: public(c.authority),
		Admins: map[casework.HallID]protocol.PublicKey{"dongcheng": public(c.admin)}, RPC: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Stop() })
	c.node = n
	c.state(c.admin, protocol.EnrolKey(testChain, "dongcheng", "12", public(c.counter), c.start))
	return c
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
	trust, err := receipt.ParseTrust(c.node.Trust())
	if err != nil {
		c.t.Fatal(err)
	}
	return ledger.New(ledger.Options{Nodes: urls, Trust: trust})
}

// between is a node that passes calls on and changes answers.
func (c *city) between(change func(method, path string, answer []byte) []byte) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var call struct {
			Method string `json:"method"`
			Params struct {
				Path string `json:"path"`
			} `json:"params"`
		}
		_ = json.Unmarshal(body, &call) // a batch has no method and passes as it is
		answer, err := http.Post(c.node.URL(), "application/json", bytes.NewReader(body))
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		raw, _ := io.ReadAll(answer.Body)
		_, _ = w.Write(change(call.Method, call.Params.Path, raw))
	}))
	c.t.Cleanup(s.Close)
	return s.URL
}

// served is one case as its counter wrote it.
type served struct {
	id      casework.CaseID
	grant   casework.Grant
	digests []casework.Digest
}

// serve writes a case of these steps, the first at the given time.
func (c *city) serve(at time.Time, kinds ...casework.StepKind) served {
	c.t.Helper()
	s := served{id: casework.CaseID(protocol.NewID()), grant: casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: "item-1", Hall: "dongcheng",
		From: at.Add(-time.Hour), Until: at.Add(time.Hour), Needs: []casework.LicenceNeed{{Kind: "id-card"}}, Salt: protocol.NewSalt()}}
	c.state(c.authority, protocol.RegisterGrant(testChain, s.grant, c.start))
	some, item := casework.Commitment{1}, protocol.CommitItem(s.grant.Salt, s.grant.Item)
	var head, confirmed casework.Digest
	for i, kind := range kinds {
		e := casework.Entry{Chain: testChain, Case: s.id, Seq: i + 1, Kind: kind, Hall: "dongcheng", Counter: "12", Clerk: "clerk-1",
			Time: at.Add(time.Duration(i) * time.Millisecond).Truncate(time.Millisecond), Prev: head}
		switch kind {
		case casework.Opened:
			e.Body = casework.Body{Item: some, Demands: casework.Demands{Signature: true}}
		case casework.Authorized:
			e.Body = casework.Body{Item: item, Grant: s.grant.ID, Method: casework.ByQR}
		case casework.Retrieved:
			e.Body = casework.Body{Item: item, Grant: s.grant.ID, Licences: []casework.LicenceCommitment{{Kind: protocol.CommitKind(s.grant.Salt, "id-card"), Original: some}}}
		case casework.Confirmed:
			e.Body = casework.Body{Fields: some, Picture: some}
		case casework.Signed:
			e.Body = casework.Body{Confirmation: confirmed, Ink: some}
		case casework.Submitted:
			e.Body = casework.Body{Whole: protocol.WholeOf(s.digests)}
		case casework.Abandoned:
			e.Body = casework.Body{Reason: casework.ClerkGaveUp}
		}
		raw, digest, err := protocol.SignEntry(c.counter, e)
		if err != nil {
			c.t.Fatal(err)
		}
		c.submit(raw)
		head, s.digests = digest, append(s.digests, digest)
		if kind == casework.Confirmed {
			confirmed = digest
		}
	}
	return s
}

func whole() []casework.StepKind {
	return []casework.StepKind{casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed, casework.Signed, casework.Submitted}
}
