package outbox

import (
	"context"
	"sync"

	"counterfoil/app/casework"
)

// ahead is how many entries of a case may be under way at once: a usual case.
const ahead = 8

// flight is one entry under way.
type flight struct {
	row    casework.Outgoing
	done   chan answer // receives one
	early  bool        // it was sent before those in front of it were recorded
	cancel context.CancelFunc
}

type answer struct {
	receipt casework.Receipt
	err     error
}

// fly sends an entry and returns when the next one may follow.
func (f *flight) fly(ctx context.Context, to Committer) {
	queued, done := make(chan struct{}), make(chan answer, 1)
	var once sync.Once
	follow := func() { once.Do(func() { close(queued) }) }
	ctx, f.cancel = context.WithCancel(ctx)
	f.done = done
	go func() {
		receipt, err := to.CommitAhead(ctx, f.row.Raw, follow)
		if err == nil && receipt.Entry != f.row.Digest {
			err = casework.Refuse(casework.WrongReceipt, "the receipt is of another entry")
		}
		done <- answer{receipt, err}
		follow()
	}()
	<-queued
}

// carry sends a case's entries, as long as there are some and nothing goes wrong.
// They follow each other without waiting for receipts: one after the other, a
// backlog drains by one entry of a case a block. What is refused among them says
// nothing until those before it are recorded; then it is sent again.
//
// A case keeps its place meanwhile, so that the store is asked for this case alone
// and not for the whole backlog after every receipt.
func (b *Outbox) carry(ctx context.Context, row casework.Outgoing) outcome {
	t := train{b: b, id: row.Case}
	r := outcome{id: row.Case, store: t.fill(ctx)}
	for len(t.cars) > 0 {
		r = t.arrived(ctx, <-t.cars[0].done)
		switch {
		case r.err != nil || r.store != nil || ctx.Err() != nil:
			t.recall(ctx)
		case len(t.cars) == 0:
			r.store = t.fill(ctx)
		}
	}
	return r
}

// train is the entries of a case that are under way, in their order.
type train struct {
	b    *Outbox
	id   casework.CaseID
	cars []*flight
}

// send sends one entry from pending to where it belongs next, and nothing behind
// it: the ledger is tried with it.
func (b *Outbox) send(ctx context.Context, row casework.Outgoing) outcome {
	t := train{b: b, id: row.Case}
	if err := t.couple(ctx, []casework.Outgoing{row}); err != nil {
		return outcome{id: row.Case, store: err}
	}
	return t.arrived(ctx, <-t.cars[0].done)
}

// fill sends what the case has to send.
func (t *train) fill(ctx context.Context) error {
	rows, err := t.b.store.Next(ctx, t.id, ahead)
	if err != nil || len(rows) == 0 {
		return err
	}
	return t.couple(ctx, rows)
}

// couple marks entries as under way and sends them behind each other.
func (t *train) couple(ctx context.Context, rows []casework.Outgoing) error {
	if err := t.b.mark(ctx, rows); err != nil {
		return err
	}
	for i, row := range rows {
		f := &flight{row: row, early: i > 0}
		f.fly(ctx, t.b.to)
		t.cars = append(t.cars, f)
	}
	return nil
}

// arrived takes the head off, with the receipts of those behind it that are there;
// or it sends the head again, if that was refused for what came before it.
func (t *train) arrived(ctx context.Context, got answer) outcome {
	head := t.cars[0]
	head.cancel()
	if got.err != nil && head.early && t.b.to.Permanent(got.err) && ctx.Err() == nil {
		head.early = false
		head.fly(ctx, t.b.to)
		return outcome{id: t.id}
	}
	if got.err != nil {
		t.cars = t.cars[1:]
		return t.b.failed(ctx, head.row, got.err)
	}
	receipts := t.receipts(got.receipt)
	t.b.write(ctx, func(ctx context.Context) error { return t.b.store.Committed(ctx, receipts...) })
	return outcome{id: t.id}
}

// receipts takes the head off, whose receipt is there, and those behind it of which
// it is there, too.
func (t *train) receipts(first casework.Receipt) []casework.Receipt {
	list := []casework.Receipt{first}
	for t.cars = t.cars[1:]; len(t.cars) > 0; t.cars = t.cars[1:] {
		next := t.cars[0]
		select {
		case got := <-next.done:
			if got.err != nil {
				next.done <- got
				return list
			}
			next.cancel()
			list = append(list, got.receipt)
		default:
			return list
		}
	}
	return list
}

// recall takes back what is still under way; a receipt that came all the same is
// kept.
func (t *train) recall(ctx context.Context) {
	for _, f := range t.cars {
		f.cancel()
	}
	for _, f := range t.cars {
		got := <-f.done
		t.b.write(ctx, func(ctx context.Context) error {
			if got.err == nil {
				return t.b.store.Committed(ctx, got.receipt)
			}
			return t.b.store.Retry(ctx, f.row.Digest)
		})
	}
	t.cars = nil
}
