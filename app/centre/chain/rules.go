package chain

import (
	"bytes"
	"errors"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// errAlready says that the very same bytes are recorded. It is an answer, not a
// refusal.
var errAlready = errors.New("recorded already")

// ahead is how far an entry's time may lie after the validator's clock;
// proposed is the same with an allowance for two validators' clocks, so that a
// block is not refused for what its proposer had to accept.
const (
	ahead    = time.Minute
	proposed = ahead + 10*time.Second
)

// rules decides about transactions of one chain.
type rules struct{ chain string }

// apply records tx in l, or says why not: errAlready, a *casework.Refusal, or a
// failure of the store. latest is the latest time an entry may carry; the zero
// time asks nothing (a decided block). height is where it will stand.
func (r rules) apply(l *layer, tx *transaction, latest time.Time, height int64) error {
	if tx.entry != nil {
		return r.entry(l, tx, latest, height)
	}
	return r.statement(l, tx, latest, height)
}

func (r rules) entry(l *layer, tx *transaction, latest time.Time, height int64) error {
	e := *tx.entry
	if e.Chain != r.chain {
		return casework.Refuse(casework.WrongChain, "the entry is of another chain")
	}
	var c protocol.CaseState
	known, err := load(l, protocol.LedgerCase+string(e.Case), &c)
	if err != nil {
		return err
	}
	if e.Seq <= len(c.Entries) && bytes.Equal(c.Entries[e.Seq-1].Digest, tx.digest[:]) {
		return errAlready
	}
	if err := r.writer(l, tx); err != nil {
		return err
	}
	if !latest.IsZero() && e.Time.After(latest) {
		return casework.Refuse(casework.TimeInFuture, "the entry is dated more than a minute ahead")
	}
	next, err := c.Standing(e.Case).Next(e, tx.digest)
	if err != nil {
		return err
	}
	if e.Kind == casework.Submitted && e.Body.Whole != tx.envelope.Suite.WholeOf(c.Digests()) {
		return casework.Refuse(casework.WrongWhole, "the digest of the whole case is not that of its entries")
	}
	if err := permitted(l, e, next.Grant); err != nil {
		return err
	}
	day := c.Day
	if !known {
		day = protocol.DayOf(e.Time)
	}
	place := protocol.EntryPlace{Kind: string(e.Kind), Digest: tx.digest[:], Time: e.Time.UnixMilli(), Height: height}
	if err := l.save(protocol.LedgerCase+string(e.Case), protocol.CaseStateOf(next, day, append(c.Entries, place))); err != nil {
		return err
	}
	return count(l, e, day)
}

// writer checks that the entry is signed by a key that is enrolled for its hall
// and counter. A withdrawn key writes nothing more, whatever time its entries
// carry: who took the key could set any. A suspended one writes nothing until it
// is resumed; what it has to say waits.
func (r rules) writer(l *layer, tx *transaction) error {
	id := tx.envelope.Key
	var k protocol.KeyState
	known, err := load(l, protocol.LedgerKey+string(id), &k)
	if err != nil {
		return err
	}
	if !known {
		office, err := speaks(l, id)
		if err != nil {
			return err
		}
		connects, err := l.get(protocol.LedgerConnection + string(id))
		switch {
		case err != nil:
			return err
		case office, connects != nil:
			return casework.Refuse(casework.KeyNotEntitled, "the key is not a counter's")
		}
		return casework.Refuse(casework.KeyUnknown, "the key is not enrolled")
	}
	if err := tx.verify(k.Key); err != nil {
		return err
	}
	switch e := tx.entry; {
	case k.Withdrawn:
		return casework.Refuse(casework.KeyWithdrawn, "the key is withdrawn")
	case k.Suspended:
		return casework.Refuse(casework.KeySuspended, "the key is suspended")
	case string(e.Hall) != k.Hall, string(e.Counter) != k.Counter:
		return casework.Refuse(casework.KeyNotEntitled, "the key is enrolled for another counter")
	}
	return nil
}
