package journal

import (
	"context"
	"database/sql"
	"errors"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Content unseals the attachments of one step, in the order in which they were
// given. Refusals: ContentForgotten after Forget, JournalDamaged when a seal or
// the key does not hold, WrongCase for a case or step that is not there.
func (j *Journal) Content(ctx context.Context, id casework.CaseID, seq int) ([]casework.Attachment, error) {
	c, err := findCase(ctx, j.reader, id)
	if err != nil {
		return nil, fault(err)
	}
	if c.row == 0 {
		return nil, unknownCase()
	}
	if !c.holds { // whether it was forgotten is not known
		return nil, damaged(id, "what stands beside its entries is not what was kept")
	}
	sealed, raw, want, err := sealedOf(ctx, j.reader, c.place(seq))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, unknownCase()
	case err != nil:
		return nil, aboutCase(id, err)
	case c.forgotten:
		return nil, forgotten()
	case len(sealed) != want:
		return nil, j.withoutKey(ctx, id, damaged(id, "an attachment is missing"))
	case want == 0:
		return nil, nil
	}
	e, _, err := protocol.OpenEntry(raw)
	if err != nil {
		return nil, damaged(id, "an entry is not the one that was kept")
	}
	key, err := j.keys.get(id)
	if err != nil {
		return nil, j.withoutKey(ctx, id, err)
	}
	list := make([]casework.Attachment, len(sealed))
	for i, s := range sealed {
		if list[i], err = s.open(key, sealedAt{id, seq, e.Kind}); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// sealedOf returns the sealed records of an entry, its signed bytes, and how many
// records there were when it was kept; sql.ErrNoRows when the entry is not there.
func sealedOf(ctx context.Context, q querier, place int64) (list []sealedRecord, raw []byte, want int, err error) {
	if err := q.QueryRowContext(ctx, "SELECT raw, attachments FROM entries WHERE place = ?", place).Scan(&raw, &want); err != nil {
		return nil, nil, 0, err
	}
	from := place * attachmentsPerEntry
	list, err = all(ctx, q, func(rows *sql.Rows) (s sealedRecord, err error) {
		err = rows.Scan(&s.position, &s.name, &s.media, &s.box)
		return s, err
	}, "SELECT at & 255, name, media, sealed FROM attachments WHERE at BETWEEN ? AND ? ORDER BY at", from, from+attachmentsPerEntry-1)
	return list, raw, want, err
}

func (j *Journal) exists(ctx context.Context, query string, args ...any) (yes bool, err error) {
	err = j.reader.QueryRowContext(ctx, query, args...).Scan(&yes)
	return yes, fault(err)
}

// holds reports whether an entry is kept.
func (j *Journal) holds(ctx context.Context, d casework.Digest) (bool, error) {
	return j.exists(ctx, "SELECT EXISTS (SELECT 1 FROM entries WHERE digest = ?)", d[:])
}

// newKey makes the key of a case that is not there yet. For one that is, a
// missing key is forgotten or lost.
func (j *Journal) newKey(ctx context.Context, id casework.CaseID, seq int, day string) (caseKey, error) {
	c, err := findCase(ctx, j.reader, id)
	switch {
	case err != nil:
		return caseKey{}, fault(err)
	case c.row > 0:
		return caseKey{}, j.withoutKey(ctx, id, errNoKey)
	case seq != 1:
		return caseKey{}, casework.Refuse(casework.WrongSequence, "the case has no earlier entry")
	}
	return j.keys.make(id, day)
}

// withoutKey says what it means that the key could not be had: Forget may have
// come in between.
func (j *Journal) withoutKey(ctx context.Context, id casework.CaseID, err error) error {
	if c, look := findCase(ctx, j.reader, id); look == nil && c.forgotten {
		return forgotten()
	}
	if errors.Is(err, errNoKey) {
		return damaged(id, "its key is missing")
	}
	return err
}

func forgotten() error {
	return casework.Refuse(casework.ContentForgotten, "the case's content was destroyed")
}
