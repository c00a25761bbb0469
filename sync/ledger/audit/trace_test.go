package audit_test

import (
	"encoding/json"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/audit"
)

func TestACaseIsTracedToItsEndWithBothTimes(t *testing.T) {
	c := found(t)
	s := c.serve(c.start, whole()...)
	c.state(c.authority, protocol.RevokeGrant(testChain, s.grant.ID, c.start.Add(time.Second)))
	got, err := audit.Case(t.Context(), c.client(c.node.URL()), s.id)
	if err != nil || len(got.Faults) > 0 || got.State != casework.StateSubmitted || len(got.Entries) != len(s.digests) || got.Height < c.last-1 || got.Time.Before(c.start) {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, e := range got.Entries {
		if e.Digest != s.digests[i] || !e.Proved || e.Late || e.After || e.KeyState != "enrolled" || e.Key != public(c.counter).ID() || !e.Time.Equal(s.times[i]) || e.OnChain.Before(c.start.Add(-time.Second)) {
			t.Errorf("entry %d: %+v", i+1, e)
		}
		if v, err := c.pinned().Verify(e.Receipt, e.Raw); err != nil || v.Height != e.Height {
			t.Errorf("entry %d: its receipt does not hold on its own: %v", i+1, err)
		}
	}
	if len(got.Grants) != 1 {
		t.Fatalf("%d grants", len(got.Grants))
	}
	g := got.Grants[0]
	if g.ID != s.grant.ID || !g.Proved || g.Registered == 0 || g.Used != got.Entries[1].Height || g.RegisteredOn.IsZero() || g.RevokedOn.IsZero() || g.RevokedAt <= g.Used || !g.Revoked.Equal(c.start.Add(time.Second)) {
		t.Errorf("the grant: %+v", g)
	}
	text, err := json.Marshal(got)
	var back audit.Trace
	if err != nil || json.Unmarshal(text, &back) != nil || len(back.Entries) != len(got.Entries) || string(back.Entries[0].Receipt) != string(got.Entries[0].Receipt) {
		t.Errorf("a script reads something else: %v", err)
	}
}

func TestALateEntryAndASuspendedKeyAreMarked(t *testing.T) {
	c := found(t)
	old := c.serve(c.start.Add(-2*time.Hour), casework.Opened, casework.Authorized, casework.Retrieved, casework.Abandoned)
	c.state(c.admin, protocol.SuspendKey(testChain, "dongcheng", public(c.counter).ID(), c.start.Add(time.Second)))
	got, err := audit.Case(t.Context(), c.client(c.node.URL()), old.id)
	if err != nil || len(got.Faults) > 0 || !got.Entries[0].Late || got.State != casework.StateAbandoned || got.Entries[3].KeyState != "suspended" {
		t.Fatalf("%+v, %v", got, err)
	}
	_, err = audit.Case(t.Context(), c.client(c.node.URL()), casework.CaseID(protocol.NewID()))
	if casework.KindOf(err) != casework.WrongCase {
		t.Fatalf("a case that is not there: %v", err)
	}
}

// TestAGrantThatTookThePlaceOfAnotherIsTracedToo: the first one ran out unused.
func TestAGrantThatTookThePlaceOfAnotherIsTracedToo(t *testing.T) {
	c := found(t)
	s := c.serve(c.start, casework.Opened, casework.Authorized, casework.Authorized, casework.Retrieved)
	got, err := audit.Case(t.Context(), c.client(c.node.URL()), s.id)
	if err != nil || len(got.Faults) > 0 || len(got.Grants) != 2 || got.Grants[1].ID != s.grant.ID || got.Grants[0].Used >= got.Grants[1].Used || !got.Grants[0].Proved || !got.Grants[1].Proved {
		t.Fatalf("%+v, %v", got, err)
	}
}

// TestACaseByPaperIsTracedWithoutAGrant, also where originals took the place of a
// grant that could not be used: what the centre hands out for that one is found.
func TestACaseByPaperIsTracedWithoutAGrant(t *testing.T) {
	c := found(t)
	paper := c.serve(c.start, casework.Opened, byPaper, casework.Confirmed)
	after := c.serve(c.start, casework.Opened, casework.Authorized, byPaper, casework.Confirmed)
	client := c.client(c.node.URL())
	for _, s := range []struct {
		served
		grants int
	}{{paper, 0}, {after, 1}} {
		trace, err := audit.Case(t.Context(), client, s.id)
		if err != nil || len(trace.Faults) != 0 || !trace.Paper || trace.State != casework.StateConfirmed || len(trace.Grants) != s.grants {
			t.Fatalf("%+v, %v", trace, err)
		}
	}
	d := reconciled(t, c, audit.Told{Handed: handed(c.start, after)})
	if !has(d, audit.HandedOut, after.id) || d.Paper != 2 || len(d.Findings) != 1 {
		t.Errorf("%+v", d.Findings)
	}
}
