package centre

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// EnrolAs enrols a counter by the counter's own request where there is one.
func (c *Centre) EnrolAs(ctx context.Context, e protocol.Enrolment) error {
	if len(e.Request) == 0 {
		return c.Enrol(ctx, e.Hall, e.Counter, e.Key)
	}
	r, outer, err := protocol.OpenKeyRequest(e.Request)
	switch {
	case err != nil:
		return err
	case r.Hall != string(e.Hall), r.Counter != string(e.Counter), r.Key.ID() != e.Key.ID():
		return casework.Refuse(casework.RequestInvalid, "the request is for another counter or key")
	case r.Replaces == "":
		return c.Enrol(ctx, e.Hall, e.Counter, r.Key)
	case c.o.Outside != nil:
		return c.Enrol(ctx, e.Hall, e.Counter, r.Key) // which says who enrols here
	}
	return c.rotate(ctx, r, outer)
}

// rotate enrols a counter's next key beside the one that signed for it. Both may
// write then, so that nothing that the counter has signed and not sent is refused,
// until Withdraw ends the one before. The ledger learns the key first: a stop in
// between is mended by asking again.
func (c *Centre) rotate(ctx context.Context, r protocol.KeyRequest, outer protocol.Envelope) error {
	c.enrolling.Lock()
	defer c.enrolling.Unlock()
	next := store.Counter{Hall: casework.HallID(r.Hall), Counter: casework.CounterID(r.Counter), Key: r.Key, State: store.CounterLive, At: c.o.Now().UTC().Truncate(time.Millisecond)}
	err := c.store.Do(ctx, func(tx *store.Tx) error {
		before, ok, err := tx.Counter(protocol.KeyID(r.Replaces))
		switch {
		case err != nil:
			return err
		case !ok || before.State != store.CounterLive || before.Hall != next.Hall || before.Counter != next.Counter:
			return casework.Refuse(casework.CounterNotEnrolled, "the key before is not enrolled for this counter")
		}
		known, ok, err := tx.Counter(r.Key.ID())
		switch {
		case err != nil:
			return err
		case ok && (known.Hall != next.Hall || known.Counter != next.Counter):
			return casework.Refuse(casework.AlreadyDone, "the key is another counter's")
		case ok && known.State != store.CounterLive:
			return casework.Refuse(casework.KeyWithdrawn, "the key was withdrawn; make a new one")
		}
		return r.ReplacedBy(before.Key, outer)
	})
	if err != nil {
		return err
	}
	if err := c.enrolOnLedger(ctx, next); err != nil {
		return err
	}
	return c.store.Do(ctx, func(tx *store.Tx) error { return tx.PutCounter(next) })
}

// Withdraw ends a counter's key for good: from the next block on the ledger takes
// nothing that it signed, and the centre serves it no more. The same again is
// harmless.
func (c *Centre) Withdraw(ctx context.Context, id protocol.KeyID) error {
	c.enrolling.Lock()
	defer c.enrolling.Unlock()
	err := c.store.Do(ctx, func(tx *store.Tx) error {
		known, ok, err := tx.Counter(id)
		switch {
		case err != nil:
			return err
		case !ok:
			return casework.Refuse(casework.KeyUnknown, "no counter of this centre has the key")
		case known.State != store.CounterLive:
			return nil
		}
		known.State, known.Left = store.CounterLeaving, c.o.Now().UTC().Truncate(time.Millisecond)
		return tx.PutCounter(known)
	})
	if err != nil {
		return err
	}
	return c.settle(ctx)
}
