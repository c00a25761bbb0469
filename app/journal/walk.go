package journal

import (
	"context"
	"errors"
	"fmt"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// listed returns the cases that query names. Where SQLite cannot read a page on the
// way, the rows are asked one by one for those that are wanted, so that a damaged
// page hides no more than what stands on it; the damage is returned beside them.
func (j *Journal) listed(ctx context.Context, query string, wanted func(keptCase) bool, args ...any) ([]casework.CaseRecord, error) {
	ids, err := j.ids(ctx, query, args...)
	if casework.KindOf(err) != casework.JournalDamaged {
		if err != nil {
			return nil, err
		}
		return j.records(ctx, ids)
	}
	var broken error
	err = j.walk(ctx, func(c keptCase, err error) error {
		switch {
		case err != nil:
			broken = together(broken, err)
		case wanted(c):
			ids = append(ids, c.id)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	list, err := j.records(ctx, ids)
	return list, together(broken, err)
}

// walk visits the rows of all cases in order, each by its number: no index and no
// neighbour is asked. Of a case whose row cannot be had or does not hold, visit is
// given the damage, which names the case by its first entry where that can be read.
func (j *Journal) walk(ctx context.Context, visit func(c keptCase, err error) error) error {
	var last int64
	err := j.reader.QueryRowContext(ctx, `SELECT max(coalesce((SELECT max(row) FROM cases NOT INDEXED), 0),
		coalesce((SELECT max(place) >> 8 FROM entries NOT INDEXED), 0), coalesce((SELECT max(place) >> 8 FROM outbox NOT INDEXED), 0))`).Scan(&last)
	if err != nil {
		return fault(err)
	}
	for row := int64(1); row <= last; row++ {
		c, err := caseWhere(ctx, j.reader, "cases c NOT INDEXED WHERE row = ?", row)
		if err = fault(err); err != nil && casework.KindOf(err) != casework.JournalDamaged {
			return err
		}
		if err != nil || c.row != row || !c.holds {
			c.row, c.id = row, j.nameOf(ctx, row, c.id)
			err = damaged(c.id, "its row is not the one that was kept")
		}
		if err := visit(c, err); err != nil {
			return err
		}
	}
	return nil
}

// nameOf returns the case of a row as its first entry says, or fallback.
func (j *Journal) nameOf(ctx context.Context, row int64, fallback casework.CaseID) casework.CaseID {
	var raw []byte
	if j.reader.QueryRowContext(ctx, "SELECT raw FROM entries NOT INDEXED WHERE place = ?", keptCase{row: row}.place(1)).Scan(&raw) == nil {
		if e, _, err := protocol.OpenEntry(raw); err == nil {
			return e.Case
		}
	}
	if fallback == "" {
		return casework.CaseID(fmt.Sprint("of row ", row))
	}
	return fallback
}

// together joins damage; the kind of what it returns is that of the first.
func together(errs ...error) error { return errors.Join(errs...) }
