package store

import "time"

// Account is how a citizen signs in. A holder has one from the first passkey or
// password on.
type Account struct {
	Holder   string
	Handle   []byte // random; what a passkey calls the holder by
	Epoch    int    // sessions of an earlier one have ended
	Password string // as package identity writes it; "" none is set
	Wrong    int    // wrong passwords in a row
	Locks    int    // times that they locked it, in a row
	Locked   time.Time
}

// Passkey is a passkey's public half.
type Passkey struct {
	ID         []byte
	Holder     string
	Name       string // of the device, as its browser called it
	Credential string // JSON of package identity
	Added      time.Time
	Used       time.Time // last
	Copied     bool      // its counter went back
}

const accountColumns = `holder, handle, epoch, password, wrong, locks, locked`

func scanAccount(row scanner) (Account, error) {
	var a Account
	var locked int64
	err := row.Scan(&a.Holder, &a.Handle, &a.Epoch, &a.Password, &a.Wrong, &a.Locks, &locked)
	a.Locked = fromMS(locked)
	return a, err
}

// Account returns a holder's account.
func (t *Tx) Account(holder string) (Account, bool, error) {
	a, err := scanAccount(t.tx.QueryRowContext(t.ctx, `SELECT `+accountColumns+` FROM accounts WHERE holder = ?`, holder))
	ok, err := found(err)
	return a, ok, err
}

// AccountOf returns the account that passkeys call by the handle.
func (t *Tx) AccountOf(handle []byte) (Account, bool, error) {
	a, err := scanAccount(t.tx.QueryRowContext(t.ctx, `SELECT `+accountColumns+` FROM accounts WHERE handle = ?`, handle))
	ok, err := found(err)
	return a, ok, err
}

// PutAccount keeps an account; the handle of one that is there stays.
func (t *Tx) PutAccount(a Account) error {
	_, err := t.exec(`INSERT INTO accounts (`+accountColumns+`) VALUES (?,?,?,?,?,?,?)
		ON CONFLICT (holder) DO UPDATE SET epoch = excluded.epoch, password = excluded.password, wrong = excluded.wrong, locks = excluded.locks, locked = excluded.locked`,
		a.Holder, a.Handle, a.Epoch, a.Password, a.Wrong, a.Locks, ms(a.Locked))
	return err
}

const passkeyColumns = `id, holder, name, credential, added, used, copied`

func scanPasskey(row scanner) (Passkey, error) {
	var p Passkey
	var added, used int64
	err := row.Scan(&p.ID, &p.Holder, &p.Name, &p.Credential, &added, &used, &p.Copied)
	p.Added, p.Used = fromMS(added), fromMS(used)
	return p, err
}

// Passkeys returns a holder's passkeys, oldest first.
func (t *Tx) Passkeys(holder string) ([]Passkey, error) {
	var list []Passkey
	err := t.each(func(row scanner) error {
		p, err := scanPasskey(row)
		list = append(list, p)
		return err
	}, `SELECT `+passkeyColumns+` FROM passkeys WHERE holder = ? ORDER BY added, id`, holder)
	return list, err
}

// Passkey returns the passkey with the given id.
func (t *Tx) Passkey(id []byte) (Passkey, bool, error) {
	p, err := scanPasskey(t.tx.QueryRowContext(t.ctx, `SELECT `+passkeyColumns+` FROM passkeys WHERE id = ?`, id))
	ok, err := found(err)
	return p, ok, err
}

// AddPasskey keeps a new passkey. It reports false when the id is taken.
func (t *Tx) AddPasskey(p Passkey) (bool, error) {
	n, err := t.exec(`INSERT INTO passkeys (`+passkeyColumns+`) VALUES (?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`,
		p.ID, p.Holder, p.Name, p.Credential, ms(p.Added), ms(p.Used), p.Copied)
	return n > 0, err
}

// UpdatePasskey writes what may change of a passkey: its credential's counter,
// the last use, and that it was copied.
func (t *Tx) UpdatePasskey(p Passkey) error {
	_, err := t.exec(`UPDATE passkeys SET credential = ?, used = ?, copied = ? WHERE id = ?`, p.Credential, ms(p.Used), p.Copied, p.ID)
	return err
}

// RemovePasskey forgets one of the holder's passkeys. It reports false when there
// is none.
func (t *Tx) RemovePasskey(holder string, id []byte) (bool, error) {
	n, err := t.exec(`DELETE FROM passkeys WHERE holder = ? AND id = ?`, holder, id)
	return n > 0, err
}

// RemovePasskeys forgets all of the holder's passkeys and returns how many.
func (t *Tx) RemovePasskeys(holder string) (int, error) {
	return t.exec(`DELETE FROM passkeys WHERE holder = ?`, holder)
}

// PutEnrolment keeps a one-time code, in place of the holder's earlier ones.
func (t *Tx) PutEnrolment(mac []byte, holder string, until time.Time) error {
	if err := t.EndEnrolments(holder); err != nil {
		return err
	}
	_, err := t.exec(`INSERT INTO enrolments (mac, holder, until) VALUES (?,?,?)`, mac, holder, ms(until))
	return err
}

// Enrolment returns whose the one-time code is, if it has not run out at now.
func (t *Tx) Enrolment(mac []byte, now time.Time) (holder string, ok bool, err error) {
	err = t.tx.QueryRowContext(t.ctx, `SELECT holder FROM enrolments WHERE mac = ? AND until > ?`, mac, ms(now)).Scan(&holder)
	ok, err = found(err)
	return holder, ok, err
}

// EndEnrolments ends the holder's one-time codes.
func (t *Tx) EndEnrolments(holder string) error {
	_, err := t.exec(`DELETE FROM enrolments WHERE holder = ?`, holder)
	return err
}
