package store

import (
	"encoding/json"
	"time"

	"counterfoil/app/casework"
)

// CodeState is where a code stands. Whether a live one has run out is the
// caller's to see from Until.
type CodeState string

// live → used (redeemed, or turned into a tap) | ended (by its citizen, by a
// newer code) | locked (too many near misses). None goes back.
const (
	CodeLive   CodeState = "live"
	CodeUsed   CodeState = "used"
	CodeEnded  CodeState = "ended"
	CodeLocked CodeState = "locked"
)

// Code is an eight-digit code without its digits.
type Code struct {
	MAC     []byte
	Holder  string
	Kinds   []casework.LicenceKind
	Hall    casework.HallID   // "" any
	Item    casework.ItemCode // "" any
	Made    time.Time
	Until   time.Time
	State   CodeState
	Misses  int
	Case    casework.CaseID    // that used it
	Counter casework.CounterID // that used it
	Grant   casework.GrantID   // once used directly
	Request string             // once it was turned into a tap
	Entity  string             // that the holder acts for, by its id in the register; "" themselves
	Acting  *casework.Acting   // with Entity: in which role
}

const codeColumns = `mac, holder, kinds, hall, item, made, until, state, misses, kase, counter, grant_, request, entity, acting`

func scanCode(row scanner) (Code, error) {
	var c Code
	var kinds, acting string
	var made, until int64
	err := row.Scan(&c.MAC, &c.Holder, &kinds, &c.Hall, &c.Item, &made, &until, &c.State, &c.Misses, &c.Case, &c.Counter, &c.Grant, &c.Request, &c.Entity, &acting)
	if err != nil {
		return c, err
	}
	c.Made, c.Until = fromMS(made), fromMS(until)
	if c.Acting, err = actingOf(acting); err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(kinds), &c.Kinds)
}

// AddCode keeps a new code with the masked forms by which near misses are
// known. It reports false when the digits are taken by a kept code.
func (t *Tx) AddCode(c Code, near [][]byte) (bool, error) {
	kinds, err := json.Marshal(c.Kinds)
	if err != nil {
		return false, err
	}
	acting, err := actingText(c.Acting)
	if err != nil {
		return false, err
	}
	n, err := t.exec(`INSERT INTO codes (mac, holder, kinds, hall, item, made, until, state, entity, acting) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`,
		c.MAC, c.Holder, string(kinds), c.Hall, c.Item, ms(c.Made), ms(c.Until), CodeLive, c.Entity, acting)
	if err != nil || n == 0 {
		return false, err
	}
	for _, m := range near {
		if _, err := t.exec(`INSERT INTO near (mac, code) VALUES (?,?) ON CONFLICT DO NOTHING`, m, c.MAC); err != nil {
			return false, err
		}
	}
	return true, nil
}

// Code returns the code with the given HMAC.
func (t *Tx) Code(mac []byte) (Code, bool, error) {
	c, err := scanCode(t.tx.QueryRowContext(t.ctx, `SELECT `+codeColumns+` FROM codes WHERE mac = ?`, mac))
	ok, err := found(err)
	return c, ok, err
}

// CodeOf returns the newest code of a holder, whatever its state.
func (t *Tx) CodeOf(holder string) (Code, bool, error) {
	c, err := scanCode(t.tx.QueryRowContext(t.ctx, `SELECT `+codeColumns+` FROM codes WHERE holder = ? ORDER BY made DESC, state = 'live' DESC LIMIT 1`, holder))
	ok, err := found(err)
	return c, ok, err
}

// LiveCodes returns the codes made for exactly this hall that are live and
// have not run out at now.
func (t *Tx) LiveCodes(hall casework.HallID, now time.Time) ([]Code, error) {
	var list []Code
	err := t.each(func(row scanner) error {
		c, err := scanCode(row)
		list = append(list, c)
		return err
	}, `SELECT `+codeColumns+` FROM codes WHERE state = ? AND hall = ? AND until > ?`, CodeLive, hall, ms(now))
	return list, err
}

// UnusedCodes returns the codes that have run out at now and that nobody used or
// ended, of one holder; of everybody for the empty one.
func (t *Tx) UnusedCodes(holder string, now time.Time) ([]Code, error) {
	var list []Code
	err := t.each(func(row scanner) error {
		c, err := scanCode(row)
		list = append(list, c)
		return err
	}, `SELECT `+codeColumns+` FROM codes WHERE state = ? AND until <= ? AND (? = '' OR holder = ?) ORDER BY until`, CodeLive, ms(now), holder, holder)
	return list, err
}

// NearCodes returns the HMACs of the live codes that share a masked form.
func (t *Tx) NearCodes(masked [][]byte) ([][]byte, error) {
	var list [][]byte
	seen := map[string]bool{}
	for _, m := range masked {
		err := t.each(func(row scanner) error {
			var mac []byte
			err := row.Scan(&mac)
			if !seen[string(mac)] {
				seen[string(mac)] = true
				list = append(list, mac)
			}
			return err
		}, `SELECT n.code FROM near n JOIN codes c ON c.mac = n.code WHERE n.mac = ? AND c.state = ?`, m, CodeLive)
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// UpdateCode writes what may change of a code: state, misses and use. The
// masked forms of a code that is no longer live are forgotten.
func (t *Tx) UpdateCode(c Code) error {
	if _, err := t.exec(`UPDATE codes SET state = ?, misses = ?, kase = ?, counter = ?, grant_ = ?, request = ? WHERE mac = ?`,
		c.State, c.Misses, c.Case, c.Counter, c.Grant, c.Request, c.MAC); err != nil {
		return err
	}
	if c.State == CodeLive {
		return nil
	}
	_, err := t.exec(`DELETE FROM near WHERE code = ?`, c.MAC)
	return err
}

// EndCodes ends every live code of a holder.
func (t *Tx) EndCodes(holder string) error {
	if _, err := t.exec(`DELETE FROM near WHERE code IN (SELECT mac FROM codes WHERE holder = ? AND state = ?)`, holder, CodeLive); err != nil {
		return err
	}
	_, err := t.exec(`UPDATE codes SET state = ? WHERE holder = ? AND state = ?`, CodeEnded, holder, CodeLive)
	return err
}
