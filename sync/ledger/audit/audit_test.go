package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/audit"
)

func TestACaseIsTracedToItsEndWithBothTimes(t *testing.T) {
	c := found(t)
	s := c.serve(c.start, whole()...)
	old := c.serve(c.start.Add(-2*time.Hour), casework.Opened, casework.Authorized, casework.Retrieved, casework.Abandoned)
	c.state(c.authority, protocol.RevokeGrant(testChain, s.grant.ID, time.Now()))
	client := c.client(c.node.URL())
	got, err := audit.Case(context.Background(), client, s.id)
	if err != nil || len(got.Faults) > 0 || got.State != casework.StateSubmitted || len(got.Entries) != len(s.digests) {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, e := range got.Entries {
		if e.Digest != s.digests[i] || !e.Proved || e.Late || e.KeyState != "enrolled" || e.OnChain.Before(c.start.Add(-time.Second)) {
			t.Errorf("entry %d: %+v", i+1, e)
		}
	}
	if got.Grant == nil || got.Grant.Revoked.IsZero() || got.Grant.RevokedAt == 0 {
		t.Errorf("the grant: %+v", got.Grant)
	}
	late, err := audit.Case(context.Background(), client, old.id)
	if err != nil || len(late.Faults) > 0 || !late.Entries[0].Late || late.State != casework.StateAbandoned {
		t.Fatalf("%+v, %v", late, err)
	}
	if _, err := audit.Case(context.Background(), client, casework.CaseID(protocol.NewID())); casework.KindOf(err) != casework.WrongCase {
		t.Fatalf("a case that is not there: %v", err)
	}
}

// aDay serves a day that has some of everything, and returns what the counter
// has of it.
func aDay(c *city) (day string, own map[casework.CaseID][]casework.Digest, list []served) {
	steps := whole()
	list = []served{c.serve(c.start, steps...), c.serve(c.start, steps...), c.serve(c.start, casework.Opened, casework.Authorized, casework.Abandoned),
		c.serve(c.start, casework.Opened, casework.Authorized, casework.Retrieved, casework.Abandoned), c.serve(c.start, steps[:4]...)}
	c.state(c.authority, protocol.RevokeGrant(testChain, list[1].grant.ID, time.Now()))
	own = map[casework.CaseID][]casework.Digest{}
	for _, s := range list {
		own[s.id] = s.digests
	}
	return protocol.DayOf(c.start), own, list
}

func TestADayIsReconciledCaseByCase(t *testing.T) {
	c := found(t)
	day, own, list := aDay(c)
	reconcile := func(own map[casework.CaseID][]casework.Digest) audit.Day {
		t.Helper()
		d, err := audit.Reconcile(context.Background(), c.client(c.node.URL()), "dongcheng", "12", day, own)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	has := func(d audit.Day, kind audit.FindingKind, id casework.CaseID) bool {
		return slices.ContainsFunc(d.Findings, func(f audit.Finding) bool { return f.Kind == kind && f.Case == id })
	}
	d := reconcile(own)
	if d.Cases != 5 || d.Submitted != 2 || d.Retrievals != 4 || d.Unused != 1 || d.Dropped != 1 || d.Open != 1 || d.Revoked != 1 || d.Late != 0 || d.Entries[casework.Opened] != 5 || d.Serious() != 0 {
		t.Fatalf("%+v", d)
	}
	if !has(d, audit.AuthorizedUnused, list[2].id) || !has(d, audit.RetrievedDropped, list[3].id) || !has(d, audit.RetrievedOpen, list[4].id) {
		t.Fatalf("%+v", d.Findings)
	}
	altered := func(change func(map[casework.CaseID][]casework.Digest)) map[casework.CaseID][]casework.Digest {
		out := map[casework.CaseID][]casework.Digest{}
		for id, digests := range own {
			out[id] = slices.Clone(digests)
		}
		change(out)
		return out
	}
	for kind, mine := range map[audit.FindingKind]map[casework.CaseID][]casework.Digest{
		audit.UnknownToCounter: altered(func(m map[casework.CaseID][]casework.Digest) { delete(m, list[0].id) }),
		audit.MoreOnLedger:     altered(func(m map[casework.CaseID][]casework.Digest) { m[list[0].id] = m[list[0].id][:5] }),
		audit.NotOnLedger: altered(func(m map[casework.CaseID][]casework.Digest) {
			m[list[0].id] = append(m[list[0].id], casework.Digest{7})
		}),
	} {
		if d := reconcile(mine); d.Serious() != 1 || !has(d, kind, list[0].id) {
			t.Errorf("%s: %+v", kind, d.Findings)
		}
	}
	if d := reconcile(nil); d.Compared || d.Serious() != 0 {
		t.Error("compared with nothing")
	}
	empty, err := audit.Reconcile(context.Background(), c.client(c.node.URL()), "dongcheng", "13", day, nil)
	if err != nil || empty.Cases != 0 {
		t.Fatalf("a counter that served nobody: %+v, %v", empty, err)
	}
}

// TestANodeCannotHideOrAlterWhatTheLedgerHas: each lie of a node about the state
// is found out by the proof, and the next node is asked.
func TestANodeCannotHideOrAlterWhatTheLedgerHas(t *testing.T) {
	c := found(t)
	s := c.serve(c.start, whole()...)
	other := c.serve(c.start, casework.Opened)
	record := protocol.LedgerCase + string(s.id)
	edit := func(raw []byte, change func(response map[string]any)) []byte {
		var all map[string]any
		if json.Unmarshal(raw, &all) != nil {
			return raw
		}
		change(all["result"].(map[string]any)["response"].(map[string]any))
		out, err := json.Marshal(all)
		if err != nil {
			t.Error(err)
		}
		return out
	}
	lie := func(change func(map[string]any)) string {
		return c.between(func(method, path string, answer []byte) []byte {
			if method != "abci_query" || path != record {
				return answer
			}
			return edit(answer, change)
		})
	}
	for name, row := range map[string]struct {
		node string
		want ledger.Trouble
	}{
		"the case is not there": {lie(func(r map[string]any) { r["value"] = nil; r["code"] = protocol.LedgerRefused }), ledger.Forged},
		"the case stands else":  {lie(func(r map[string]any) { r["value"] = "oWEBAQ==" }), ledger.Forged},
		"without a proof":       {lie(func(r map[string]any) { r["proofOps"] = nil }), ledger.Failing},
		"by an older state":     {lie(func(r map[string]any) { r["height"] = "2" }), ledger.Behind},
		"by a state to come":    {lie(func(r map[string]any) { r["height"] = "4000" }), ledger.Failing},
		"another case's, proved": {c.between(func(method, path string, answer []byte) []byte {
			if method != "abci_query" || path != record {
				return answer
			}
			a, err := c.client(c.node.URL()).Read(context.Background(), protocol.LedgerCase+string(other.id))
			if err != nil {
				t.Error(err)
			}
			return edit(answer, func(r map[string]any) {
				r["value"] = a.Value
				r["proofOps"] = map[string]any{"ops": []any{map[string]any{"type": "ics23:iavl", "data": a.Proof}}}
			})
		}), ledger.Forged},
	} {
		client := c.client(row.node)
		if _, err := audit.Case(context.Background(), client, s.id); err == nil {
			t.Errorf("%s: believed", name)
		}
		if got := client.State().Nodes[0].Trouble; got != row.want {
			t.Errorf("%s: the node is in trouble %q, want %q", name, got, row.want)
		}
		if got, err := audit.Case(context.Background(), c.client(row.node, c.node.URL()), s.id); err != nil || got.State != casework.StateSubmitted {
			t.Errorf("%s: the next node is not asked: %v", name, err)
		}
	}
}

func TestAReportIsBoundToItsSigner(t *testing.T) {
	c := found(t)
	day, own, _ := aDay(c)
	d, err := audit.Reconcile(context.Background(), c.client(c.node.URL()), "dongcheng", "12", day, own)
	if err != nil {
		t.Fatal(err)
	}
	auditor := key(9)
	raw, err := audit.Sign(auditor, d)
	if err != nil {
		t.Fatal(err)
	}
	back, err := audit.Open(raw, public(auditor))
	if err != nil || back.Cases != d.Cases || len(back.List) != len(d.List) || back.State != d.State || back.Height < 1 {
		t.Fatalf("%+v, %v", back, err)
	}
	if _, err := audit.Open(raw, public(key(8))); err == nil {
		t.Error("another signer's")
	}
	for i := range raw {
		bad := bytes.Clone(raw)
		bad[i] ^= 1
		if _, err := audit.Open(bad, public(auditor)); err == nil {
			t.Fatalf("byte %d may be changed", i)
		}
	}
	for language, want := range map[string][]string{"zh-CN": {"核对无异常", "已授权，未调取证照", "群众已解绑"}, "en": {"Nothing needs a person", "authorized, and no licence was retrieved"}} {
		var page strings.Builder
		if err := d.Page(&page, language, "signer"); err != nil {
			t.Fatal(err)
		}
		for _, text := range append(want, d.State) {
			if !strings.Contains(page.String(), text) {
				t.Errorf("%s: the page lacks %q", language, text)
			}
		}
		if *keep != "" {
			write(t, *keep+"/"+language+".html", page.String())
		}
	}
}
