package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"maps"
	"slices"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

// Day is what the ledger proves of the cases that a counter opened on one day,
// and how that fits what the counter and the centre say.
type Day struct {
	Format  int                `json:"format"`
	Chain   string             `json:"chain"`
	Hall    casework.HallID    `json:"hall"`
	Counter casework.CounterID `json:"counter"`
	Day     string             `json:"day"`     // YYYYMMDD
	Auditor protocol.PublicKey `json:"auditor"` // who signed the report; zero before
	Ground  Ground             `json:"ground"`

	Cases      int                       `json:"cases"`
	Entries    map[casework.StepKind]int `json:"entries"`
	Retrievals int                       `json:"retrievals"` // cases in which licences were called up
	Unused     int                       `json:"unused"`     // authorized, and nothing was called up
	Dropped    int                       `json:"dropped"`    // called up and not submitted, ended
	Open       int                       `json:"open"`       // called up and not submitted yet
	Submitted  int                       `json:"submitted"`
	Revoked    int                       `json:"revoked"`  // the citizen unbound the grant
	Late       int                       `json:"late"`     // entries that came more than LateAfter later
	Waiting    int                       `json:"waiting"`  // entries of the counter that the ledger does not have yet
	Compared   bool                      `json:"compared"` // with what the counter has
	Handed     bool                      `json:"handed"`   // with what the centre handed out
	List       []DayCase                 `json:"list"`
	Findings   []Finding                 `json:"findings"`
	Time       time.Time                 `json:"time"` // the ledger's, of the header that the report stands on
}

// Ground is what a report stands on: one header, the record of the counter's day
// in the state that it proves, and what leads to its signers.
type Ground struct {
	Trust  string         `json:"trust"`            // SHA-256 of the pinned validators' document, hex
	Height int64          `json:"height"`           // of the state
	State  string         `json:"state"`            // application hash, hex
	Header receipt.Sealed `json:"header"`           // of the next height: it names the state
	Record []byte         `json:"record,omitempty"` // protocol.CounterDay as it stands there; empty: the counter opened no case
	Proof  []byte         `json:"proof"`            // of the record, or that there is none: ICS 23
	Links  []receipt.Link `json:"links,omitempty"`  // from the pinned validators to those that signed the header
}

// DayCase is one case of a day.
type DayCase struct {
	Case    casework.CaseID     `json:"case"`
	State   casework.State      `json:"state"`
	Height  int64               `json:"height"` // of the state that says so, at least the ground's
	Steps   []casework.StepKind `json:"steps"`
	From    int64               `json:"from"` // heights of the first and the last entry
	To      int64               `json:"to"`
	Opened  time.Time           `json:"opened"`
	Last    time.Time           `json:"last"`
	Late    int                 `json:"late,omitempty"`
	Revoked bool                `json:"revoked,omitempty"`
	Worst   Severity            `json:"worst,omitempty"` // of what was found in it
	entries []TracedEntry
	grant   casework.GrantID
}

// Told is what others tell about the day, to be compared with the ledger.
type Told struct {
	Own    *Own    // by the counter; nil: nothing is compared
	Handed *Handed // by the centre; nil: nothing is compared
}

// Reconcile follows every case of a counter's day.
func Reconcile(ctx context.Context, from *ledger.Client, of Of, told Told) (Day, error) {
	a := newAuditor(ctx, from)
	d := Day{Format: Format, Chain: from.Trust().ChainID, Hall: of.Hall, Counter: of.Counter, Day: of.Day,
		Entries: map[casework.StepKind]int{}, List: []DayCase{}, Findings: []Finding{}}
	ids, sum, err := a.found(ctx, &d)
	if err != nil {
		return d, err
	}
	traces, err := a.all(ctx, ids)
	if err != nil {
		return d, err
	}
	for i, t := range traces {
		if t.Hall != of.Hall || t.Counter != of.Counter || t.Day != of.Day {
			t.Case = ids[i]
			t.fault("此办件在账本上不属于该窗口的这一天", "the case is not one of this counter's day")
		}
		d.add(t)
	}
	d.summed(sum)
	if told.Own != nil {
		if err := a.compare(ctx, &d, told.Own); err != nil {
			return d, err
		}
	}
	if told.Handed != nil {
		err = a.handed(ctx, &d, *told.Handed)
	}
	d.sort()
	return d, err
}

