package journal

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"counterfoil/app/casework"
)

// search holds the days that were asked for, in memory alone: names and numbers
// of people lie on disk only under their case's seal.
type search struct {
	mu   sync.Mutex
	days map[string]*dayIndex
}

// maxDays bounds the days in memory.
const maxDays = 31

// fieldsName is the attachment that is searched: the form, as a JSON list of
// casework.FormValue, which a step of kind confirmed brings.
const fieldsName = "fields"

// Day returns the cases opened on a local day (YYYYMMDD), newest first, at most
// limit of them when it is above zero. Every word of query must occur in the
// case number, the item's code or a value of the newest form; upper and lower case, and full-width digits and letters, are alike. When
// some cases are damaged the others are returned beside the error.
func (j *Journal) Day(ctx context.Context, day, query string, limit int) ([]casework.CaseRecord, error) {
	if limit <= 0 {
		limit = -1 // SQLite's word for all
	}
	words := wordsOf(query)
	if len(words) == 0 {
		return j.listed(ctx, "SELECT id FROM cases WHERE day = ? ORDER BY row DESC LIMIT ?", func(c keptCase) bool { return c.about.Day == day }, day, limit)
	}
	d, err := j.indexDay(ctx, day)
	if err != nil {
		return nil, err
	}
	j.search.mu.Lock()
	ids := d.find(words, limit)
	j.search.mu.Unlock()
	list, err := j.records(ctx, ids)
	return list, together(err, d.broken)
}

// NextNumber returns how many cases were opened on the day, plus one.
func (j *Journal) NextNumber(ctx context.Context, day string) (int, error) {
	var n int
	err := j.reader.QueryRowContext(ctx, "SELECT count(*) + 1 FROM cases WHERE day = ?", day).Scan(&n)
	return n, fault(err)
}

// index takes a step that was kept into its day, if that day is in memory.
func (j *Journal) index(about casework.CaseAbout, step casework.Step) {
	j.search.mu.Lock()
	defer j.search.mu.Unlock()
	d := j.search.days[about.Day]
	if d == nil {
		return
	}
	d.add(step.Entry.Case, about)
	for _, a := range step.Attachments {
		if a.Name == fieldsName {
			d.fill(step.Entry.Case, formOf(a))
		}
	}
}

// formOf returns the form's values; an attachment that is no form has none.
func formOf(a casework.Attachment) []string {
	var form []casework.FormValue
	if json.Unmarshal(a.Content, &form) != nil {
		return nil
	}
	values := make([]string, len(form))
	for i, v := range form {
		values[i] = v.Value
	}
	return values
}

// indexDay fills a day when it is first asked for. The lock is held meanwhile,
// so that a step kept in between is taken in afterwards.
func (j *Journal) indexDay(ctx context.Context, day string) (*dayIndex, error) {
	s := &j.search
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.days[day]; d != nil {
		return d, nil
	}
	d, err := j.readDay(ctx, day)
	if casework.KindOf(err) == casework.JournalDamaged {
		d, err = j.readDayByCase(ctx, day)
	}
	if err != nil {
		return nil, err
	}
	if len(s.days) >= maxDays {
		clear(s.days)
	}
	s.days[day] = d
	return d, nil
}

func (j *Journal) readDay(ctx context.Context, day string) (*dayIndex, error) {
	rows, err := j.reader.QueryContext(ctx, `SELECT c.id, c.number, c.item, c.forgotten > 0,
		(a.at >> 8) & 255, a.at & 255, a.media, a.sealed
		FROM cases c LEFT JOIN attachments a ON a.at BETWEEN c.row << 16 AND (c.row << 16) + 65535 AND a.name = ?
		WHERE c.day = ? ORDER BY c.row, a.at`, fieldsName, day)
	if err != nil {
		return nil, fault(err)
	}
	defer rows.Close()
	d := newDayIndex()
	for rows.Next() {
		var id casework.CaseID
		var about casework.CaseAbout
		var gone bool
		var seq, position *int
		var media *string
		var box []byte
		if err := rows.Scan(&id, &about.Number, &about.Item, &gone, &seq, &position, &media, &box); err != nil {
			return nil, fault(err)
		}
		d.add(id, about)
		if seq != nil && !gone {
			d.fill(id, j.formAt(id, *seq, sealedRecord{position: *position, name: fieldsName, media: *media, box: box}))
		}
	}
	return d, fault(rows.Err())
}

// readDayByCase is readDay where a page cannot be read: case by case, so that one
// does not hide the others.
func (j *Journal) readDayByCase(ctx context.Context, day string) (*dayIndex, error) {
	list, err := j.Day(ctx, day, "", 0)
	if err != nil && casework.KindOf(err) != casework.JournalDamaged {
		return nil, err
	}
	d := newDayIndex()
	d.broken = err
	for _, r := range slices.Backward(list) {
		d.add(r.ID, casework.CaseAbout{Number: r.Number, Item: r.Item})
		for _, s := range r.Steps {
			if s.Kind != casework.Confirmed {
				continue
			}
			content, err := j.Content(ctx, r.ID, s.Seq)
			if casework.KindOf(err) == casework.JournalDamaged {
				d.broken = together(d.broken, err)
			}
			for _, a := range content {
				if a.Name == fieldsName {
					d.fill(r.ID, formOf(a))
				}
			}
		}
	}
	return d, nil
}

// formAt returns the values of a sealed form. One that does not open is not
// found by its values; Content and Case say why.
func (j *Journal) formAt(id casework.CaseID, seq int, r sealedRecord) []string {
	key, err := j.keys.get(id)
	if err != nil {
		return nil
	}
	a, err := r.open(key, sealedAt{id, seq, casework.Confirmed})
	if err != nil {
		return nil
	}
	return formOf(a)
}

func (j *Journal) forgetInSearch(id casework.CaseID) {
	j.search.mu.Lock()
	defer j.search.mu.Unlock()
	for _, d := range j.search.days {
		d.fill(id, nil)
	}
}
