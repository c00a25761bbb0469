package ledger_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
)

func TestHundredsOfEntriesAtOnceCostTheNodeFewCalls(t *testing.T) {
	city := found(t)
	var calls counted
	c := city.client(calls.before(t, city.node.URL()))
	raws := make([][]byte, 400)
	for i := range raws {
		raws[i] = city.write().next(casework.Opened)
	}
	receipts := make([]casework.Receipt, len(raws))
	var all sync.WaitGroup
	for i, raw := range raws {
		all.Go(func() {
			r, err := c.Commit(context.Background(), raw)
			if err != nil {
				t.Error(err)
			}
			receipts[i] = r
		})
	}
	all.Wait()
	heights := map[int64]bool{}
	for i, r := range receipts {
		v, err := city.trust().Verify(r.Raw, raws[i])
		if err != nil || v.Digest != r.Entry || r.Entry != protocol.DigestOf(raws[i]) || v.Height != r.Height {
			t.Fatalf("entry %d: %+v, %v", i, v, err)
		}
		heights[r.Height] = true
	}
	if n := calls.calls.Load() - calls.polls.Load(); n > 100 || calls.batches.Load() == 0 {
		t.Errorf("%d requests beside those for the height, %d of them with several entries, for %d entries in %d blocks", n, calls.batches.Load(), len(raws), len(heights))
	}
}

func TestEntriesThatAreRecordedAlreadyComeBackInNumbersToo(t *testing.T) {
	city := found(t)
	raws := make([][]byte, 100)
	first := city.client(city.node.URL())
	var all sync.WaitGroup
	for i := range raws {
		raws[i] = city.write().next(casework.Opened)
		all.Go(func() { commit(t, first, raws[i]) })
	}
	all.Wait()
	second := city.client(city.node.URL()) // as after a crash
	for _, raw := range raws {
		all.Go(func() {
			a, err := first.Commit(context.Background(), raw)
			b, again := second.Commit(context.Background(), raw)
			if err != nil || again != nil || a.Height != b.Height || a.Entry != b.Entry {
				t.Errorf("%d and %d, %v, %v", a.Height, b.Height, err, again)
			}
		})
	}
	all.Wait()
}

// TestTheEntriesOfACaseReachTheNodeInTheirOrderWithoutWaitingForReceipts: each is
// sent when the one before it stands in the line, those of many cases at once, and
// none is refused for its place.
func TestTheEntriesOfACaseReachTheNodeInTheirOrderWithoutWaitingForReceipts(t *testing.T) {
	city := found(t)
	c := city.client(city.node.URL())
	cases := make([][][]byte, 40)
	for i := range cases {
		w := city.write()
		for _, kind := range steps() {
			cases[i] = append(cases[i], w.next(kind))
		}
	}
	var all sync.WaitGroup
	for _, raws := range cases {
		all.Go(func() {
			heights := make([]int64, len(raws))
			var one sync.WaitGroup
			for i, raw := range raws {
				queued := make(chan struct{})
				one.Go(func() {
					r, err := c.CommitAhead(context.Background(), raw, func() { close(queued) })
					if err != nil {
						t.Errorf("entry %d: %v", i+1, err)
					}
					heights[i] = r.Height
				})
				<-queued
			}
			one.Wait()
			if !slices.IsSorted(heights) {
				t.Errorf("a case at the heights %v", heights)
			}
		})
	}
	all.Wait()
}

func TestAStatementComesBackWithAReceipt(t *testing.T) {
	city := found(t)
	grant := city.grant
	grant.ID = casework.GrantID(protocol.NewID())
	raw, digest, err := protocol.SignStatement(key(1), protocol.RegisterGrant(testChain, protocol.Suite1, grant, city.start))
	if err != nil {
		t.Fatal(err)
	}
	c := city.client("http://127.0.0.1:1", city.node.URL())
	r := commit(t, c, raw)
	if v, err := city.trust().Verify(r.Raw, raw); err != nil || v.Digest != digest || r.Entry != digest {
		t.Fatalf("%+v, %v", v, err)
	}
	stranger, _, err := protocol.SignStatement(key(9), protocol.RevokeGrant(testChain, grant.ID, city.start))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := city.client(city.node.URL()).Commit(context.Background(), stranger); err == nil || !ledger.Permanent(err) {
		t.Fatalf("of a stranger: %v", err)
	}
	elsewhere, _, err := protocol.SignStatement(key(1), protocol.RevokeGrant("elsewhere", grant.ID, city.start))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Commit(context.Background(), elsewhere); casework.KindOf(err) != casework.WrongChain {
		t.Fatalf("of another chain: %v", err)
	}
}

func TestARefusalStandsOnlyWhenAllWhoAnswerAgree(t *testing.T) {
	raw := anEntry(t)
	p := play(t, 1, "abcd")
	p.grow("")
	refusing := func(kind casework.RefusalKind) string {
		return between(t, p.serve(), func(method string, answer []byte) []byte {
			if method == "broadcast_tx_sync" {
				return []byte(`{"jsonrpc":"2.0","id":1,"result":{"code":2,"codespace":"` + string(kind) + `"}}`)
			}
			return answer
		})
	}
	taking := between(t, p.serve(), func(method string, answer []byte) []byte {
		switch method {
		case "broadcast_tx_sync":
			return []byte(`{"jsonrpc":"2.0","id":1,"result":{"code":0}}`)
		case "block", "commit", "tx":
			return []byte(`{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error","data":"not found"}}`)
		case "abci_query":
			return []byte(`{"jsonrpc":"2.0","id":1,"result":{"response":{"height":"0"}}}`)
		case "status":
			return []byte(`{"jsonrpc":"2.0","id":1,"result":{"node_info":{"network":"` + testChain + `"}}}`)
		}
		return answer
	})
	for name, row := range map[string]struct {
		nodes     []string
		kind      casework.RefusalKind
		permanent bool
	}{
		"all say the same":          {[]string{refusing("case-ended"), refusing("case-ended")}, casework.CaseEnded, true},
		"one is only behind":        {[]string{refusing("wrong-sequence"), refusing("case-ended")}, casework.CaseEnded, true},
		"one takes it":              {[]string{refusing("case-ended"), taking}, casework.CaseEnded, false},
		"one that may know is down": {[]string{refusing("wrong-sequence"), "http://127.0.0.1:1"}, casework.WrongSequence, false},
		"one that can't know":       {[]string{refusing("case-ended"), "http://127.0.0.1:1"}, casework.CaseEnded, true},
		"a suspended key":           {[]string{refusing("key-suspended")}, "key-suspended", false},
	} {
		c := ledger.New(ledger.Options{Nodes: row.nodes, Trust: p.trust(), Block: 100 * time.Millisecond})
		if _, err := c.Commit(context.Background(), raw); casework.KindOf(err) != row.kind || c.Permanent(err) != row.permanent {
			t.Errorf("%s: %v, permanent %v", name, err, c.Permanent(err))
		}
	}
}
