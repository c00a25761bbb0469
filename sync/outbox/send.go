package outbox

import (
	"context"
	"time"

	"counterfoil/app/casework"
)

// outcome is how one sending ended.
type outcome struct {
	id        casework.CaseID
	err       error // of the committer; nil: committed
	permanent bool
	store     error // the store failed before anything was sent
}

// carry sends a case's entries one behind the other, as long as there are some
// and nothing goes wrong. A case keeps its place meanwhile, so that the store is
// asked for this case alone and not for the whole backlog after every receipt.
func (b *Outbox) carry(ctx context.Context, row casework.Outgoing) outcome {
	for {
		r := b.send(ctx, row)
		if r.err != nil || r.store != nil || ctx.Err() != nil {
			return r
		}
		next, ok, err := b.store.Next(ctx, row.Case)
		if err != nil {
			return outcome{id: row.Case, store: err}
		}
		if !ok {
			return r
		}
		row = next
	}
}

// send brings one entry from pending to where it belongs next.
func (b *Outbox) send(ctx context.Context, row casework.Outgoing) outcome {
	if err := b.store.Sending(ctx, row.Digest); err != nil {
		// It may be marked all the same; unmark it, or it would wait for a restart.
		b.write(ctx, func(ctx context.Context) error { return b.store.Retry(ctx, row.Digest) })
		return outcome{id: row.Case, store: err}
	}
	receipt, err := b.to.Commit(ctx, row.Raw)
	if err == nil && receipt.Entry != row.Digest {
		err = casework.Refuse(casework.WrongReceipt, "the receipt is of another entry")
	}
	r := outcome{id: row.Case, err: err, permanent: err != nil && b.to.Permanent(err)}
	b.write(ctx, func(ctx context.Context) error {
		switch {
		case err == nil:
			return b.store.Committed(ctx, receipt)
		case r.permanent:
			return b.store.Refuse(ctx, row.Digest, casework.KindOf(err))
		}
		return b.store.Retry(ctx, row.Digest)
	})
	return r
}

// lastWord bounds one write of an outcome, which is made even when the outbox
// is being stopped: a receipt in hand is worth a moment.
const lastWord = 5 * time.Second

// write brings an outcome into the store, however long the store fails. When the
// outbox stops before that, the entry stays under way, and the store makes it
// pending again when it is opened.
func (b *Outbox) write(ctx context.Context, into func(context.Context) error) {
	for fails := 1; ; fails++ {
		once, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWord)
		err := into(once)
		cancel()
		if err == nil {
			return
		}
		b.storeFailed()
		select {
		case <-ctx.Done():
			return
		case <-time.After(b.o.wait(fails)):
		}
	}
}
