package outbox

import (
	"context"
	"time"

	"counterfoil/app/casework"
)

// outcome is how one sending ended.
type outcome struct {
	id        casework.CaseID
	err       error // of the committer; nil: committed, or not known
	permanent bool
	store     error // the store failed before anything was sent
}

// mark marks entries of one case as under way.
func (b *Outbox) mark(ctx context.Context, rows []casework.Outgoing) error {
	list := make([]casework.Digest, len(rows))
	for i, row := range rows {
		list[i] = row.Digest
	}
	err := b.store.Sending(ctx, list...)
	if err != nil {
		// They may be marked all the same; unmark them, or they would wait for a restart.
		for _, d := range list {
			b.write(ctx, func(ctx context.Context) error { return b.store.Retry(ctx, d) })
		}
	}
	return err
}

// failed puts an entry that did not get its receipt, and before which all are
// recorded, where it belongs.
func (b *Outbox) failed(ctx context.Context, row casework.Outgoing, err error) outcome {
	r := outcome{id: row.Case, err: err, permanent: b.to.Permanent(err)}
	b.write(ctx, func(ctx context.Context) error {
		if r.permanent {
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
// pending again when it is opened. NotNow says that there is nothing to bring: a
// row whose marking failed was not marked.
func (b *Outbox) write(ctx context.Context, into func(context.Context) error) {
	for fails := 1; ; fails++ {
		once, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWord)
		err := into(once)
		cancel()
		if err == nil || casework.KindOf(err) == casework.NotNow {
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
