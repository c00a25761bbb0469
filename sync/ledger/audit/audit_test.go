package audit_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/audit"
)

func reconciled(t *testing.T, c *city, told audit.Told, urls ...string) audit.Day {
	t.Helper()
	if len(urls) == 0 {
		urls = []string{c.node.URL()}
	}
	d, err := audit.Reconcile(t.Context(), c.client(urls...), c.of(), told)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func has(d audit.Day, kind audit.FindingKind, id casework.CaseID) bool {
	return slices.ContainsFunc(d.Findings, func(f audit.Finding) bool {
		return f.Kind == kind && f.Case == id && f.Severity == kind.Severity() && f.Zh != "" && f.En != ""
	})
}

// handed is the centre's record of these cases.
func handed(at time.Time, cases ...served) *audit.Handed {
	h := &audit.Handed{At: time.Now().Add(time.Hour)}
	for _, s := range cases {
		h.List = append(h.List, protocol.HandedOut{Grant: s.grant.ID, Case: s.id, Time: at})
	}
	return h
}

func TestADayIsCountedCaseByCase(t *testing.T) {
	c := found(t)
	steps := whole()
	list := []served{c.serve(c.start, steps...), c.serve(c.start, steps...), c.serve(c.start, casework.Opened, casework.Authorized, casework.Abandoned),
		c.serve(c.start, casework.Opened, casework.Authorized, casework.Retrieved, casework.Abandoned), c.serve(c.start, steps[:4]...),
		c.serve(c.start, casework.Opened, byPaper, casework.Confirmed, casework.Signed, casework.Submitted)}
	c.state(c.authority, protocol.RevokeGrant(testChain, list[1].grant.ID, time.Now().Add(time.Second)))
	client := c.client(c.node.URL())
	d := reconciled(t, c, audit.Told{Own: c.list(list...).own(client), Handed: handed(c.start, list[0], list[1], list[3], list[4])})
	if d.Cases != 6 || d.Submitted != 3 || d.Paper != 1 || !d.List[5].Paper || d.Retrievals != 4 || d.Unused != 1 || d.Dropped != 1 || d.Open != 1 || d.Revoked != 1 || d.Late != 0 || d.Waiting != 0 ||
		d.Entries[casework.Opened] != 6 || d.Entries[casework.Submitted] != 3 || d.Serious() != 0 || !d.Compared || !d.Handed {
		t.Fatalf("%+v", d)
	}
	if !has(d, audit.AuthorizedUnused, list[2].id) || !has(d, audit.RetrievedDropped, list[3].id) || !has(d, audit.RetrievedOpen, list[4].id) || len(d.Findings) != 3 {
		t.Fatalf("%+v", d.Findings)
	}
	for i, one := range d.List {
		if one.Case != list[i].id || one.Height < d.Ground.Height || len(one.Steps) != len(list[i].digests) {
			t.Errorf("case %d: %+v", i+1, one)
		}
	}
	if d := reconciled(t, c, audit.Told{}); d.Compared || d.Handed || d.Serious() != 0 {
		t.Error("compared with nothing")
	}
	empty, err := audit.Reconcile(t.Context(), client, audit.Of{Hall: "dongcheng", Counter: "13", Day: c.of().Day}, audit.Told{})
	if err != nil || empty.Cases != 0 || empty.Ground.Record != nil || len(empty.Ground.Proof) == 0 {
		t.Fatalf("a counter that served nobody: %+v, %v", empty, err)
	}
}

// TestEveryKindOfFindingArises, each for what was done to bring it about and for
// no other case. That the ledger contradicts itself can't be brought about with
// honest validators: see TestWhatTheLedgerShowsMustFitTogether.
func TestEveryKindOfFindingArises(t *testing.T) {
	c := found(t)
	seen := map[audit.FindingKind]bool{}
	long := c.start.Add(-5 * time.Hour)
	good, copied := c.serve(c.start, whole()...), c.serve(c.start, casework.Opened)
	more, open := c.serve(c.start, whole()...), c.serve(c.start, whole()[:3]...)
	dropped, unused := c.serve(c.start, casework.Opened, casework.Authorized, casework.Retrieved, casework.Abandoned), c.serve(c.start, whole()[:2]...)
	revoked := c.serve(c.start, whole()...)
	c.state(c.authority, protocol.RevokeGrant(testChain, revoked.grant.ID, revoked.times[4]))
	other := key(4)
	c.state(c.admin, protocol.EnrolKey(testChain, "dongcheng", "13", public(other), c.start))
	elsewhere := c.serveAt("13", other, c.start, casework.Opened)
	waiting, after := c.serve(c.start, casework.Opened), c.serve(c.start.Add(10*time.Second), casework.Opened)
	c.pass(4)
	client := c.client(c.node.URL())

	l := c.list(good, more, open, dropped, unused, revoked, waiting, elsewhere)
	l.At = c.start.Add(5 * time.Second).UnixMilli()
	l.Cases[1].Entries = l.Cases[1].Entries[:4]
	l.with(0, c.start, 9, "").with(2, c.start, 0, casework.GrantWithdrawn).with(4, long, 0, "").with(6, c.start, 0, "")
	d := reconciled(t, c, audit.Told{Own: l.own(client), Handed: handed(c.start, good, more, unused, dropped, revoked)}, c.forgetful(good.digests[1]))
	for _, want := range []struct {
		kind audit.FindingKind
		id   casework.CaseID
	}{{audit.UnknownToCounter, copied.id}, {audit.MoreOnLedger, more.id}, {audit.Elsewhere, elsewhere.id}, {audit.Lost, good.id}, {audit.RefusedThere, open.id},
		{audit.WaitingLong, unused.id}, {audit.Waiting, waiting.id}, {audit.NotOnRecord, open.id}, {audit.HandedOut, unused.id}, {audit.AfterRevocation, revoked.id},
		{audit.AuthorizedUnused, unused.id}, {audit.RetrievedOpen, open.id}, {audit.RetrievedDropped, dropped.id}, {audit.ByStateAlone, good.id}, {audit.SinceList, ""}} {
		if !has(d, want.kind, want.id) {
			t.Errorf("%s of %s does not arise", want.kind, want.id)
		}
		seen[want.kind] = true
	}
	if len(d.Findings) != len(seen) || d.Waiting != 3 || slices.ContainsFunc(d.Findings, func(f audit.Finding) bool { return f.Case == after.id }) {
		t.Errorf("%d findings, %d entries wait: %+v", len(d.Findings), d.Waiting, d.Findings)
	}
	if i := slices.IndexFunc(d.Findings, func(f audit.Finding) bool { return f.Severity == audit.Note }); i != d.Serious() {
		t.Error("those that need a person do not come first")
	}

	yesterday := audit.Of{Hall: "dongcheng", Counter: "12", Day: protocol.DayOf(c.start.AddDate(0, 0, -1))}
	late := c.serve(c.start.AddDate(0, 0, -1), casework.Opened, casework.Authorized)
	old, err := audit.Reconcile(t.Context(), c.client(c.node.URL()), yesterday, audit.Told{})
	if err != nil || !has(old, audit.BroughtLate, late.id) || old.Late != 2 || old.Cases != 1 {
		t.Errorf("%+v, %v", old, err)
	}
	seen[audit.BroughtLate], seen[audit.Broken] = true, true
	if !slices.Equal(slices.Sorted(maps.Keys(seen)), slices.Sorted(slices.Values(audit.FindingKinds()))) {
		t.Errorf("only these arise: %v", slices.Sorted(maps.Keys(seen)))
	}
}

// TestALicenceHandedOutIsFoundInACaseOfAnotherDay, and one of a moment ago may
// still be on its way.
func TestALicenceHandedOutIsFoundInACaseOfAnotherDay(t *testing.T) {
	c := found(t)
	old := c.serve(c.start.AddDate(0, 0, -1), whole()[:3]...)
	fresh := c.serve(c.start, whole()[:2]...)
	h := handed(c.start, old, fresh)
	h.At = c.start.Add(time.Minute)
	if d := reconciled(t, c, audit.Told{Handed: h}); d.Serious() != 0 {
		t.Errorf("%+v", d.Findings)
	}
	h.At = c.start.Add(time.Hour)
	if d := reconciled(t, c, audit.Told{Handed: h}); d.Serious() != 1 || !has(d, audit.HandedOut, fresh.id) {
		t.Errorf("%+v", d.Findings)
	}
	h.List = append(h.List, protocol.HandedOut{Grant: casework.GrantID(protocol.NewID()), Case: "none", Time: c.start})
	if d := reconciled(t, c, audit.Told{Handed: h}); d.Serious() != 2 || !has(d, audit.HandedOut, "none") {
		t.Errorf("a grant that is not registered: %+v", d.Findings)
	}
}

func TestAListIsTakenFromItsCounterAlone(t *testing.T) {
	c := found(t)
	s := c.serve(c.start, casework.Opened)
	other := key(4)
	c.state(c.admin, protocol.EnrolKey(testChain, "dongcheng", "13", public(other), c.start))
	client := c.client(c.node.URL())
	for name, raw := range map[string][]byte{
		"an unknown key":    c.list(s).signed(key(77)),
		"another counter's": c.list(s).signed(other),
		"altered": func() []byte {
			raw := c.list(s).signed(c.counter)
			raw[len(raw)-1] ^= 1
			return raw
		}(),
		"another day":   func() []byte { l := c.list(s); l.Day = "20200101"; return l.signed(c.counter) }(),
		"another chain": func() []byte { l := c.list(s); l.Chain = "x"; return l.signed(c.counter) }(),
		"an entry":      s.raws[0],
	} {
		if _, err := audit.ReadList(t.Context(), client, c.of(), raw); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	c.state(c.admin, protocol.WithdrawKey(testChain, "dongcheng", public(c.counter).ID(), c.start.Add(time.Second)))
	if _, err := audit.ReadList(t.Context(), c.client(c.node.URL()), c.of(), c.list(s).signed(c.counter)); err != nil {
		t.Errorf("the counter got a new key since: %v", err)
	}
}
