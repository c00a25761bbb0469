package audit

import (
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// TestWhatTheLedgerShowsMustFitTogether plays validators that signed what the
// rules forbid: the auditor follows the rules itself, and names what is wrong.
func TestWhatTheLedgerShowsMustFitTogether(t *testing.T) {
	at := time.Date(2026, 11, 25, 2, 0, 0, 0, time.UTC)
	opened := casework.Entry{Chain: "city", Case: casework.CaseID(strings.Repeat("ab", 16)), Seq: 1, Kind: casework.Opened, Time: at,
		Hall: "dongcheng", Counter: "12", Clerk: "c", Body: casework.Body{Item: casework.Commitment{1}}}
	submitted := opened
	submitted.Seq, submitted.Kind, submitted.Prev, submitted.Body = 2, casework.Submitted, casework.Digest{1}, casework.Body{Whole: casework.Digest{9}}
	late := opened
	late.Seq, late.Prev = 2, casework.Digest{1}
	for want, e := range map[string]casework.Entry{"forbidden-step": submitted, "another than the state says": late} {
		tr := &tracing{whole: true, Trace: Trace{Case: opened.Case}}
		tr.follows(opened, protocol.Suite1, TracedEntry{Seq: 1, Kind: casework.Opened, Digest: casework.Digest{1}, Time: at}, 1)
		if len(tr.Faults) != 0 {
			t.Fatal(tr.Faults)
		}
		tr.follows(e, protocol.Suite1, TracedEntry{Seq: 2, Kind: casework.Submitted, Digest: casework.Digest{2}, Time: at}, 2)
		if len(tr.Faults) == 0 || !strings.Contains(tr.Faults[0].En, want) || tr.Faults[0].Zh == "" || tr.whole {
			t.Errorf("%s: %+v", want, tr.Faults)
		}
	}
	for want, change := range map[string]func(*grantView, *casework.Entry){
		"wrong-item":    func(_ *grantView, e *casework.Entry) { e.Body.Item = casework.Commitment{2} },
		"grant-expired": func(g *grantView, _ *casework.Entry) { g.rules.Until = at },
		"grant-revoked": func(g *grantView, _ *casework.Entry) { g.rules.Revoked, g.RevokedAt = at, 4 },
		"registered":    func(g *grantView, _ *casework.Entry) { g.Registered = 9 },
	} {
		e := opened
		e.Kind, e.Body = casework.Authorized, casework.Body{Item: casework.Commitment{1}, Grant: "g", Method: casework.ByQR}
		g := &grantView{there: true, rules: casework.RegisteredGrant{Hall: "dongcheng", Item: casework.Commitment{1}, From: at, Until: at.Add(time.Hour)}}
		tr := &tracing{whole: true, grants: map[casework.GrantID]*grantView{"g": g}}
		if err := tr.granted(t.Context(), &TracedEntry{Height: 7}, e); err != nil || len(tr.Faults) != 0 {
			t.Fatalf("%v %v", err, tr.Faults)
		}
		change(g, &e)
		if err := tr.granted(t.Context(), &TracedEntry{Height: 7}, e); err != nil || len(tr.Faults) != 1 || !strings.Contains(tr.Faults[0].En, want) {
			t.Errorf("%s: %v %v", want, err, tr.Faults)
		}
	}
	d := Day{Entries: map[casework.StepKind]int{casework.Opened: 1}}
	d.add(Trace{Case: "c", Faults: []Sentence{say("不符", "does not fit")}})
	d.summed(protocol.CounterDay{Entries: map[string]int{string(casework.Opened): 2}})
	if len(d.Findings) != 2 || d.Findings[0].Kind != Broken || d.List[0].Worst != Person || d.Serious() != 2 || !strings.Contains(d.Findings[1].En, "counts 2 entries of the kind opened, its cases have 1") ||
		!strings.Contains(d.Findings[1].Zh, "共计 2 条 opened 记录") {
		t.Errorf("%+v", d.Findings)
	}
}
