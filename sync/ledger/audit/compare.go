package audit

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// LongAfter is how long an entry may wait for the ledger until a person must
// look: then the counter itself takes no new case.
const LongAfter = 4 * time.Hour

// compare looks for what the counter has and the ledger lacks, and the reverse.
func (a *auditor) compare(ctx context.Context, d *Day, own *Own) error {
	d.Compared = true
	since := 0
	onLedger := map[casework.CaseID]bool{}
	for _, c := range d.List {
		onLedger[c.Case] = true
		since += d.foreign(c, own)
		d.missing(c.Case, own, c.entries)
	}
	if since > 0 {
		d.find(SinceList, "", since)
	}
	for _, id := range slices.Sorted(maps.Keys(own.cases)) {
		if onLedger[id] {
			continue
		}
		if err := a.outside(ctx, d, id, own); err != nil {
			return err
		}
	}
	return nil
}

// foreign looks for entries of a case that the counter does not have, and
// returns how many were made after its list.
func (d *Day) foreign(c DayCase, own *Own) (since int) {
	mine := map[casework.Digest]bool{}
	for _, e := range own.cases[c.Case] {
		mine[e.digest] = true
	}
	foreign := 0
	for _, e := range c.entries {
		switch {
		case mine[e.Digest]:
		case !own.At.IsZero() && e.Time.After(own.At):
			since++
		default:
			foreign++
		}
	}
	switch {
	case foreign == 0:
	case len(mine) == 0:
		d.find(UnknownToCounter, c.Case, 0)
	default:
		d.find(MoreOnLedger, c.Case, foreign)
	}
	return since
}

// missing looks for entries of the counter that the ledger lacks.
func (d *Day) missing(id casework.CaseID, own *Own, there []TracedEntry) {
	onLedger := map[casework.Digest]bool{}
	for _, e := range there {
		onLedger[e.Digest] = true
	}
	now := d.Time
	if own.At.After(now) {
		now = own.At // an idle ledger's newest block is old
	}
	found := map[FindingKind]int{}
	for _, e := range own.cases[id] {
		switch {
		case onLedger[e.digest]:
		case e.height > 0:
			found[Lost]++
		case e.refused:
			found[RefusedThere]++
		case now.Sub(e.time) > LongAfter:
			found[WaitingLong]++
		default:
			found[Waiting]++
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(found)) {
		if kind != Lost {
			d.Waiting += found[kind]
		}
		d.find(kind, id, found[kind])
	}
}

// outside looks at a case of the counter that is not among those of its day.
func (a *auditor) outside(ctx context.Context, d *Day, id casework.CaseID, own *Own) error {
	c, answer, err := record[protocol.CaseState](ctx, a, protocol.LedgerCase+string(id), 0)
	if err != nil {
		return err
	}
	if answer.Value != nil && cmp.Or(cmp.Compare(c.Hall, string(d.Hall)), cmp.Compare(c.Counter, string(d.Counter)), cmp.Compare(c.Day, d.Day)) != 0 {
		d.note(more(Elsewhere, id, say("%s 窗口 %s，%s", "%s counter %s, %s", c.Hall, c.Counter, c.Day)))
		return nil
	}
	var there []TracedEntry // opened after the header that the report stands on
	for _, place := range c.Entries {
		there = append(there, TracedEntry{Digest: casework.Digest(place.Digest)})
	}
	d.missing(id, own, there)
	return nil
}
