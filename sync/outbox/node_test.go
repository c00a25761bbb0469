package outbox

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/chain"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

func seeded(b byte) (ed25519.PrivateKey, protocol.PublicKey) {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = b
	k := ed25519.NewKeyFromSeed(seed)
	return k, protocol.PublicKey{Suite: protocol.Suite1, Bytes: k.Public().(ed25519.PublicKey)}
}

// writeCases queues a case of five entries for each of the grants, signed by
// counter.
func writeCases(t *testing.T, d *disk, counter ed25519.PrivateKey, grants []casework.Grant) {
	t.Helper()
	for _, grant := range grants {
		writeCase(t, d, counter, grant)
	}
}

func writeCase(t *testing.T, d *disk, counter ed25519.PrivateKey, grant casework.Grant) {
	t.Helper()
	some, item := casework.Commitment{1}, protocol.Suite1.CommitItem(grant.Salt, grant.Item)
	bodies := []casework.Entry{
		{Kind: casework.Opened, Body: casework.Body{Item: some}},
		{Kind: casework.Authorized, Body: casework.Body{Item: item, Grant: grant.ID, Method: casework.ByCode}},
		{Kind: casework.Retrieved, Body: casework.Body{Item: item, Grant: grant.ID, Licences: []casework.LicenceCommitment{
			{Kind: protocol.Suite1.CommitKind(grant.Salt, "id-card"), Original: some}}}},
		{Kind: casework.Confirmed, Body: casework.Body{Fields: some, Picture: some}},
		{Kind: casework.Abandoned, Body: casework.Body{Reason: casework.CitizenLeft}},
	}
	id, head := casework.CaseID(protocol.NewID()), casework.Digest{}
	for i, e := range bodies {
		e.Chain, e.Case, e.Seq, e.Hall, e.Counter, e.Clerk = "counterfoil-test", id, i+1, "dongcheng", "12", "clerk-1"
		e.Time, e.Prev = grant.From.Add(time.Duration(i)*time.Millisecond), head
		raw, digest, err := protocol.SignEntry(counter, e)
		if err != nil {
			t.Fatal(err)
		}
		head = digest
		d.mu.Lock()
		d.put(id, i+1, raw)
		d.mu.Unlock()
	}
}

// until waits for the disk to say yes after one of its changes.
func until(t *testing.T, d *disk, yes func() bool) {
	t.Helper()
	changed := d.watched().Changed(context.Background())
	limit := time.After(2 * time.Minute)
	for !yes() {
		select {
		case <-changed:
		case <-limit:
			counts := map[casework.SendState]int{}
			for _, r := range d.rows {
				counts[r.state]++
			}
			t.Fatalf("it does not come: %v", counts)
		}
	}
}

func (d *disk) watched() *open { return &open{disk: d} }

func (d *disk) committed() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, r := range d.rows {
		if r.state == casework.Committed {
			n++
		}
	}
	return n
}

func TestANodeStoppedInTheMiddleLosesAndDoublesNothing(t *testing.T) {
	authority, authorityKey := seeded(1)
	admin, adminKey := seeded(2)
	counter, counterKey := seeded(3)
	now := time.Now().UTC().Truncate(time.Millisecond)
	const cases, meanwhile = 12, 2
	var grants []casework.Grant // registered while there is no outage
	for range cases + 2*meanwhile {
		grants = append(grants, casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: "item", Hall: "dongcheng", From: now.Add(-time.Minute), Until: now.Add(time.Hour),
			Needs: []casework.LicenceNeed{{Kind: "id-card"}}, Salt: protocol.NewSalt()})
	}
	o := chain.Options{Home: t.TempDir(), Chain: "counterfoil-test", Authority: authorityKey, RPC: "127.0.0.1:0",
		Admins: map[casework.HallID]protocol.PublicKey{"dongcheng": adminKey}}
	begin := func() *chain.Node {
		n, err := chain.Start(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = n.Stop() })
		o.RPC = n.URL()[len("http://"):]
		return n
	}
	node := begin()
	state := func(k ed25519.PrivateKey, s protocol.Statement) {
		raw, _, err := protocol.SignStatement(k, s)
		if err == nil {
			_, _, err = node.Submit(context.Background(), raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	state(admin, protocol.EnrolKey(o.Chain, "dongcheng", "12", counterKey, now))
	for _, g := range grants {
		state(authority, protocol.RegisterGrant(o.Chain, protocol.Suite1, g, now))
	}
	trust, err := receipt.ParseTrust(node.Trust())
	if err != nil {
		t.Fatal(err)
	}
	d := &disk{}
	writeCases(t, d, counter, grants[:cases])
	client := ledger.New(ledger.Options{Nodes: []string{node.URL()}, Trust: trust})
	b, stop := running(t, d.reopen(), client, Options{First: 20 * time.Millisecond, Most: 200 * time.Millisecond})
	for i, part := range []int{10, 30} {
		until(t, d, func() bool { return d.committed() >= part })
		if err := node.Stop(); err != nil {
			t.Fatal(err)
		}
		writeCases(t, d, counter, grants[cases+i*meanwhile:cases+(i+1)*meanwhile]) // during the outage there is something to send
		b.Nudge()
		until(t, d, func() bool { return b.State().Light == Waiting })
		if part == 30 { // the program ends during the outage as well
			stop()
			b, stop = running(t, d.reopen(), client, Options{First: 20 * time.Millisecond, Most: 200 * time.Millisecond})
		}
		node = begin()
	}
	until(t, d, d.finished)
	stop()
	heights := map[casework.CaseID]int64{}
	for _, r := range d.rows {
		v, err := trust.Verify(r.receipt.Raw, r.Raw)
		if err != nil || casework.Digest(v.Digest) != r.Digest || v.Height < heights[r.Case] {
			t.Fatalf("entry %d: %+v after height %d, %v", r.Seq, v, heights[r.Case], err)
		}
		heights[r.Case] = v.Height
		if s := standing(t, node, r.Case); s.Seq != 5 || s.State != casework.StateAbandoned {
			t.Fatalf("the ledger's case stands at %+v", s)
		}
	}
}

// standing asks the node for a case.
func standing(t *testing.T, n *chain.Node, id casework.CaseID) casework.Standing {
	t.Helper()
	r, err := http.Get(n.URL() + `/abci_query?path="` + protocol.LedgerCase + string(id) + `"`)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Result struct {
			Response struct {
				Value []byte `json:"value"`
			} `json:"response"`
		} `json:"result"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	var state protocol.CaseState
	if err := protocol.Unmarshal(answer.Result.Response.Value, &state); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return state.Standing(id)
}
