package journal

import (
	"context"
	"database/sql"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// schemaOperators holds the operator log and the roster as last received. What a
// column says stands in raw as well; the columns are for looking things up.
const schemaOperators = `
CREATE TABLE operators (
	seq INTEGER PRIMARY KEY, -- 1, 2, 3 …
	time INTEGER NOT NULL, -- Unix milliseconds
	raw BLOB NOT NULL, -- deterministic CBOR of loggedAct
	digest BLOB NOT NULL -- keyed, over the digest before and raw
) STRICT;
CREATE INDEX operators_time ON operators(time);
CREATE TABLE roster (
	row INTEGER PRIMARY KEY CHECK (row = 1),
	sealed BLOB NOT NULL -- the signed statement under the master key
) STRICT;
`

// loggedAct is one act as it is kept.
type loggedAct struct {
	Seq    int64  `cbor:"1,keyasint"`
	Time   int64  `cbor:"2,keyasint"` // Unix milliseconds
	Clerk  string `cbor:"3,keyasint,omitempty"`
	Second string `cbor:"4,keyasint,omitempty"`
	What   string `cbor:"5,keyasint"`
	Case   string `cbor:"6,keyasint,omitempty"`
	Note   string `cbor:"7,keyasint,omitempty"`
	Why    string `cbor:"8,keyasint,omitempty"`
}

// NoteAct appends an act to the operator log that changes nothing else here: a
// refused one, a sign-in, a lock. It is on disk when NoteAct returns. An act that
// changes something goes with the change: Append, Reopen, Seen, ChangeShift and
// Forget take it. Seq is given here, and Time where it is zero. Malformed: a word
// that is longer than any of the program's, so that nobody's input gets in by
// mistake.
func (j *Journal) NoteAct(ctx context.Context, a casework.OperatorAct) error {
	a, err := j.dated(a)
	if err != nil {
		return err
	}
	return j.write(ctx, &change{do: func(tx *sql.Tx) error { return j.chain(tx, a) }})
}

// Acts returns the acts of a local day (YYYYMMDD), newest first, at most limit of
// them when it is above zero. An act that can't be read is left out: WholeActs
// finds it.
func (j *Journal) Acts(ctx context.Context, day string, limit int) ([]casework.OperatorAct, error) {
	from, err := time.ParseInLocation("20060102", day, time.Local)
	if err != nil {
		return nil, casework.Refuse(casework.Malformed, "a day is YYYYMMDD")
	}
	if limit <= 0 {
		limit = -1 // SQLite's word for all
	}
	return j.acts(ctx, "SELECT raw FROM operators WHERE time >= ? AND time < ? ORDER BY seq DESC LIMIT ?", from.UnixMilli(), from.AddDate(0, 0, 1).UnixMilli(), limit)
}

// ActsSince returns the acts that are dated at or after a time, oldest first.
func (j *Journal) ActsSince(ctx context.Context, from time.Time) ([]casework.OperatorAct, error) {
	return j.acts(ctx, "SELECT raw FROM operators WHERE time >= ? ORDER BY seq", from.UnixMilli())
}

func (j *Journal) acts(ctx context.Context, query string, args ...any) ([]casework.OperatorAct, error) {
	rows, err := all(ctx, j.reader, itself[[]byte], query, args...)
	if err != nil {
		return nil, err
	}
	list := make([]casework.OperatorAct, 0, len(rows))
	for _, raw := range rows {
		var a loggedAct
		if protocol.Unmarshal(raw, &a) == nil {
			list = append(list, a.act())
		}
	}
	return list, nil
}

func (a loggedAct) act() casework.OperatorAct {
	return casework.OperatorAct{Seq: a.Seq, Time: time.UnixMilli(a.Time).UTC(), Clerk: a.Clerk, Second: a.Second, What: casework.Operation(a.What),
		Case: casework.CaseID(a.Case), Note: a.Note, Why: casework.RefusalKind(a.Why)}
}
