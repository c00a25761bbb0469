package journal

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Bounds of an act's words, in bytes.
const (
	maxClerkNumber = 16
	maxActWord     = 64
)

// dated checks an act and gives it the journal's time where it has none.
func (j *Journal) dated(a casework.OperatorAct) (casework.OperatorAct, error) {
	if a.What == "" || len(a.Clerk) > maxClerkNumber || len(a.Second) > maxClerkNumber || max(len(a.What), len(a.Case), len(a.Note), len(a.Why)) > maxActWord {
		return a, casework.Refuse(casework.Malformed, "an act without a name, or with a long word")
	}
	if a.Time.IsZero() {
		a.Time = j.options.Now()
	}
	return a, nil
}

// done checks the acts that go with a change. Malformed, beside what dated says: an
// act that was refused, since what was refused changes nothing.
func (j *Journal) done(acts []casework.OperatorAct) ([]casework.OperatorAct, error) {
	acts = slices.Clone(acts)
	for i, a := range acts {
		if a.Why != "" {
			return nil, casework.Refuse(casework.Malformed, "an act that was refused goes with no change")
		}
		var err error
		if acts[i], err = j.dated(a); err != nil {
			return nil, err
		}
	}
	return acts, nil
}

// chain writes acts behind the newest that the transaction shows. Nothing of the
// chain is kept in memory: a transaction that is rolled back takes its acts with it,
// and the changes that are tried again chain theirs to what is there then.
func (j *Journal) chain(tx *sql.Tx, acts ...casework.OperatorAct) error {
	for _, a := range acts {
		seq, before, err := lastAct(context.Background(), tx)
		if err != nil {
			return err
		}
		raw, err := protocol.Marshal(loggedAct{Seq: seq + 1, Time: a.Time.UnixMilli(), Clerk: a.Clerk, Second: a.Second, What: string(a.What),
			Case: string(a.Case), Note: a.Note, Why: string(a.Why)})
		if err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO operators (seq, time, raw, digest) VALUES (?, ?, ?, ?)", seq+1, a.Time.UnixMilli(), raw, j.chained(before, raw)); err != nil {
			return err
		}
	}
	return nil
}

// chainIf chains the acts of a change whose statement changed something.
func (j *Journal) chainIf(tx *sql.Tx, r sql.Result, err error, acts []casework.OperatorAct) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); n == 0 || err != nil {
		return err
	}
	return j.chain(tx, acts...)
}

// lastAct returns the newest act's number and digest; 0 and none before the first.
func lastAct(ctx context.Context, q querier) (seq int64, digest []byte, err error) {
	err = q.QueryRowContext(ctx, "SELECT seq, digest FROM operators ORDER BY seq DESC LIMIT 1").Scan(&seq, &digest)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	return seq, digest, err
}

// chained returns an act's digest: the suite's salted commitment (HMAC) over the
// digest before (none for the first; else of one length) and the act. A key from
// the master key stands in the place of the salt, so that somebody who can write
// the file but has not the counter's key can't chain it anew.
func (j *Journal) chained(before, raw []byte) []byte {
	suite := j.options.Suite
	key := casework.Salt(suite.Commit(casework.Salt(j.options.Master), []byte("counterfoil operator log 1")))
	digest := suite.Commit(key, append(slices.Clone(before), raw...))
	return digest[:]
}
