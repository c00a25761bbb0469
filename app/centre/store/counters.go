package store

import (
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// CounterState is where a counter's key stands.
type CounterState string

// pending (not on the ledger yet) → live → leaving (another key took its
// place; not on the ledger yet) → gone.
const (
	CounterPending CounterState = "pending"
	CounterLive    CounterState = "live"
	CounterLeaving CounterState = "leaving"
	CounterGone    CounterState = "gone"
)

// Counter is an enrolled counter.
type Counter struct {
	Hall    casework.HallID
	Counter casework.CounterID
	Key     protocol.PublicKey
	State   CounterState
	At      time.Time // of the enrolment
	Left    time.Time // of the withdrawal; zero before
}

const counterColumns = `hall, counter, key, state, at, left_, suite, connection`

func scanCounter(row scanner) (Counter, error) {
	var c Counter
	var at, left int64
	err := row.Scan(&c.Hall, &c.Counter, &c.Key.Bytes, &c.State, &at, &left, &c.Key.Suite, &c.Key.Connection)
	c.At, c.Left = fromMS(at), fromMS(left)
	return c, err
}

// Counter returns the counter whose key has the given id, in any state.
func (t *Tx) Counter(id protocol.KeyID) (Counter, bool, error) {
	c, err := scanCounter(t.tx.QueryRowContext(t.ctx, `SELECT `+counterColumns+` FROM counters WHERE key_id = ?`, id))
	ok, err := found(err)
	return c, ok, err
}

// CounterAt returns the counter that shows the key with the given id in TLS, in
// any state.
func (t *Tx) CounterAt(id protocol.KeyID) (Counter, bool, error) {
	c, err := scanCounter(t.tx.QueryRowContext(t.ctx, `SELECT `+counterColumns+` FROM counters WHERE connection_id = ?`, id))
	ok, err := found(err)
	return c, ok, err
}

// CountersIn returns the counters in a state.
func (t *Tx) CountersIn(state CounterState) ([]Counter, error) {
	var list []Counter
	err := t.each(func(row scanner) error {
		c, err := scanCounter(row)
		list = append(list, c)
		return err
	}, `SELECT `+counterColumns+` FROM counters WHERE state = ? ORDER BY at`, state)
	return list, err
}

// PutCounter keeps a counter's key, or writes what may change of it: state and
// the time of withdrawal.
func (t *Tx) PutCounter(c Counter) error {
	_, err := t.exec(`INSERT INTO counters (key_id, hall, counter, key, state, at, left_, suite, connection, connection_id) VALUES (?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (key_id) DO UPDATE SET state = excluded.state, left_ = excluded.left_`,
		c.Key.ID(), c.Hall, c.Counter, c.Key.Bytes, c.State, ms(c.At), ms(c.Left), c.Key.Suite, c.Key.Connection, c.Key.ConnectionID())
	return err
}
