package store

import (
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Request is an authorization request: a QR on a pad, or a tap asked for
// because of a code.
type Request struct {
	ID      string
	Round   string // the first request of those that replace each other
	Tap     bool
	Hall    casework.HallID
	Counter casework.CounterID
	Suite   protocol.Suite // of the counter's key
	Clerk   casework.Pseudonym
	Item    casework.ItemCode
	Case    casework.CaseID
	Words   string
	Made    time.Time
	Until   time.Time
	Status  protocol.RequestStatus
	Holder  string // a tap: whose code; a QR: who opened it last
	Grant   casework.GrantID
}

const requestColumns = `id, round, tap, hall, counter, clerk, item, kase, words, made, until, status, holder, grant_, suite`

func scanRequest(row scanner) (Request, error) {
	var r Request
	var made, until int64
	err := row.Scan(&r.ID, &r.Round, &r.Tap, &r.Hall, &r.Counter, &r.Clerk, &r.Item, &r.Case, &r.Words, &made, &until, &r.Status, &r.Holder, &r.Grant, &r.Suite)
	r.Made, r.Until = fromMS(made), fromMS(until)
	return r, err
}

// AddRequest keeps a new request.
func (t *Tx) AddRequest(r Request) error {
	_, err := t.exec(`INSERT INTO requests (`+requestColumns+`) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		r.ID, r.Round, r.Tap, r.Hall, r.Counter, r.Clerk, r.Item, r.Case, r.Words, ms(r.Made), ms(r.Until), r.Status, r.Holder, r.Grant, r.Suite)
	return err
}

// Request returns the request with the given id.
func (t *Tx) Request(id string) (Request, bool, error) {
	r, err := scanRequest(t.tx.QueryRowContext(t.ctx, `SELECT `+requestColumns+` FROM requests WHERE id = ?`, id))
	ok, err := found(err)
	return r, ok, err
}

// Round returns the requests that replace each other, oldest first.
func (t *Tx) Round(round string) ([]Request, error) {
	return t.requests(`SELECT `+requestColumns+` FROM requests WHERE round = ? ORDER BY made, id`, round)
}

// RequestsOf returns the QR requests of a case, newest first.
func (t *Tx) RequestsOf(kase casework.CaseID) ([]Request, error) {
	return t.requests(`SELECT `+requestColumns+` FROM requests WHERE kase = ? AND tap = 0 ORDER BY made DESC, id`, kase)
}

// Unanswered returns the requests that have run out at now while a holder had
// them before them, of one holder; of everybody for the empty one.
func (t *Tx) Unanswered(holder string, now time.Time) ([]Request, error) {
	return t.requests(`SELECT `+requestColumns+` FROM requests WHERE holder <> '' AND (? = '' OR holder = ?) AND until <= ? AND status IN (?,?) ORDER BY until`,
		holder, holder, ms(now), protocol.RequestWaiting, protocol.RequestOpened)
}

func (t *Tx) requests(query string, args ...any) ([]Request, error) {
	var list []Request
	err := t.each(func(row scanner) error {
		r, err := scanRequest(row)
		list = append(list, r)
		return err
	}, query, args...)
	return list, err
}

// UpdateRequest writes what may change of a request: status, holder, grant.
func (t *Tx) UpdateRequest(r Request) error {
	_, err := t.exec(`UPDATE requests SET status = ?, holder = ?, grant_ = ? WHERE id = ?`, r.Status, r.Holder, r.Grant, r.ID)
	return err
}
