package audit

import (
	"maps"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
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
	Paper      int                       `json:"paper"`    // authorized by paper originals: nothing is called up
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
	Paper   bool                `json:"paper,omitempty"`
	Worst   Severity            `json:"worst,omitempty"` // of what was found in it
	entries []TracedEntry
	grant   casework.GrantID
}

// add counts a case.
func (d *Day) add(t Trace) {
	c := DayCase{Case: t.Case, State: t.State, Paper: t.Paper, Height: t.Height, Steps: []casework.StepKind{}, entries: t.Entries}
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
	unused, dropped := had[casework.Authorized] && !t.Paper && !had[casework.Retrieved], had[casework.Retrieved] && t.State == casework.StateAbandoned
	open := had[casework.Retrieved] && !t.State.Ended()
	d.Cases++
	d.Late += c.Late
	count(&d.Retrievals, had[casework.Retrieved])
	count(&d.Submitted, t.State == casework.StateSubmitted)
	count(&d.Paper, t.Paper)
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
