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
	holds   bool // the rows of outbox and receipt are those that were kept
}

// stepsOf reads a case's rows, from the first entry or outbox row to the last: one
// that went missing beside the other is noticed.
func stepsOf(ctx context.Context, q querier, c keptCase) ([]keptStep, error) {
	from, to := c.place(0), c.place(placesPerCase-1)
	return all(ctx, q, func(rows *sql.Rows) (s keptStep, err error) {
		var holds sql.NullBool
		err = rows.Scan(&s.seq, &s.digest, &s.raw, &s.send, &s.refusal, &s.height, &s.time, &holds)
		s.holds = holds.Bool
		return s, err
	}, `SELECT p.place & 255, e.digest, e.raw, coalesce(o.state, ''), coalesce(o.refusal, ''), r.height, r.time,
			`+outboxHolds+` AND (r.place IS NOT NULL) = (o.state = 'committed') AND (r.place IS NULL OR `+receiptHolds+`)
		FROM (SELECT place FROM outbox WHERE place BETWEEN ? AND ? UNION SELECT place FROM entries WHERE place BETWEEN ? AND ?) AS p
		LEFT JOIN outbox o ON o.place = p.place LEFT JOIN entries e ON e.place = p.place LEFT JOIN receipts r ON r.place = p.place
		ORDER BY p.place`, from, to, from, to)
}

// replay opens the kept bytes again and follows the case from its first entry.
// Any break is damage.
func replay(c keptCase, steps []keptStep) (casework.Standing, []casework.Entry, error) {
	var standing casework.Standing
	var entries []casework.Entry
	var digests []casework.Digest
	switch {
	case len(steps) == 0:
		return standing, nil, damaged(c.id, "its entries are gone")
	case !c.holds:
		return standing, nil, damaged(c.id, "what stands beside its entries is not what was kept")
	}
	for _, s := range steps {
		e, env, err := protocol.OpenEntry(s.raw)
		d := protocol.DigestOf(s.raw)
		if err != nil || d != digestOf(s.digest) || e.Case != c.id || e.Seq != s.seq {
			return standing, nil, damaged(c.id, "an entry is not the one that was kept")
		}
		if !s.holds {
			return standing, nil, damaged(c.id, "where an entry is on its way is not what was kept")
		}
		if standing, err = standing.Next(e, d); err != nil {
			return standing, nil, damaged(c.id, "an entry does not follow: "+string(casework.KindOf(err)))
		}
		if e.Kind == casework.Submitted && e.Body.Whole != env.Suite.WholeOf(digests) {
			return standing, nil, damaged(c.id, "the digest of the whole case is wrong")
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
