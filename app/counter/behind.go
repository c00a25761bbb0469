package counter

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// behind is what the counter knows of how its journal compares with the ledger.
type behind struct {
	found   bool                    // the ledger knew more, once: that does not pass
	known   map[string]int          // by day: so many of the ledger's cases were looked at
	strange map[casework.CaseID]int // of these, so many entries are another key's
}

// errBehind says that the ledger knows more than the journal.
var errBehind = casework.Refuse(casework.JournalBehind, "the ledger holds what this key signed and the journal does not have")

// Compare asks the ledger, with proofs, what it holds of this counter, and
// returns journal-behind when something that this counter's key signed is not in
// its journal. On the way it notes whether the key may sign at all: under one that
// is withdrawn, or not enrolled, every entry would be refused for good, so no case
// is begun. A step is in the journal before it is sent, so an honest counter
// never lacks one, however long its queue is. Two things alone explain it: an
// older journal was put back, or a copy of the counter is at work; the ledger
// cannot tell which. Other errors say that the ledger could not be asked.
//
// It looks at every case that the journal holds unfinished, and at the cases that
// were opened since the day before the journal's last one. What another key signed
// is left aside: a counter that took a new key, or replaced another machine, does
// not have to know it. That is also the way out: after a new key nothing more is
// missing, and the old one, withdrawn, signs nothing more.
func (c *Counter) Compare(ctx context.Context) error {
	c.comparing.Lock()
	defer c.comparing.Unlock()
	if c.behind.found {
		return errBehind
	}
	err := c.compare(ctx)
	if casework.KindOf(err) == casework.JournalBehind {
		c.behind.found = true
		c.halt.Store(casework.JournalBehind)
		c.options.Log.Error("the ledger knows more of this counter than its journal: an older journal was put back, or a copy is at work")
	}
	return err
}

func (c *Counter) compare(ctx context.Context) error {
	key, err := protocol.PublicOf(c.options.Identity.Device)
	if err != nil {
		return err
	}
	state, now, err := stateOf[protocol.KeyState](ctx, c, protocol.LedgerKey+string(key.ID()))
	if err != nil {
		return err
	}
	switch {
	case state == nil: // it has signed nothing there
		c.halt.Store(casework.CounterNotEnrolled)
		return nil
	case state.Withdrawn:
		c.halt.Store(casework.KeyWithdrawn)
	default:
		c.halt.Store(casework.RefusalKind(""))
	}
	open, err := c.Journal.Unfinished(ctx)
	if err != nil && casework.KindOf(err) != casework.JournalDamaged {
		return err
	}
	for _, r := range open {
		if err := c.compareCase(ctx, key.ID(), r.ID); err != nil {
			return err
		}
	}
	last, err := c.Journal.LastDay(ctx)
	if err != nil {
		return err
	}
	from := protocol.StartOf(last)
	if from.IsZero() { // no case yet: nothing is older than the key
		from = time.UnixMilli(state.Changed)
	}
	if from.After(now) { // the counter's clock was ahead once
		from = now
	}
	for day := from.AddDate(0, 0, -1); !day.After(now.AddDate(0, 0, 1)); day = day.AddDate(0, 0, 1) {
		if err := c.compareDay(ctx, key.ID(), protocol.DayOf(day)); err != nil {
			return err
		}
	}
	return nil
}

// compareDay looks at the cases of a day that were not looked at before.
func (c *Counter) compareDay(ctx context.Context, key protocol.KeyID, day string) error {
	o := c.options
	d, _, err := stateOf[protocol.CounterDay](ctx, c, protocol.CounterDayPath(day, o.Hall, o.Counter))
	if err != nil || d == nil {
		return err
	}
	for n := c.behind.known[day] + 1; n <= d.Cases; n++ {
		raw, _, err := stateOf[[]byte](ctx, c, protocol.CounterCasePath(day, o.Hall, o.Counter, n))
		if err != nil {
			return err
		}
		if raw == nil {
			return casework.Refuse(casework.LedgerUnreachable, "the ledger's list of a day has a gap")
		}
		id := casework.CaseID(hex.EncodeToString(*raw))
		there, err := c.Journal.Holds(ctx, id)
		if err == nil && !there {
			err = c.compareCase(ctx, key, id)
		}
		if err != nil {
			return err
		}
		c.behind.known[day] = n
	}
	return nil
}

// compareCase compares a case's entries on the ledger with those of the journal,
// which is read afterwards: it may have more meanwhile, never less.
func (c *Counter) compareCase(ctx context.Context, key protocol.KeyID, id casework.CaseID) error {
	there, _, err := stateOf[protocol.CaseState](ctx, c, protocol.LedgerCase+string(id))
	if err != nil || there == nil {
		return err
	}
	here, err := c.Journal.Case(ctx, id)
	switch casework.KindOf(err) {
	case casework.JournalDamaged:
		return nil // said elsewhere, with the case it hurts
	case casework.WrongCase:
		err = nil
	}
	if err != nil {
		return err
	}
	for i := c.behind.strange[id]; i < len(there.Entries); i++ {
		place := there.Entries[i]
		if i < len(here.Steps) && bytes.Equal(place.Digest, here.Steps[i].Digest[:]) {
			continue
		}
		ours, err := c.signedBy(ctx, key, place)
		if err != nil {
			return err
		}
		if ours {
			return errBehind
		}
		c.behind.strange[id] = i + 1
	}
	return nil
}

// signedBy reports whether an entry on the ledger is signed by the key. One whose
// block no node keeps any more is taken for ours: nobody can show that it is not.
func (c *Counter) signedBy(ctx context.Context, key protocol.KeyID, place protocol.EntryPlace) (bool, error) {
	raw, _, err := c.ledger.Entry(ctx, casework.Digest(place.Digest))
	if err != nil {
		return false, err
	}
	if raw == nil {
		return true, nil
	}
	_, env, err := protocol.OpenEntry(raw)
	return env.Key == key, err
}

// stateOf reads a proved record of the ledger's state; nil when it is proved that
// there is none. now is the ledger's own time.
func stateOf[T any](ctx context.Context, c *Counter, path string) (v *T, now time.Time, err error) {
	a, err := c.ledger.Read(ctx, path)
	if err != nil || a.Value == nil {
		return nil, a.Time, err
	}
	v = new(T)
	return v, a.Time, protocol.Unmarshal(a.Value, v)
}

// followLedger compares at the first contact, whenever the ledger is back, and
// from time to time: a copy may have begun to work meanwhile.
func (c *Counter) followLedger(ctx context.Context) error {
	var last time.Time
	for {
		switch s := c.ledger.State(); {
		case !s.Reachable:
			last = time.Time{}
		case time.Since(last) >= c.options.Pace.Compare:
			switch err := c.Compare(ctx); {
			case casework.KindOf(err) == casework.JournalBehind:
				return nil
			case err == nil:
				if c.stopped() == "" { // else it is asked again soon: the hall may be about to enrol it
					last = time.Now()
				}
			case !errors.Is(err, context.Canceled):
				c.options.Log.Warn("the journal could not be compared with the ledger yet", "reason", casework.KindOf(err))
			}
		}
		if !wait(ctx, c.options.Pace.Health) {
			return nil
		}
	}
}

// stopped is why the desk must begin no case.
func (c *Counter) stopped() casework.RefusalKind {
	why, _ := c.halt.Load().(casework.RefusalKind) // nothing is known before the first contact
	return why
}
