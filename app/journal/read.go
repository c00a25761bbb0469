package journal

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"counterfoil/app/casework"
)

// Case gives a kept case back: every entry opened again from its signed bytes,
// the standing followed anew. JournalDamaged names a case whose chain is broken;
// WrongCase says that there is no such case.
func (j *Journal) Case(ctx context.Context, id casework.CaseID) (casework.CaseRecord, error) {
	c, steps, err := j.rows(ctx, id)
	if err != nil {
		return casework.CaseRecord{}, err
	}
	return record(c, steps)
}

// rows reads a case. It refuses one that is not there.
func (j *Journal) rows(ctx context.Context, id casework.CaseID) (keptCase, []keptStep, error) {
	c, err := findCase(ctx, j.reader, id)
	if err != nil {
		return c, nil, aboutCase(id, err)
	}
	if c.row == 0 {
		return c, nil, unknownCase()
	}
	steps, err := stepsOf(ctx, j.reader, c)
	return c, steps, aboutCase(id, err)
}

func unknownCase() error {
	return casework.Refuse(casework.WrongCase, "the journal does not hold this case")
}

func record(c keptCase, steps []keptStep) (casework.CaseRecord, error) {
	standing, entries, err := replay(c, steps)
	if err != nil {
		return casework.CaseRecord{}, err
	}
	r := casework.CaseRecord{ID: c.id, Number: c.about.Number, Item: c.about.Item, Clerk: entries[0].Clerk,
		Opened: entries[0].Time, Standing: standing}
	for i, s := range steps {
		e := entries[i]
		kept := casework.StepRecord{Kind: e.Kind, Seq: e.Seq, Time: e.Time, Digest: digestOf(s.digest), Body: e.Body,
			Send: s.send, Refusal: s.refusal, Height: s.height.Int64}
		if s.time.Valid {
			kept.OnChain = time.Unix(0, s.time.Int64).UTC()
		}
		r.Steps = append(r.Steps, kept)
	}
	return r, nil
}

// records gives several cases back. A damaged one does not hide the others: they
// are all returned, with the damage as the error.
func (j *Journal) records(ctx context.Context, ids []casework.CaseID) ([]casework.CaseRecord, error) {
	var list []casework.CaseRecord
	var broken []error
	for _, id := range ids {
		r, err := j.Case(ctx, id)
		switch kind := casework.KindOf(err); {
		case err == nil:
			list = append(list, r)
		case kind == casework.WrongCase: // it was listed a moment ago
			broken = append(broken, damaged(id, "its row is not the one that was kept"))
		case kind == casework.JournalDamaged:
			broken = append(broken, err)
		default:
			return nil, err
		}
	}
	return list, errors.Join(broken...)
}

// Unfinished returns the cases that neither ended nor were abandoned, oldest
// first. When some of them are damaged the others are returned beside the error.
// The table is read and no index: one that lost a row would hide a case.
func (j *Journal) Unfinished(ctx context.Context) ([]casework.CaseRecord, error) {
	return j.listed(ctx, "SELECT id FROM cases NOT INDEXED WHERE ended = 0 ORDER BY row", func(c keptCase) bool { return !c.ended })
}

func (j *Journal) ids(ctx context.Context, query string, args ...any) ([]casework.CaseID, error) {
	return all(ctx, j.reader, itself[casework.CaseID], query, args...)
}

// Kept returns the ended cases that still have their content and were opened
// before the local day (YYYYMMDD). Of a row that does not hold nobody knows how old
// its case is: it is left out.
func (j *Journal) Kept(ctx context.Context, before string) (map[casework.CaseID]casework.CaseAbout, error) {
	kept := map[casework.CaseID]casework.CaseAbout{}
	_, err := all(ctx, j.reader, func(rows *sql.Rows) (id casework.CaseID, err error) {
		var about casework.CaseAbout
		err = rows.Scan(&id, &about.Number, &about.Item, &about.Day)
		kept[id] = about
		return id, err
	}, "SELECT id, number, item, day FROM cases c WHERE ended = 1 AND forgotten = 0 AND day < ? AND "+caseHolds, before)
	return kept, err
}

// ByGrant returns the cases, newest first, that the grant is the latest
// authorization of; there is one at most unless a centre gave a grant twice.
func (j *Journal) ByGrant(ctx context.Context, grant casework.GrantID) ([]casework.CaseID, error) {
	if grant == "" {
		return nil, nil
	}
	return j.ids(ctx, "SELECT id FROM cases WHERE granted = ? AND granted <> '' ORDER BY row DESC", grant)
}

// Raw returns the signed bytes of a case's entries in order, for the evidence
// bundle and for export. They are given as they lie there: the reader judges.
func (j *Journal) Raw(ctx context.Context, id casework.CaseID) ([][]byte, error) {
	_, steps, err := j.rows(ctx, id)
	if err != nil {
		return nil, err
	}
	raw := make([][]byte, len(steps))
	for i, s := range steps {
		raw[i] = s.raw
	}
	return raw, nil
}
