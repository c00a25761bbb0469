package store

import (
	"encoding/json"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Roster is where a hall's roster stands.
type Roster struct {
	Edition int64 // 0: the hall has none
	Days    int
}

// Roster returns where a hall's roster stands.
func (t *Tx) Roster(hall casework.HallID) (r Roster, err error) {
	_, err = found(t.tx.QueryRowContext(t.ctx, `SELECT edition, days FROM rosters WHERE hall = ?`, hall).Scan(&r.Edition, &r.Days))
	return r, err
}

// PutRoster keeps where a hall's roster stands.
func (t *Tx) PutRoster(hall casework.HallID, r Roster) error {
	_, err := t.exec(`INSERT INTO rosters (hall, edition, days) VALUES (?,?,?)
		ON CONFLICT (hall) DO UPDATE SET edition = excluded.edition, days = excluded.days`, hall, r.Edition, r.Days)
	return err
}

const clerkColumns = `number, name, role, verifier, once, suspended, cards`

func scanClerk(row scanner) (c protocol.RosterClerk, err error) {
	var cards string
	if err = row.Scan(&c.Number, &c.Name, &c.Role, &c.Verifier, &c.Once, &c.Suspended, &cards); err == nil {
		err = json.Unmarshal([]byte(cards), &c.Cards)
	}
	return c, err
}

// Clerks returns the people of a hall in the order of their numbers.
func (t *Tx) Clerks(hall casework.HallID) (list []protocol.RosterClerk, err error) {
	err = t.each(func(row scanner) error {
		c, err := scanClerk(row)
		list = append(list, c)
		return err
	}, `SELECT `+clerkColumns+` FROM clerks WHERE hall = ? ORDER BY number`, hall)
	return list, err
}

// Clerk returns one person of a hall.
func (t *Tx) Clerk(hall casework.HallID, number string) (protocol.RosterClerk, bool, error) {
	c, err := scanClerk(t.tx.QueryRowContext(t.ctx, `SELECT `+clerkColumns+` FROM clerks WHERE hall = ? AND number = ?`, hall, number))
	ok, err := found(err)
	return c, ok, err
}

// PutClerk keeps a person of a hall, in place of what was kept of the number.
func (t *Tx) PutClerk(hall casework.HallID, c protocol.RosterClerk) error {
	cards, err := json.Marshal(c.Cards)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT OR REPLACE INTO clerks (hall, `+clerkColumns+`) VALUES (?,?,?,?,?,?,?,?)`,
		hall, c.Number, c.Name, c.Role, c.Verifier, c.Once, c.Suspended, string(cards))
	return err
}
