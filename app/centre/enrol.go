package centre

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// Enrol lets a key write entries for a counter and call the centre as that
// counter. It takes the place of the counter's earlier key, which is withdrawn
// on the ledger. The same again is harmless; a key serves one counter only.
func (c *Centre) Enrol(ctx context.Context, hall casework.HallID, counter casework.CounterID, key protocol.PublicKey) error {
	if err := key.CheckCounter(); err != nil {
		return err
	}
	if c.o.Outside != nil {
		return casework.Refuse(casework.KeyNotEntitled, "counters of this ledger are enrolled by their halls' nodes: counterfoil-centre node enrol")
	}
	if _, ok := c.o.Catalogue.Hall(hall); !ok {
		return casework.Refuse(casework.WrongHall, "the catalogue has no such hall")
	}
	if !regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$`).MatchString(string(counter)) {
		return casework.Refuse(casework.Malformed, "a counter is named by letters, digits, hyphens and underscores")
	}
	c.enrolling.Lock()
	defer c.enrolling.Unlock()
	err := c.store.Do(ctx, func(tx *store.Tx) error {
		known, ok, err := tx.Counter(key.ID())
		line, taken, err2 := tx.CounterAt(key.ConnectionID())
		switch {
		case err != nil || err2 != nil:
			return errors.Join(err, err2)
		case taken && line.Key.ID() != key.ID():
			return casework.Refuse(casework.AlreadyDone, "the connection key is another counter's")
		case ok && !bytes.Equal(known.Key.Connection, key.Connection):
			return casework.Refuse(casework.AlreadyDone, "the key is enrolled with another connection key")
		case !ok:
			return tx.PutCounter(store.Counter{Hall: hall, Counter: counter, Key: key, State: store.CounterPending, At: c.o.Now().UTC().Truncate(time.Millisecond)})
		case known.Hall != hall || known.Counter != counter:
			return casework.Refuse(casework.AlreadyDone, "the key is another counter's")
		case known.State == store.CounterLeaving || known.State == store.CounterGone:
			return casework.Refuse(casework.KeyWithdrawn, "the key was withdrawn; make a new one")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.settle(ctx)
}

// settleCounters finishes the enrolments that a stopped centre left behind, as
// far as the ledger can be reached; the next enrolment tries again.
func (c *Centre) settleCounters(ctx context.Context) {
	c.enrolling.Lock()
	defer c.enrolling.Unlock()
	if err := c.settle(ctx); err != nil && ctx.Err() == nil {
		c.o.Log.Warn("an enrolment waits for the ledger", "reason", casework.KindOf(err))
	}
}

// settle carries every pending enrolment and withdrawal to the ledger. Both are
// dated when they were decided, so that sending again makes the same bytes.
func (c *Centre) settle(ctx context.Context) error {
	pending, err := c.countersIn(ctx, store.CounterPending)
	if err != nil {
		return err
	}
	for _, n := range pending {
		if err := c.enrolOnLedger(ctx, n); err != nil {
			return err
		}
		if err := c.replace(ctx, n); err != nil {
			return err
		}
	}
	leaving, err := c.countersIn(ctx, store.CounterLeaving)
	if err != nil {
		return err
	}
	for _, n := range leaving {
		_, err := c.submit(ctx, c.keys.admins[n.Hall], protocol.WithdrawKey(c.keys.chain, n.Hall, n.Key.ID(), n.Left))
		if err != nil && casework.KindOf(err) != casework.AlreadyDone {
			return err
		}
		n.State = store.CounterGone
		if err := c.store.Do(ctx, func(tx *store.Tx) error { return tx.PutCounter(n) }); err != nil {
			return err
		}
	}
	return nil
}

// enrolOnLedger puts one key on the ledger. What the ledger refuses for good is
// put aside, so that it does not stand in the way of the next; a key that is
// there already for this very counter (the store was restored from an older
// copy) is no error.
func (c *Centre) enrolOnLedger(ctx context.Context, n store.Counter) error {
	_, err := c.submit(ctx, c.keys.admins[n.Hall], protocol.EnrolKey(c.keys.chain, n.Hall, n.Counter, n.Key, n.At))
	kind := casework.KindOf(err)
	if err == nil || kind == "" || kind == casework.LedgerUnreachable {
		return err
	}
	if kind == casework.AlreadyDone {
		there, ok, err := state[protocol.KeyState](ctx, c.ledger, protocol.LedgerKey+string(n.Key.ID()))
		if err != nil || ok && there.Hall == string(n.Hall) && there.Counter == string(n.Counter) && !there.Withdrawn {
			return err
		}
	}
	n.State, n.Left = store.CounterGone, c.o.Now().UTC()
	return errors.Join(err, c.store.Do(ctx, func(tx *store.Tx) error { return tx.PutCounter(n) }))
}

// replace makes n the counter's live key and lets any earlier one leave.
func (c *Centre) replace(ctx context.Context, n store.Counter) error {
	return c.store.Do(ctx, func(tx *store.Tx) error {
		live, err := tx.CountersIn(store.CounterLive)
		if err != nil {
			return err
		}
		for _, old := range live {
			if old.Hall != n.Hall || old.Counter != n.Counter {
				continue
			}
			old.State, old.Left = store.CounterLeaving, c.o.Now().UTC().Truncate(time.Millisecond)
			if err := tx.PutCounter(old); err != nil {
				return err
			}
		}
		n.State = store.CounterLive
		return tx.PutCounter(n)
	})
}

func (c *Centre) countersIn(ctx context.Context, state store.CounterState) (list []store.Counter, err error) {
	err = c.store.Do(ctx, func(tx *store.Tx) error {
		list, err = tx.CountersIn(state)
		return err
	})
	return list, err
}
