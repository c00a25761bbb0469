package chain

import (
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
type rules struct {
	chain   string
	genesis genesis
}

// apply records tx in l, or says why not: errAlready, a *casework.Refusal, or a
// failure of the store. latest is the latest time an entry may carry; the zero
// time asks nothing (a decided block). height is where it will stand.
func (r rules) apply(l *layer, tx *transaction, latest time.Time, height int64) error {
	there, err := l.get(entryKey(tx.digest))
	switch {
	case err != nil:
		return err
	case there != nil:
		return errAlready
	}
	if tx.entry != nil {
		err = r.entry(l, tx, latest)
	} else {
		err = r.statement(l, tx, latest)
	}
	if err != nil {
		return err
	}
	return l.save(entryKey(tx.digest), protocol.Recorded{Height: height})
}

func (r rules) entry(l *layer, tx *transaction, latest time.Time) error {
	e := *tx.entry
	if e.Chain != r.chain {
		return casework.Refuse(casework.WrongChain, "the entry is of another chain")
	}
	if err := r.writer(l, tx); err != nil {
		return err
	}
	if !latest.IsZero() && e.Time.After(latest) {
		return casework.Refuse(casework.TimeInFuture, "the entry is dated more than a minute ahead")
	}
	var c caseRecord
	if _, err := load(l, caseKey(e.Case), &c); err != nil {
		return err
	}
	next, err := c.Standing.Next(e, tx.digest)
	if err != nil {
		return err
	}
	if e.Kind == casework.Submitted && e.Body.Whole != protocol.WholeOf(c.Entries) {
		return casework.Refuse(casework.WrongWhole, "the digest of the whole case is not that of its entries")
	}
	if err := permitted(l, e, next.Grant); err != nil {
		return err
	}
	return l.save(caseKey(e.Case), caseRecord{Standing: next, Entries: append(c.Entries, tx.digest)})
}

// writer checks that the entry is signed by a key that is enrolled for its hall
// and counter. A withdrawn key writes nothing more, whatever time its entries
// carry: who took the key could set any.
func (r rules) writer(l *layer, tx *transaction) error {
	id := tx.envelope.Key
	var k protocol.EnrolledKey
	known, err := load(l, keyKey(id), &k)
	switch {
	case err != nil:
		return err
	case !known && r.genesis.speaks(id):
		return casework.Refuse(casework.KeyNotEntitled, "the key is not a counter's")
	case !known:
		return casework.Refuse(casework.KeyUnknown, "the key is not enrolled")
	}
	if err := tx.verify(k.Key); err != nil {
		return err
	}
	switch e := tx.entry; {
	case k.Withdrawn != 0:
		return casework.Refuse(casework.KeyWithdrawn, "the key is withdrawn")
	case string(e.Hall) != k.Hall, string(e.Counter) != k.Counter:
		return casework.Refuse(casework.KeyNotEntitled, "the key is enrolled for another counter")
	}
	return nil
}

// permitted asks the grant that the case stands on after e.
func permitted(l *layer, e casework.Entry, id casework.GrantID) error {
	if id == "" {
		return nil
	}
	var g casework.RegisteredGrant
	known, err := load(l, grantKey(id), &g)
	switch {
	case err != nil:
		return err
	case !known:
		return casework.Refuse(casework.GrantUnknown, "the grant is not registered")
	}
	return g.Permits(e)
}
