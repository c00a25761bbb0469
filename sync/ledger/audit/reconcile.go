package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
)

// Day is what the ledger proves of the cases that a counter opened on one day,
// and how that fits what the counter says.
type Day struct {
	Format  int                `json:"format"`
	Chain   string             `json:"chain"`
	Trust   string             `json:"trust"` // SHA-256 of the pinned validators' document, hex
	Hall    casework.HallID    `json:"hall"`
	Counter casework.CounterID `json:"counter"`
	Day     string             `json:"day"`    // YYYYMMDD
	Height  int64              `json:"height"` // of the state that it stands on
	Time    time.Time          `json:"time"`   // the ledger's, of the header that proves it
	State   string             `json:"state"`  // application hash of that header, hex

	Cases      int                       `json:"cases"`
	Entries    map[casework.StepKind]int `json:"entries"`
	Retrievals int                       `json:"retrievals"` // cases in which licences were called up
	Unused     int                       `json:"unused"`     // authorized, and nothing was called up
	Dropped    int                       `json:"dropped"`    // called up and not submitted, ended
	Open       int                       `json:"open"`       // called up and not submitted yet
	Submitted  int                       `json:"submitted"`
	Revoked    int                       `json:"revoked"` // the citizen unbound the grant
	Late       int                       `json:"late"`    // entries that came more than LateAfter later
	Compared   bool                      `json:"compared"`
	List       []DayCase                 `json:"list"`
	Findings   []Finding                 `json:"findings"`
}

// DayCase is one case of a day.
type DayCase struct {
	Case     casework.CaseID     `json:"case"`
	State    casework.State      `json:"state"`
	Steps    []casework.StepKind `json:"steps"`
	From     int64               `json:"from"` // heights of the first and the last entry
	To       int64               `json:"to"`
	Opened   time.Time           `json:"opened"`
	Last     time.Time           `json:"last"`
	Late     int                 `json:"late"`
	Revoked  bool                `json:"revoked"`
	Findings int                 `json:"findings"`
	digests  []casework.Digest
}

// Reconcile follows every case of a counter's day. own is what the counter has
// itself, by case: from its bundles; nil: nothing is compared.
func Reconcile(ctx context.Context, from *ledger.Client, hall casework.HallID, counter casework.CounterID, day string, own map[casework.CaseID][]casework.Digest) (Day, error) {
	a := newAuditor(ctx, from)
	d := Day{Format: 1, Chain: from.Trust().ChainID, Hall: hall, Counter: counter, Day: day, Entries: map[casework.StepKind]int{}, List: []DayCase{}, Findings: []Finding{}}
	var err error
	if d.Trust, err = fingerprint(from); err != nil {
		return d, err
	}
	ids, sum, err := a.cases(ctx, hall, counter, day)
	if err != nil {
		return d, err
	}
	for _, id := range ids {
		t, err := a.trace(ctx, id)
		if err != nil {
			return d, err
		}
		d.add(t)
	}
	d.summed(sum)
	if own != nil {
		d.compare(own)
	}
	d.Height, d.Time, d.State = a.at.Height, a.at.Time, hex.EncodeToString(a.at.Header.Header.AppHash)
	return d, nil
}

// cases returns the day's cases, proved to be all of them: by their number and
// their running digest. A case that is opened meanwhile is of the next report.
func (a *auditor) cases(ctx context.Context, hall casework.HallID, counter casework.CounterID, day string) ([]casework.CaseID, protocol.CounterDay, error) {
	sum, _, err := record[protocol.CounterDay](ctx, a, protocol.CounterDayPath(day, hall, counter))
	if err != nil {
		return nil, sum, err
	}
	var ids []casework.CaseID
	var head []byte
	for n := 1; n <= sum.Cases; n++ {
		id, there, err := record[[]byte](ctx, a, protocol.CounterCasePath(day, hall, counter, n))
		if err != nil {
			return nil, sum, err
		}
		if !there {
			return nil, sum, unknown(fmt.Sprintf("the ledger's day has %d cases, and its list no case %d", sum.Cases, n))
		}
		head = protocol.ChainOf(head, id)
		ids = append(ids, casework.CaseID(hex.EncodeToString(id)))
	}
	if !bytes.Equal(head, sum.Head) {
		return nil, sum, unknown("the ledger's list of cases is not the one that its day is of")
	}
	return ids, sum, nil
}

// add counts a case.
func (d *Day) add(t Trace) {
	c := DayCase{Case: t.Case, State: t.State}
	had := map[casework.StepKind]bool{}
	for i, e := range t.Entries {
		if i == 0 {
			c.From, c.Opened = e.Height, e.Time
		}
		c.To, c.Last = e.Height, e.Time
		c.Steps, c.digests = append(c.Steps, e.Kind), append(c.digests, e.Digest)
		had[e.Kind] = true
		d.Entries[e.Kind]++
		if e.Late {
			c.Late++
			d.Late++
		}
	}
	c.Revoked = t.Grant != nil && !t.Grant.Revoked.IsZero()
	d.Cases++
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	count(&d.Retrievals, had[casework.Retrieved])
	count(&d.Submitted, t.State == casework.StateSubmitted)
	count(&d.Unused, had[casework.Authorized] && !had[casework.Retrieved])
	count(&d.Dropped, had[casework.Retrieved] && t.State == casework.StateAbandoned)
	count(&d.Open, had[casework.Retrieved] && !t.State.Ended())
	count(&d.Revoked, c.Revoked)
	d.List = append(d.List, c)
	for _, fault := range t.Faults {
		d.find(Broken, t.Case, fault)
	}
	switch {
	case had[casework.Authorized] && !had[casework.Retrieved]:
		d.find(AuthorizedUnused, t.Case, "")
	case had[casework.Retrieved] && t.State == casework.StateAbandoned:
		d.find(RetrievedDropped, t.Case, "")
	case had[casework.Retrieved] && !t.State.Ended():
		d.find(RetrievedOpen, t.Case, "")
	}
	if c.Late > 0 {
		d.find(BroughtLate, t.Case, "")
	}
}

// summed compares what was counted with the ledger's own sum. Entries that came
// while the report was made are no fault.
func (d *Day) summed(sum protocol.CounterDay) {
	for _, kind := range casework.StepKinds() {
		if d.Entries[kind] < sum.Entries[string(kind)] {
			d.find(Broken, "", fmt.Sprintf("the ledger counts %d entries of the kind %s, its cases have %d", sum.Entries[string(kind)], kind, d.Entries[kind]))
		}
	}
}

// compare looks for what the counter has and the ledger lacks, and the reverse.
func (d *Day) compare(own map[casework.CaseID][]casework.Digest) {
	d.Compared = true
	onChain := map[casework.CaseID]map[casework.Digest]bool{}
	for _, c := range d.List {
		onChain[c.Case] = map[casework.Digest]bool{}
		for _, digest := range c.digests {
			onChain[c.Case][digest] = true
		}
		mine := map[casework.Digest]bool{}
		for _, digest := range own[c.Case] {
			mine[digest] = true
		}
		foreign := 0
		for _, digest := range c.digests {
			if !mine[digest] {
				foreign++
			}
		}
		switch {
		case foreign == 0:
		case len(own[c.Case]) == 0:
			d.find(UnknownToCounter, c.Case, "")
		default:
			d.find(MoreOnLedger, c.Case, fmt.Sprint(foreign))
		}
	}
	for id, list := range own {
		missing := 0
		for _, digest := range list {
			if !onChain[id][digest] {
				missing++
			}
		}
		if missing > 0 {
			d.find(NotOnLedger, id, fmt.Sprint(missing))
		}
	}
}
