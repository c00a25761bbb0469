package journal

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
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

// Bounds of an act's words, in bytes.
const (
	maxClerkNumber = 16
	maxActWord     = 64
)

// NoteAct appends an act to the operator log; it is on disk when NoteAct returns.
// Seq is given here, and Time where it is zero. Malformed: a word that is longer
// than any of the program's, so that nobody's input gets in by mistake.
func (j *Journal) NoteAct(ctx context.Context, a casework.OperatorAct) error {
	if a.What == "" || len(a.Clerk) > maxClerkNumber || len(a.Second) > maxClerkNumber || max(len(a.What), len(a.Case), len(a.Note), len(a.Why)) > maxActWord {
		return casework.Refuse(casework.Malformed, "an act without a name, or with a long word")
	}
	if a.Time.IsZero() {
		a.Time = j.options.Now()
	}
	key, err := j.operatorKey()
	if err != nil {
		return err
	}
	return j.write(ctx, &change{do: func(tx *sql.Tx) error {
		seq, before, err := lastAct(context.Background(), tx)
		if err != nil {
			return err
		}
		raw, err := protocol.Marshal(loggedAct{Seq: seq + 1, Time: a.Time.UnixMilli(), Clerk: a.Clerk, Second: a.Second, What: string(a.What),
			Case: string(a.Case), Note: a.Note, Why: string(a.Why)})
		if err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO operators (seq, time, raw, digest) VALUES (?, ?, ?, ?)", seq+1, a.Time.UnixMilli(), raw, chained(key, before, raw))
		return err
	}})
}

// lastAct returns the newest act's number and digest; 0 and none before the first.
func lastAct(ctx context.Context, q querier) (seq int64, digest []byte, err error) {
	err = q.QueryRowContext(ctx, "SELECT seq, digest FROM operators ORDER BY seq DESC LIMIT 1").Scan(&seq, &digest)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	return seq, digest, err
}

// operatorKey is what the log's digests are keyed with, so that somebody who can
// write the file but has not the counter's key can't chain it anew.
func (j *Journal) operatorKey() ([]byte, error) {
	return hkdf.Key(sha256.New, j.options.Master[:], nil, "counterfoil operator log 1", sha256.Size)
}

// chained returns an act's digest: HMAC-SHA-256 over the digest before (none for
// the first; else of one length) and the act.
func chained(key, before, raw []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(before)
	mac.Write(raw)
	return mac.Sum(nil)
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
