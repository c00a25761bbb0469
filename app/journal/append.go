package journal

import (
	"context"
	"database/sql"
	"errors"
	"reflect"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Append keeps one step: the signed bytes, the sealed attachments and the
// outbox row in one transaction, with the acts of the operator log that the step
// is. about is kept with a case's first step and
// ignored with later ones. The same step again is no error and changes nothing;
// another one in its place is refused (WrongSequence), as is a step that does
// not follow the case's kept standing, whose signed bytes say something else
// (Malformed), or that brings content to a forgotten case (ContentForgotten).
// The content of a case that is abandoned is deleted in the same transaction;
// Forget, or the next start, destroys its key.
func (j *Journal) Append(ctx context.Context, step casework.Step, about casework.CaseAbout, acts ...casework.OperatorAct) error {
	if err := checkStep(step, about); err != nil {
		return err
	}
	acts, err := j.done(acts)
	if err != nil {
		return err
	}
	if step.Entry.Seq == 1 {
		defer j.keys.hold(about.Day)()
	}
	sealed, err := j.seal(ctx, step, about.Day)
	if err != nil {
		if kept, look := j.holds(ctx, step.Digest); look == nil && kept {
			return nil
		}
		return err
	}
	return j.write(ctx, j.keeping(step, about, sealed, acts))
}

// keeping is the change that keeps a step and, where it is not there yet, its acts.
func (j *Journal) keeping(step casework.Step, about casework.CaseAbout, sealed []sealedRecord, acts []casework.OperatorAct) *change {
	id := step.Entry.Case
	var kept keptCase
	fresh := false
	return &change{
		do: func(tx *sql.Tx) (err error) {
			if kept, fresh, err = j.keep(tx, step, about, sealed); err == nil && fresh {
				err = j.chain(tx, acts...)
			}
			return err
		},
		after: func() {
			if fresh {
				j.index(kept.about, step)
			}
			if kept.standing.State.Ended() {
				delete(j.kept, id)
			}
			if kept.standing.State == casework.StateAbandoned {
				j.forgetInSearch(id)
			}
		},
		undo: func() { delete(j.kept, id) },
	}
}

// checkStep refuses what can be refused without looking at the case.
func checkStep(step casework.Step, about casework.CaseAbout) error {
	e, _, err := protocol.OpenEntry(step.Raw)
	if err != nil {
		return err
	}
	if protocol.DigestOf(step.Raw) != step.Digest || !sameEntry(e, step.Entry) {
		return casework.Refuse(casework.Malformed, "the signed bytes are of another entry")
	}
	if e.Seq == 1 && (about.Number == "" || about.Item == "" || !protocol.IsDay(about.Day)) {
		return casework.Refuse(casework.Malformed, "number, item or day is missing")
	}
	if len(step.Attachments) > attachmentsPerEntry {
		return casework.Refuse(casework.Malformed, "too many attachments")
	}
	return nil
}

func sameEntry(a, b casework.Entry) bool {
	if !a.Time.Equal(b.Time) {
		return false
	}
	b.Time = a.Time // equal instants may differ in how they are held
	if len(a.Body.Licences) == 0 && len(b.Body.Licences) == 0 {
		a.Body.Licences, b.Body.Licences = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

// seal makes the case's key with its first step, before the transaction that
// needs it, and seals the attachments.
func (j *Journal) seal(ctx context.Context, step casework.Step, day string) ([]sealedRecord, error) {
	id, seq := step.Entry.Case, step.Entry.Seq
	if seq > 1 && len(step.Attachments) == 0 {
		return nil, nil
	}
	key, err := j.keys.get(id)
	if errors.Is(err, errNoKey) {
		key, err = j.newKey(ctx, id, seq, day)
	}
	if err != nil {
		return nil, err
	}
	sealed := make([]sealedRecord, len(step.Attachments))
	for i, a := range step.Attachments {
		sealed[i] = sealRecord(key, sealedAt{id, seq, step.Entry.Kind}, i, a)
	}
	return sealed, nil
}

// keep writes the step and returns the case after it. It reports false when the
// very same step is there.
func (j *Journal) keep(tx *sql.Tx, step casework.Step, about casework.CaseAbout, sealed []sealedRecord) (keptCase, bool, error) {
	id := step.Entry.Case
	c, err := j.standing(tx, id, step.Entry.Seq)
	if err != nil {
		return c, false, err
	}
	if step.Entry.Seq <= c.standing.Seq {
		return c, false, c.sameAt(tx, step)
	}
	if c.forgotten && len(sealed) > 0 {
		return c, false, forgotten()
	}
	if c.standing, err = c.standing.Next(step.Entry, step.Digest); err != nil {
		return c, false, err
	}
	if err := c.checkWhole(tx, step); err != nil {
		return c, false, err
	}
	if c.row == 0 {
		if c.row, err = insertCase(tx, id, about); err != nil {
			return c, false, err
		}
		c.about = about
	}
	j.kept[id] = c
	return c, true, j.insert(tx, c, step, sealed)
}

func insertCase(tx *sql.Tx, id casework.CaseID, about casework.CaseAbout) (int64, error) {
	var taken bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM cases WHERE number = ?)", about.Number).Scan(&taken); err != nil {
		return 0, err
	}
	if taken {
		return 0, casework.Refuse(casework.WrongCase, "the case number is in use")
	}
	r, err := tx.Exec("INSERT INTO cases (id, number, item, day) VALUES (?, ?, ?, ?)", id, about.Number, about.Item, about.Day)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

func (j *Journal) insert(tx *sql.Tx, c keptCase, step casework.Step, sealed []sealedRecord) error {
	place := c.place(step.Entry.Seq)
	_, err := tx.Exec("INSERT INTO entries (place, digest, raw, attachments) VALUES (?, ?, ?, ?)", place, step.Digest[:], step.Raw, len(sealed))
	if err != nil {
		return err
	}
	for _, s := range sealed {
		_, err := tx.Exec("INSERT INTO attachments (at, name, media, sealed) VALUES (?, ?, ?, ?)",
			place*attachmentsPerEntry+int64(s.position), s.name, s.media, s.box)
		if err != nil {
			return err
		}
	}
	now := j.options.Now().UnixMilli()
	if _, err := tx.Exec("INSERT INTO outbox (place, state, queued) VALUES (?, ?, ?)", place, casework.Pending, now); err != nil {
		return err
	}
	return markCase(tx, c, step.Entry)
}

// markCase keeps beside the case what is looked for without replaying its entries:
// the grant, and that the case has ended. Being abandoned and having its content
// destroyed are one transaction: a cut in between must not leave a file of
// somebody who went away.
func markCase(tx *sql.Tx, c keptCase, e casework.Entry) (err error) {
	if e.Kind == casework.Authorized {
		_, err = tx.Exec("UPDATE cases SET granted = ? WHERE row = ?", e.Body.Grant, c.row)
	}
	if err == nil && c.standing.State.Ended() {
		_, err = tx.Exec("UPDATE cases SET ended = 1 WHERE row = ?", c.row)
	}
	if err == nil && c.standing.State == casework.StateAbandoned {
		err = forget(tx, c)
	}
	return err
}
