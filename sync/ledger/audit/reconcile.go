package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"sync"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
)

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
