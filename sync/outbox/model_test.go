package outbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
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

func (o *open) change(list []casework.Digest, from, to casework.SendState, and func(*row)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead || o.fails != nil && o.fails() {
		return errDisk
	}
	var rows []*row
	for _, r := range o.rows {
		if slices.Contains(list, r.Digest) {
			if r.state != from && to != casework.Committed {
				return casework.Refuse(casework.NotNow, "")
			}
			rows = append(rows, r)
		}
	}
	for _, r := range rows {
		r.state = to
		if and != nil {
			and(r)
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

func (o *open) Next(_ context.Context, id casework.CaseID, limit int) (list []casework.Outgoing, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead || o.fails != nil && o.fails() {
		return nil, errDisk
	}
	for _, r := range o.rows {
		if r.Case == id && r.state == casework.Refused {
			break
		}
		if r.Case == id && r.state == casework.Pending && len(list) < limit {
			list = append(list, r.Outgoing)
		}
	}
	return list, nil
}

func (o *open) Sending(_ context.Context, list ...casework.Digest) error {
	return o.change(list, casework.Pending, casework.Sending, nil)
}

func (o *open) Committed(_ context.Context, list ...casework.Receipt) error {
	for _, receipt := range list {
		if err := o.change([]casework.Digest{receipt.Entry}, casework.Sending, casework.Committed, func(row *row) { row.receipt = receipt }); err != nil {
			return err
		}
	}
	return nil
}

func (o *open) Retry(_ context.Context, id casework.Digest) error {
	return o.change([]casework.Digest{id}, casework.Sending, casework.Pending, func(r *row) { r.Attempts++ })
}

func (o *open) Refuse(_ context.Context, id casework.Digest, why casework.RefusalKind) error {
	return o.change([]casework.Digest{id}, casework.Sending, casework.Refused, func(r *row) { r.why = why })
}

func (o *open) Changed(context.Context) <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	ch := make(chan struct{}, 1)
	o.changed = append(o.changed, ch)
	return ch
}

// book is the ledger's model: it records each entry once, behind the one before it,
// and keeps the order in which it first got them.
type book struct {
	mu       sync.Mutex
	recorded []string
	there    map[string]bool
	waiting  map[string]bool // taken, and in no block yet
	tries    []try
	now      map[string]int // attempts under way, by case
	most     int            // cases under way at once
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
	dropped           // taken, and then forgotten
	refused           // by the rules
)

func (c *book) Permanent(err error) bool {
	k := casework.KindOf(err)
	return k != "" && k != casework.LedgerUnreachable && k != casework.TimeInFuture
}

// CommitAhead takes an entry after 5 ms and records it after 20, those of a case in
// the order in which they came.
func (c *book) CommitAhead(ctx context.Context, raw []byte, queued func()) (casework.Receipt, error) {
	f, place := c.begin(string(raw))
	defer c.end(string(raw))
	queued()
	if err := pass(ctx, 5*time.Millisecond+time.Duration(place)*time.Microsecond); err != nil {
		return casework.Receipt{}, err
	}
	if err := c.take(string(raw), f); err != nil {
		return casework.Receipt{}, err
	}
	if err := pass(ctx, 15*time.Millisecond); err != nil {
		return casework.Receipt{}, err
	}
	return c.record(raw, f)
}

func pass(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *book) begin(raw string) (f fault, place int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tries = append(c.tries, try{raw, time.Now()})
	if c.now == nil {
		c.now = map[string]int{}
	}
	c.now[caseOf(raw)]++
	c.most = max(c.most, len(c.now))
	if c.behave != nil {
		f = c.behave(raw, len(c.tries))
	}
	return f, c.now[caseOf(raw)]
}

func (c *book) end(raw string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, raw)
	if c.now[caseOf(raw)]--; c.now[caseOf(raw)] == 0 {
		delete(c.now, caseOf(raw))
	}
}

func caseOf(raw string) string {
	id, _, _ := strings.Cut(raw, "/")
	return id
}

// follows reports whether the entry before raw is in one of the two.
func (c *book) follows(raw string, places ...map[string]bool) bool {
	id, seq, _ := strings.Cut(raw, "/")
	n, _ := strconv.Atoi(seq)
	before := fmt.Sprintf("%s/%d", id, n-1)
	return n < 2 || slices.ContainsFunc(places, func(p map[string]bool) bool { return p[before] })
}

func (c *book) take(raw string, f fault) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case f == unreachable:
		return casework.Refuse(casework.LedgerUnreachable, "")
	case f == transient:
		return casework.Refuse(casework.TimeInFuture, "")
	case c.there[raw]:
		return nil
	case f == refused:
		return casework.Refuse(casework.CaseEnded, "")
	case !c.follows(raw, c.there, c.waiting):
		return casework.Refuse(casework.WrongSequence, "")
	}
	if c.waiting == nil {
		c.waiting, c.there = map[string]bool{}, map[string]bool{}
	}
	c.waiting[raw] = true
	return nil
}

func (c *book) record(raw []byte, f fault) (casework.Receipt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.there[string(raw)] && (f == dropped || !c.follows(string(raw), c.there)) {
		return casework.Receipt{}, errors.New("in no block yet")
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
