package outbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"counterfoil/app/casework"
)

// disk is the store's model: rows in order, surviving every crash.
type disk struct {
	mu      sync.Mutex
	rows    []*row
	changed []chan struct{}
}

type row struct {
	casework.Outgoing
	state   casework.SendState
	why     casework.RefusalKind
	receipt casework.Receipt
}

func (d *disk) add(id casework.CaseID, seq int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.put(id, seq, fmt.Appendf(nil, "%s/%d", id, seq))
}

// put is called with the lock held.
func (d *disk) put(id casework.CaseID, seq int, raw []byte) {
	d.rows = append(d.rows, &row{state: casework.Pending,
		Outgoing: casework.Outgoing{Case: id, Seq: seq, Raw: raw, Digest: digest(raw)}})
	d.tell()
}

func digest(raw []byte) casework.Digest { return sha256.Sum256(raw) }

func (d *disk) tell() {
	for _, ch := range d.changed {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// reopen is the start of the program: what was under way is pending.
func (d *disk) reopen() *open {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range d.rows {
		if r.state == casework.Sending {
			r.state = casework.Pending
		}
	}
	return &open{disk: d}
}

// finished reports whether every row has come to its end.
func (d *disk) finished() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	refused := map[casework.CaseID]bool{}
	for _, r := range d.rows {
		if refused[r.Case] {
			continue
		}
		if r.state == casework.Refused {
			refused[r.Case] = true
		} else if r.state != casework.Committed {
			return false
		}
	}
	return true
}

// open is one program's hold on the disk: Store. After a crash it writes nothing.
type open struct {
	*disk
	dead  bool
	fails func() bool // nil: never
}

var errDisk = errors.New("the disk fails")

func (o *open) change(id casework.Digest, from, to casework.SendState, and func(*row)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead || o.fails != nil && o.fails() {
		return errDisk
	}
	for _, r := range o.rows {
		if r.Digest == id {
			if r.state != from && r.state != to && to != casework.Pending {
				panic(fmt.Sprintf("%s: %s → %s", r.Raw, r.state, to))
			}
			r.state = to
			if and != nil {
				and(r)
			}
		}
	}
	o.tell()
	return nil
}

func (o *open) Ready(_ context.Context, limit int) ([]casework.Outgoing, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead || o.fails != nil && o.fails() {
		return nil, errDisk
	}
	blocked := map[casework.CaseID]bool{}
	var ready []casework.Outgoing
	for _, r := range o.rows {
		if r.state == casework.Pending && !blocked[r.Case] && len(ready) < limit {
			ready = append(ready, r.Outgoing)
		}
		blocked[r.Case] = blocked[r.Case] || r.state != casework.Committed
	}
	return ready, nil
}

// Recent gives what is ready of the last two cases that have something queued.
func (o *open) Recent(ctx context.Context) ([]casework.Outgoing, error) {
	ready, err := o.Ready(ctx, 1<<30)
	o.mu.Lock()
	defer o.mu.Unlock()
	var cases []casework.CaseID
	for _, r := range slices.Backward(o.rows) {
		if r.state != casework.Committed && !slices.Contains(cases, r.Case) && len(cases) < 2 {
			cases = append(cases, r.Case)
		}
	}
	return slices.DeleteFunc(ready, func(r casework.Outgoing) bool { return !slices.Contains(cases, r.Case) }), err
}

func (o *open) Next(ctx context.Context, id casework.CaseID) (casework.Outgoing, bool, error) {
	ready, err := o.Ready(ctx, 1<<30)
	for _, r := range ready {
		if r.Case == id {
			return r, true, err
		}
	}
	return casework.Outgoing{}, false, err
}

func (o *open) Sending(_ context.Context, id casework.Digest) error {
	return o.change(id, casework.Pending, casework.Sending, nil)
}

func (o *open) Committed(_ context.Context, r casework.Receipt) error {
	return o.change(r.Entry, casework.Sending, casework.Committed, func(row *row) { row.receipt = r })
}

func (o *open) Retry(_ context.Context, id casework.Digest) error {
	return o.change(id, casework.Sending, casework.Pending, func(r *row) { r.Attempts++ })
}

func (o *open) Refuse(_ context.Context, id casework.Digest, why casework.RefusalKind) error {
	return o.change(id, casework.Sending, casework.Refused, func(r *row) { r.why = why })
}

func (o *open) Changed(context.Context) <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	ch := make(chan struct{}, 1)
	o.changed = append(o.changed, ch)
	return ch
}

// book is the ledger's model: it records each entry once and keeps the order
// in which it first got them.
type book struct {
	mu       sync.Mutex
	recorded []string
	there    map[string]bool
	tries    []try
	now      int // attempts under way
	most     int
	behave   func(raw string, attempt int) fault
}

type try struct {
	raw string
	at  time.Time
}

// fault is how one attempt goes wrong.
type fault int

const (
	fine        fault = iota
	unreachable       // no node answers
	lost              // recorded, but the answer is lost
	transient         // this entry only: not yet
	refused           // by the rules
	faults
)

func (c *book) Permanent(err error) bool {
	k := casework.KindOf(err)
	return k != "" && k != casework.LedgerUnreachable && k != casework.TimeInFuture
}

func (c *book) Commit(ctx context.Context, raw []byte) (casework.Receipt, error) {
	c.mu.Lock()
	c.tries = append(c.tries, try{string(raw), time.Now()})
	f := fine
	if c.behave != nil {
		f = c.behave(string(raw), len(c.tries))
	}
	c.now++
	c.most = max(c.most, c.now)
	c.mu.Unlock()
	defer func() { c.mu.Lock(); c.now--; c.mu.Unlock() }()
	select {
	case <-time.After(20 * time.Millisecond):
	case <-ctx.Done():
		return casework.Receipt{}, ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch f {
	case unreachable:
		return casework.Receipt{}, casework.Refuse(casework.LedgerUnreachable, "")
	case transient:
		return casework.Receipt{}, casework.Refuse(casework.TimeInFuture, "")
	case refused:
		if !c.there[string(raw)] {
			return casework.Receipt{}, casework.Refuse(casework.CaseEnded, "")
		}
	}
	if c.there == nil {
		c.there = map[string]bool{}
	}
	if !c.there[string(raw)] {
		c.there[string(raw)] = true
		c.recorded = append(c.recorded, string(raw))
	}
	if f == lost {
		return casework.Receipt{}, errors.New("the answer is lost")
	}
	return casework.Receipt{Entry: digest(raw), Height: int64(len(c.recorded)), Raw: []byte("receipt")}, nil
}

// has reports whether raw is recorded.
func (c *book) has(raw string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.there[raw]
}

// tried returns the attempts so far.
func (c *book) tried() []try {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.tries)
}
