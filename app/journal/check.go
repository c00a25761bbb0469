package journal

import (
	"context"
	"slices"

	"counterfoil/app/casework"
)

// Check reads everything that the journal keeps, opens every seal, and returns the
// cases that are damaged. The error is nil for a whole journal; else it joins what
// was found, JournalDamaged each. What does not hold is left as it is, and the
// other cases go on.
//
// An index is no record: where all records hold, one that differs from its table is
// made anew. What is still not in order then is no case's.
//
// It takes as long as reading the file does and may run beside everything else.
func (j *Journal) Check(ctx context.Context) ([]casework.CaseID, error) {
	var hurt []casework.CaseID
	var found error
	err := j.walk(ctx, func(c keptCase, err error) error {
		if err == nil {
			err = j.checkCase(ctx, c.id)
		}
		if err == nil {
			return ctx.Err()
		}
		if casework.KindOf(err) != casework.JournalDamaged {
			return err
		}
		hurt, found = append(hurt, c.id), together(found, err)
		return nil
	})
	if err != nil {
		return hurt, together(found, err)
	}
	tried, err := j.brokenAttempts(ctx)
	for _, id := range tried {
		if !slices.Contains(hurt, id) {
			hurt, found = append(hurt, id), together(found, damaged(id, brokenAttempt))
		}
	}
	if found = together(found, err); found != nil { // an index may be all that still says whose a row was
		return hurt, found
	}
	return nil, j.checkIndexes(ctx)
}

// checkCase reads a case as its readers do.
func (j *Journal) checkCase(ctx context.Context, id casework.CaseID) error {
	r, err := j.Case(ctx, id)
	if casework.KindOf(err) == casework.WrongCase { // it was seen a moment ago
		return damaged(id, "it is not found by its id")
	}
	if err != nil {
		return err
	}
	for _, s := range r.Steps {
		if _, err := j.Content(ctx, id, s.Seq); err != nil && casework.KindOf(err) != casework.ContentForgotten {
			return err
		}
	}
	_, err = j.Attempts(ctx, id)
	return err
}

// checkIndexes has SQLite compare tables and indexes. It finds few flipped bits
// (the sums, seals and digests find the others), but those that hide a row from a
// reader it finds.
func (j *Journal) checkIndexes(ctx context.Context) error {
	if j.sound(ctx) == nil {
		return nil
	}
	j.writing.Lock()
	defer j.writing.Unlock()
	if j.closed {
		return nil
	}
	_, err := j.writer.ExecContext(ctx, "REINDEX")
	j.marker.written(err)
	return together(fault(err), j.sound(ctx))
}

func (j *Journal) sound(ctx context.Context) error {
	var said string
	err := j.reader.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&said)
	if err == nil && said != "ok" {
		err = casework.Refuse(casework.JournalDamaged, "the database's own pages do not fit together")
	}
	return fault(err)
}
