package store

import (
	"encoding/json"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Grant is a grant with what only the centre knows of it.
type Grant struct {
	casework.Grant
	Case       casework.CaseID
	Counter    casework.CounterID
	Suite      protocol.Suite // of that counter's key
	Citizen    string         // the holder, whom Grant.Holder stands for
	Entity     string         // that the holder acts for, by its id in the register; empty: themselves
	Registered Place
	Used       bool      // by its case
	Revoked    time.Time // zero while it is not
	Unbound    Place     // of the revocation
	Wiped      time.Time // when the counter said that what it held is wiped; zero: not yet
}

// Place is where a statement stands on the ledger. The zero value: not there.
type Place struct {
	Entry  casework.Digest
	Height int64
}

// IsZero reports whether the statement is not on the ledger yet.
func (p Place) IsZero() bool { return p.Entry.IsZero() }

const grantColumns = `id, kase, hall, counter, item, needs, from_, until, method, holder, pseudonym, salt, entry, height, used, revoked, off_entry, off_height, wiped, entity, acting, suite`

func scanGrant(row scanner) (Grant, error) {
	var g Grant
	var needs, acting string
	var from, until, revoked, wiped int64
	var salt, entry, off []byte
	err := row.Scan(&g.ID, &g.Case, &g.Hall, &g.Counter, &g.Item, &needs, &from, &until, &g.Method, &g.Citizen, &g.Grant.Holder,
		&salt, &entry, &g.Registered.Height, &g.Used, &revoked, &off, &g.Unbound.Height, &wiped, &g.Entity, &acting, &g.Suite)
	if err != nil {
		return g, err
	}
	g.From, g.Until, g.Revoked, g.Wiped = fromMS(from), fromMS(until), fromMS(revoked), fromMS(wiped)
	copy(g.Salt[:], salt)
	copy(g.Registered.Entry[:], entry)
	copy(g.Unbound.Entry[:], off)
	if g.Acting, err = actingOf(acting); err != nil {
		return g, err
	}
	return g, json.Unmarshal([]byte(needs), &g.Needs)
}

// AddGrant keeps a new grant that is not on the ledger yet.
func (t *Tx) AddGrant(g Grant) error {
	needs, err := json.Marshal(g.Needs)
	if err != nil {
		return err
	}
	acting, err := actingText(g.Acting)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO grants (id, kase, hall, counter, item, needs, from_, until, method, holder, pseudonym, salt, entity, acting, suite) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		g.ID, g.Case, g.Hall, g.Counter, g.Item, string(needs), ms(g.From), ms(g.Until), g.Method, g.Citizen, g.Grant.Holder, g.Salt[:], g.Entity, acting, g.Suite)
	return err
}

// actingText is who acts for whom as it is kept; "" where nobody does.
func actingText(a *casework.Acting) (string, error) {
	if a == nil {
		return "", nil
	}
	text, err := json.Marshal(a)
	return string(text), err
}

func actingOf(text string) (*casework.Acting, error) {
	if text == "" {
		return nil, nil
	}
	a := &casework.Acting{}
	return a, json.Unmarshal([]byte(text), a)
}

// Grant returns the grant with the given id.
func (t *Tx) Grant(id casework.GrantID) (Grant, bool, error) {
	g, err := scanGrant(t.tx.QueryRowContext(t.ctx, `SELECT `+grantColumns+` FROM grants WHERE id = ?`, id))
	ok, err := found(err)
	return g, ok, err
}

// GrantsOf returns the grants of a holder.
func (t *Tx) GrantsOf(holder string) ([]Grant, error) {
	return t.grants(`SELECT `+grantColumns+` FROM grants WHERE holder = ?`, holder)
}

// Unsettled returns the grants that the ledger does not know, or whose
// revocation it does not know.
func (t *Tx) Unsettled() ([]Grant, error) {
	return t.grants(`SELECT ` + grantColumns + ` FROM grants WHERE entry IS NULL OR (revoked > 0 AND off_entry IS NULL) ORDER BY from_`)
}

func (t *Tx) grants(query string, args ...any) ([]Grant, error) {
	var list []Grant
	err := t.each(func(row scanner) error {
		g, err := scanGrant(row)
		list = append(list, g)
		return err
	}, query, args...)
	return list, err
}

// Register notes where the grant stands on the ledger.
func (t *Tx) Register(id casework.GrantID, p Place) error {
	_, err := t.exec(`UPDATE grants SET entry = ?, height = ? WHERE id = ?`, p.Entry[:], p.Height, id)
	return err
}

// Use notes that the grant's case retrieved with it.
func (t *Tx) Use(id casework.GrantID) error {
	_, err := t.exec(`UPDATE grants SET used = 1 WHERE id = ?`, id)
	return err
}

// Revoke notes that the citizen unbound the grant, and puts it in the list
// that the grant's counter follows.
func (t *Tx) Revoke(g Grant, at time.Time) error {
	if _, err := t.exec(`UPDATE grants SET revoked = ? WHERE id = ?`, ms(at), g.ID); err != nil {
		return err
	}
	_, err := t.exec(`INSERT INTO revocations (grant_, hall, counter) VALUES (?,?,?)`, g.ID, g.Hall, g.Counter)
	return err
}

// Wipe notes that the grant's counter has wiped what it held.
func (t *Tx) Wipe(id casework.GrantID, at time.Time) error {
	_, err := t.exec(`UPDATE grants SET wiped = ? WHERE id = ?`, ms(at), id)
	return err
}

// Unbind notes where the revocation stands on the ledger.
func (t *Tx) Unbind(id casework.GrantID, p Place) error {
	_, err := t.exec(`UPDATE grants SET off_entry = ?, off_height = ? WHERE id = ?`, p.Entry[:], p.Height, id)
	return err
}

// Revocations returns the revoked grants of a counter after the n-th of all
// revocations, and the number to go on from.
func (t *Tx) Revocations(hall casework.HallID, counter casework.CounterID, after int) ([]casework.GrantID, int, error) {
	var list []casework.GrantID
	err := t.each(func(row scanner) error {
		var id casework.GrantID
		err := row.Scan(&after, &id)
		list = append(list, id)
		return err
	}, `SELECT n, grant_ FROM revocations WHERE hall = ? AND counter = ? AND n > ? ORDER BY n LIMIT 500`, hall, counter, after)
	return list, after, err
}