// found lays the ground and returns the day's cases, proved to be all of them:
// by their number and their running digest. A case that is opened meanwhile is
// of the next report.
func (a *auditor) found(ctx context.Context, d *Day) ([]casework.CaseID, protocol.CounterDay, error) {
	sum, answer, err := record[protocol.CounterDay](ctx, a, protocol.CounterDayPath(d.Day, d.Hall, d.Counter), 0)
	if err != nil {
		return nil, sum, err
	}
	if d.Ground, err = groundOf(a.from.Trust(), answer); err != nil {
		return nil, sum, err
	}
	d.Time, a.least = answer.Time, answer.Height
	var ids []casework.CaseID
	var head []byte
	for n := 1; n <= sum.Cases; n++ {
		id, answer, err := record[[]byte](ctx, a, protocol.CounterCasePath(d.Day, d.Hall, d.Counter, n), 0)
		if err != nil {
			return nil, sum, err
		}
		if answer.Value == nil {
			return nil, sum, unknown("the ledger's list of cases is shorter than its day says")
		}
		head = protocol.ChainOf(head, id)
		ids = append(ids, casework.CaseID(hex.EncodeToString(id)))
	}
	if !bytes.Equal(head, sum.Head) {
		return nil, sum, unknown("the ledger's list of cases is not the one that its day is of")
	}
	return ids, sum, nil
}

// atOnce is how many cases are followed at a time.
const atOnce = 8

// all follows the cases and returns them in their order. A case that the ledger
// lists and does not have is one without entries, and with a fault.
func (a *auditor) all(ctx context.Context, ids []casework.CaseID) ([]Trace, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	traces, next := make([]Trace, len(ids)), make(chan int)
	var working sync.WaitGroup
	for range min(atOnce, len(ids)) {
		working.Go(func() {
			for i := range next {
				t, there, err := a.trace(ctx, ids[i])
				if err != nil {
					cancel(err)
					continue
				}
				if !there {
					t.fault("账本列出了此办件，却没有它的记录", "the ledger lists the case and has no record of it")
				}
				traces[i] = t
			}
		})
	}
	for i := range ids {
		next <- i
	}
	close(next)
	working.Wait()
	return traces, context.Cause(ctx)
}

// add counts a case.
func (d *Day) add(t Trace) {
	c := DayCase{Case: t.Case, State: t.State, Height: t.Height, Steps: []casework.StepKind{}, entries: t.Entries}
	had := map[casework.StepKind]bool{}
	alone, after := 0, 0
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	for i, e := range t.Entries {
		if i == 0 {
			c.From, c.Opened = e.Height, e.Time
		}
		c.To, c.Last = e.Height, e.Time
		c.Steps = append(c.Steps, e.Kind)
		had[e.Kind] = true
		d.Entries[e.Kind]++
		count(&c.Late, e.Late)
		count(&alone, !e.Proved)
		count(&after, e.After)
	}
	if n := len(t.Grants); n > 0 {
		c.grant, c.Revoked = t.Grants[n-1].ID, !t.Grants[n-1].Revoked.IsZero()
	}
	unused, dropped := had[casework.Authorized] && !had[casework.Retrieved], had[casework.Retrieved] && t.State == casework.StateAbandoned
	open := had[casework.Retrieved] && !t.State.Ended()
	d.Cases++
	d.Late += c.Late
	count(&d.Retrievals, had[casework.Retrieved])
	count(&d.Submitted, t.State == casework.StateSubmitted)
	count(&d.Unused, unused)
	count(&d.Dropped, dropped)
	count(&d.Open, open)
	count(&d.Revoked, c.Revoked)
	d.List = append(d.List, c)
	for _, fault := range t.Faults {
		d.note(more(Broken, t.Case, fault))
	}
	for _, f := range []struct {
		kind FindingKind
		so   bool
		n    int
	}{{AuthorizedUnused, unused, 0}, {RetrievedDropped, dropped, 0}, {RetrievedOpen, open, 0}, {BroughtLate, c.Late > 0, c.Late},
		{ByStateAlone, alone > 0, alone}, {AfterRevocation, after > 0, after}} {
		if f.so {
			d.find(f.kind, t.Case, f.n)
		}
	}
}

// summed compares what was counted with the ledger's own sum. Entries that came
// while the report was made are no fault.
func (d *Day) summed(sum protocol.CounterDay) {
	for _, kind := range slices.Sorted(maps.Keys(sum.Entries)) {
		if got := d.Entries[casework.StepKind(kind)]; got < sum.Entries[kind] {
			d.note(more(Broken, "", say("账本共计 %[2]d 条 %[1]s 记录，各办件合计只有 %[3]d 条", "the ledger counts %[2]d entries of the kind %[1]s, its cases have %[3]d", kind, sum.Entries[kind], got)))
		}
	}
}
