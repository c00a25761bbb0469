package journal

import (
	"context"
	"database/sql"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// keptStep is one row of a case: the entry, where it is on its way, and the
// receipt's figures.
type keptStep struct {
	seq     int
	digest  []byte
	raw     []byte
	send    casework.SendState
	refusal casework.RefusalKind
	height  sql.NullInt64
	time    sql.NullInt64
}

// stepsOf reads a case's rows. It starts from the outbox, so that an entry that
// went missing behind its row is noticed.
func stepsOf(ctx context.Context, q querier, c keptCase) ([]keptStep, error) {
	return all(ctx, q, func(rows *sql.Rows) (s keptStep, err error) {
		err = rows.Scan(&s.seq, &s.digest, &s.raw, &s.send, &s.refusal, &s.height, &s.time)
		return s, err
	}, `SELECT o.place & 255, e.digest, e.raw, o.state, o.refusal, r.height, r.time
		FROM outbox o LEFT JOIN entries e ON e.place = o.place LEFT JOIN receipts r ON r.place = o.place
		WHERE o.place BETWEEN ? AND ? ORDER BY o.place`, c.place(0), c.place(placesPerCase-1))
}

// replay opens the kept bytes again and follows the case from its first entry.
// Any break is damage.
func replay(id casework.CaseID, steps []keptStep) (casework.Standing, []casework.Entry, error) {
	var standing casework.Standing
	var entries []casework.Entry
	var digests []casework.Digest
	if len(steps) == 0 {
		return standing, nil, damaged(id, "its entries are gone")
	}
	for _, s := range steps {
		e, env, err := protocol.OpenEntry(s.raw)
		d := protocol.DigestOf(s.raw)
		if err != nil || d != digestOf(s.digest) || e.Case != id || e.Seq != s.seq {
			return standing, nil, damaged(id, "an entry is not the one that was kept")
		}
		if standing, err = standing.Next(e, d); err != nil {
			return standing, nil, damaged(id, "an entry does not follow: "+string(casework.KindOf(err)))
		}
		if e.Kind == casework.Submitted && e.Body.Whole != env.Suite.WholeOf(digests) {
			return standing, nil, damaged(id, "the digest of the whole case is wrong")
		}
		entries, digests = append(entries, e), append(digests, d)
	}
	return standing, entries, nil
}

// digestOf returns the digest that b holds, or the zero one, which no entry has.
func digestOf(b []byte) casework.Digest {
	if len(b) != len(casework.Digest{}) {
		return casework.Digest{}
	}
	return casework.Digest(b)
}
