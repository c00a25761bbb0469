package journal

import (
	"context"
	"crypto/hmac"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// OperatorLog is the state of the operator log.
type OperatorLog struct {
	Acts  int64           // how many there are
	Head  casework.Digest // of the newest; zero when there is none
	Whole bool            // every act is there, in its place and as it was written
}

// OperatorLog reads the whole log and follows its chain. A changed act, one that
// is gone from between, and two that changed places are found here. That the
// newest ones are gone is found by whoever kept a Head from before: it stands in
// the counter's signed list of a day.
func (j *Journal) OperatorLog(ctx context.Context) (OperatorLog, error) {
	key, err := j.operatorKey()
	if err != nil {
		return OperatorLog{}, err
	}
	rows, err := j.reader.QueryContext(ctx, "SELECT seq, time, raw, digest FROM operators ORDER BY seq")
	if err != nil {
		return OperatorLog{}, fault(err)
	}
	defer rows.Close()
	log := OperatorLog{Whole: true}
	var before []byte
	for rows.Next() {
		var seq, at int64
		var raw, digest []byte
		if err := rows.Scan(&seq, &at, &raw, &digest); err != nil {
			return log, fault(err)
		}
		log.Acts++
		log.Whole = log.Whole && seq == log.Acts && placed(seq, at, raw) && hmac.Equal(digest, chained(key, before, raw))
		before = digest
	}
	if len(before) == len(log.Head) {
		log.Head = casework.Digest(before)
	}
	return log, fault(rows.Err())
}

// placed reports whether an act stands where it says that it does.
func placed(seq, at int64, raw []byte) bool {
	var a loggedAct
	return protocol.Unmarshal(raw, &a) == nil && a.Seq == seq && a.Time == at
}

// WholeActs reports whether the operator log's chain holds from its first act on.
func (j *Journal) WholeActs(ctx context.Context) (bool, error) {
	log, err := j.OperatorLog(ctx)
	return log.Whole, err
}
