package store

import (
	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Counter is an enrolled counter.
type Counter struct {
	Hall    casework.HallID
	Counter casework.CounterID
	Key     protocol.PublicKey
}

// Counter returns the counter whose key has the given id.
func (t *Tx) Counter(id protocol.KeyID) (Counter, bool, error) {
	return t.counter(`SELECT hall, counter, key FROM counters WHERE key_id = ?`, id)
}

// CounterAt returns what is enrolled for a counter.
func (t *Tx) CounterAt(hall casework.HallID, counter casework.CounterID) (Counter, bool, error) {
	return t.counter(`SELECT hall, counter, key FROM counters WHERE hall = ? AND counter = ?`, hall, counter)
}

func (t *Tx) counter(query string, args ...any) (Counter, bool, error) {
	c := Counter{Key: protocol.PublicKey{Suite: protocol.Suite1}}
	ok, err := found(t.tx.QueryRowContext(t.ctx, query, args...).Scan(&c.Hall, &c.Counter, &c.Key.Bytes))
	return c, ok, err
}

// Enrol notes a counter's key in place of any earlier one.
func (t *Tx) Enrol(c Counter) error {
	if _, err := t.exec(`DELETE FROM counters WHERE hall = ? AND counter = ?`, c.Hall, c.Counter); err != nil {
		return err
	}
	_, err := t.exec(`INSERT INTO counters (key_id, hall, counter, key) VALUES (?,?,?,?)`, c.Key.ID(), c.Hall, c.Counter, c.Key.Bytes)
	return err
}
