package audit_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/audit"
)

// edited changes the response of a query.
func edited(t testing.TB, raw []byte, change func(response map[string]any)) []byte {
	var all map[string]any
	if json.Unmarshal(raw, &all) != nil {
		return raw
	}
	result, ok := all["result"].(map[string]any)
	if !ok {
		return raw
	}
	change(result["response"].(map[string]any))
	out, err := json.Marshal(all)
	if err != nil {
		t.Error(err)
	}
	return out
}

// lying answers a query for one path with what change makes of the answer.
func (c *city) lying(path string, change func(response map[string]any)) string {
	return c.between(func(q question, answer []byte) []byte {
		if q.Method != "abci_query" || q.path() != path {
			return answer
		}
		return edited(c.t, answer, change)
	})
}

// dated is a node that answers queries for paths that begin so from an older
// state, with proofs that hold.
func (c *city) dated(path string, height int64) string {
	return c.proxy(func(q question) question {
		if q.Method == "abci_query" && strings.HasPrefix(q.path(), path) {
			q.Params["height"] = fmt.Sprint(height)
		}
		return q
	}, func(_ question, answer []byte) []byte { return answer })
}

func swapped(t testing.TB, with ledger.Answer) func(map[string]any) {
	return func(r map[string]any) {
		r["value"], r["height"] = with.Value, fmt.Sprint(with.Height)
		r["proofOps"] = map[string]any{"ops": []any{map[string]any{"type": "ics23:iavl", "data": with.Proof}}}
	}
}

// TestANodeCannotHideOrAlterACase: each lie of a node about the state is found
// out by the proof, and the next node is asked.
func TestANodeCannotHideOrAlterACase(t *testing.T) {
	c := found(t)
	s, other := c.serve(c.start, whole()...), c.serve(c.start, casework.Opened)
	before := c.last
	c.pass(8)
	record := protocol.LedgerCase + string(s.id)
	another, err := c.client(c.node.URL()).Read(t.Context(), protocol.LedgerCase+string(other.id))
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		node string
		want ledger.Trouble
	}{
		"the case is not there":  {c.lying(record, func(r map[string]any) { r["value"] = nil; r["code"] = protocol.LedgerRefused }), ledger.Forged},
		"the case stands else":   {c.lying(record, func(r map[string]any) { r["value"] = "oWEBAQ==" }), ledger.Forged},
		"without a proof":        {c.lying(record, func(r map[string]any) { r["proofOps"] = nil }), ledger.Failing},
		"by an older height":     {c.lying(record, func(r map[string]any) { r["height"] = "2" }), ledger.Behind},
		"by a height to come":    {c.lying(record, func(r map[string]any) { r["height"] = "4000" }), ledger.Failing},
		"another case's, proved": {c.lying(record, swapped(t, another)), ledger.Forged},
		"an older state, proved": {c.dated(record, before-1), ledger.Behind},
	} {
		client := c.client(row.node)
		if got, err := audit.Case(t.Context(), client, s.id); err == nil {
			t.Errorf("%s: believed, %+v", name, got)
		}
		if got := client.State().Nodes[0].Trouble; got != row.want {
			t.Errorf("%s: the node is in trouble %q, want %q", name, got, row.want)
		}
		if got, err := audit.Case(t.Context(), c.client(row.node, c.node.URL()), s.id); err != nil || got.State != casework.StateSubmitted || len(got.Entries) != 6 {
			t.Errorf("%s: the next node is not asked: %v", name, err)
		}
	}
}

// TestANodeCannotShortenADay: neither by leaving a case out of the list, nor by
// an older sum or list.
func TestANodeCannotShortenADay(t *testing.T) {
	c := found(t)
	first := c.serve(c.start, whole()...)
	c.pass(1)
	early := c.last
	c.pass(6)
	second := c.serve(c.start, whole()...)
	c.pass(1)
	day, of := c.of().Day, c.of()
	sum, item := protocol.CounterDayPath(day, "dongcheng", "12"), protocol.CounterCasePath(day, "dongcheng", "12", 2)
	firstItem, err := c.client(c.node.URL()).Read(t.Context(), protocol.CounterCasePath(day, "dongcheng", "12", 1))
	if err != nil {
		t.Fatal(err)
	}
	nothing := func(r map[string]any) { r["value"] = nil; r["code"] = protocol.LedgerRefused }
	for name, node := range map[string]string{
		"one case less":               c.lying(item, nothing),
		"the first case twice":        c.lying(item, swapped(t, firstItem)),
		"no day":                      c.lying(sum, nothing),
		"an older sum, proved":        c.dated(sum, early),
		"an older list, proved":       c.dated(protocol.LedgerCounterCase, early),
		"all of an older day, proved": c.dated("/", early),
	} {
		if d, err := audit.Reconcile(t.Context(), c.client(node), of, audit.Told{}); err == nil {
			t.Errorf("%s: believed, %d cases", name, d.Cases)
		}
		d, err := audit.Reconcile(t.Context(), c.client(node, c.node.URL()), of, audit.Told{})
		if err != nil || d.Cases != 2 || d.List[0].Case != first.id || d.List[1].Case != second.id || d.Serious() != 0 {
			t.Errorf("%s: the next node is not asked: %+v, %v", name, d, err)
		}
	}
}

// TestAnEntryThatANodeLeavesOutIsFetchedFromTheNext; where no node has it, the
// state still lists it, and the trace says that nothing else proves it.
func TestAnEntryThatANodeLeavesOutIsFetchedFromTheNext(t *testing.T) {
	c := found(t)
	s := c.serve(c.start, whole()...)
	c.pass(4)
	node := c.forgetful(s.digests[2])
	got, err := audit.Case(t.Context(), c.client(node, c.node.URL()), s.id)
	if err != nil || len(got.Faults) > 0 || !got.Entries[2].Proved {
		t.Fatalf("%+v, %v", got, err)
	}
	got, err = audit.Case(t.Context(), c.client(node), s.id)
	if err != nil || len(got.Faults) > 0 || len(got.Entries) != 6 || got.Entries[2].Proved || !got.Entries[2].OnChain.IsZero() || got.Entries[2].Digest != s.digests[2] || !got.Entries[3].Proved {
		t.Fatalf("alone: %+v, %v", got, err)
	}
	swap := c.between(func(q question, answer []byte) []byte {
		if q.Method != "tx" {
			return answer
		}
		var all map[string]any
		if json.Unmarshal(answer, &all) != nil || all["result"] == nil {
			return answer
		}
		all["result"].(map[string]any)["tx"] = s.raws[0]
		out, _ := json.Marshal(all)
		return out
	})
	if got, err := audit.Case(t.Context(), c.client(swap), s.id); err == nil {
		t.Errorf("the bytes of another entry are believed: %+v", got)
	}
}
