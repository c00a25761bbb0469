package journal

import (
	"database/sql"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

// fillLog has the operator log take nothing, as a full disk would at that moment.
func fillLog(t *testing.T, j *Journal) (free func()) {
	t.Helper()
	mustExec(t, j.writer, "CREATE TRIGGER full BEFORE INSERT ON operators BEGIN SELECT RAISE(ABORT, 'no room'); END")
	return func() { mustExec(t, j.writer, "DROP TRIGGER full") }
}

// acting is everything that a clerk's act changes here, to be done in this order.
func acting(t *testing.T, s *serving) []part {
	ctx, step := t.Context(), s.step(casework.Opened)
	line := func(what casework.Operation) casework.OperatorAct {
		return casework.OperatorAct{Clerk: "0317", What: what, Case: s.id}
	}
	return []part{
		{"opening", func(j *Journal) error { return j.ChangeShift(ctx, opening(1), line(casework.OpOpen)) }},
		{"a step", func(j *Journal) error { return j.Append(ctx, step, s.about, lineOf(s.id, casework.Opened)) }},
		{"refused", func(j *Journal) error {
			if err := j.Sending(ctx, step.Digest); err != nil {
				return nil // before
			}
			return j.Refuse(ctx, step.Digest, casework.KeyUnknown)
		}},
		{"seen", func(j *Journal) error { return j.Seen(ctx, s.id, "0317", testNow(), line(casework.OpSeen)) }},
		{"sent again", func(j *Journal) error { return j.Reopen(ctx, s.id, line(casework.OpSendAgain)) }},
		{"forgotten", func(j *Journal) error { return j.Forget(ctx, s.id, line(casework.OpForget)) }},
	}
}

func TestNothingIsDoneWithoutItsLine(t *testing.T) {
	j := newJournal(t)
	s := newServing(1)
	ids := []casework.CaseID{s.id}
	for _, p := range acting(t, s) {
		before := picture(t, j, ids)
		free := fillLog(t, j)
		err := p.do(j)
		if p.what != "refused" && (err == nil || picture(t, j, ids) != before) {
			t.Fatalf("%s, and the log takes nothing: %v\n%s\nwas\n%s", p.what, err, picture(t, j, ids), before)
		}
		free()
		must(t, p.do(j))
		if wrong := halves(t, j, ids); wrong != "" || p.what != "refused" && picture(t, j, ids) == before {
			t.Fatalf("%s: %s", p.what, wrong)
		}
	}
}

func TestTheSameActAgainChangesNothingAndAddsNoLine(t *testing.T) {
	j := newJournal(t)
	s := newServing(1)
	ids := []casework.CaseID{s.id}
	for _, p := range acting(t, s) {
		must(t, p.do(j))
		once := picture(t, j, ids)
		must(t, p.do(j))
		if twice := picture(t, j, ids); twice != once && p.what != "refused" {
			t.Fatalf("%s, twice:\n%s\nonce:\n%s", p.what, twice, once)
		}
	}
	if log, err := j.OperatorLog(t.Context()); err != nil || log.Acts != 5 || !log.Whole {
		t.Fatalf("%+v, %v", log, err)
	}
}

func TestWhatIsRefusedLeavesNoLineOfSomethingDone(t *testing.T) {
	j := newJournal(t)
	s := newServing(1)
	ctx := t.Context()
	s.append(t, j, casework.Opened)
	step := s.make(casework.Authorized)
	refused := lineOf(s.id, casework.Authorized)
	refused.Why = casework.JournalFull
	wantRefusal(t, j.Append(ctx, step, s.about, refused), casework.Malformed)
	wantRefusal(t, j.Append(ctx, step, s.about, casework.OperatorAct{Clerk: "a whole sentence that somebody typed", What: casework.OpStep}), casework.Malformed)
	wantRefusal(t, j.Append(ctx, s.make(casework.Signed), s.about, lineOf(s.id, casework.Signed)), casework.ForbiddenStep)
	wantRefusal(t, j.Seen(ctx, s.id, "0317", testNow(), anAct(casework.OpSeen, "0317")), casework.NotNow)
	for _, err := range []error{j.Reopen(ctx, "nowhere", anAct(casework.OpSendAgain, "0317")), j.Forget(ctx, "nowhere", forgetLine("nowhere"))} {
		wantRefusal(t, err, casework.WrongCase)
	}
	must(t, j.Reopen(ctx, s.id, anAct(casework.OpSendAgain, "0317"))) // nothing is refused: nothing is sent again
	if log, err := j.OperatorLog(ctx); err != nil || log.Acts != 0 {
		t.Fatalf("%+v, %v", log, err)
	}
	must(t, j.NoteAct(ctx, refused))
	if r, err := j.Case(ctx, s.id); err != nil || r.Standing.Seq != 1 {
		t.Fatalf("%+v, %v", r.Standing, err)
	}
}

// Changes that wait together are one transaction, which is rolled back when one of
// them fails, and each is tried alone: each that is kept has its line, in the order in
// which they waited, none that failed has one, and the chain holds.
func TestABatchThatIsTriedAgainOneByOneKeepsTheChainWhole(t *testing.T) {
	again := 0
	rapid.Check(t, func(r *rapid.T) {
		j := openAt(t, testOptions(fastFolder(t)))
		defer j.Close()
		var want []string
		n := 0
		for range rapid.IntRange(1, 3).Draw(r, "batches") {
			var batch []*change
			var lost []bool
			for range rapid.IntRange(1, 6).Draw(r, "changes") {
				n++
				s := newServing(n)
				step, fails := s.make(casework.Opened), rapid.Bool().Draw(r, "fails")
				sealed, err := j.seal(t.Context(), step, s.about.Day)
				must(t, err)
				c := j.keeping(step, s.about, sealed, []casework.OperatorAct{lineOf(s.id, casework.Opened)})
				if keep := c.do; fails { // behind its line
					c.do = func(tx *sql.Tx) error {
						must(t, keep(tx))
						return casework.Refuse(casework.JournalFull, "no room")
					}
				} else {
					want = append(want, string(s.id))
				}
				batch, lost = append(batch, c), append(lost, fails)
			}
			if len(batch) > 1 && slices.Contains(lost, true) {
				again++
			}
			j.writing.Lock()
			j.together(batch)
			j.writing.Unlock()
			for i, c := range batch {
				if (c.err != nil) != lost[i] {
					r.Fatalf("change %d of %v: %v", i, lost, c.err)
				}
			}
		}
		acts, err := j.ActsSince(t.Context(), time.Time{})
		must(t, err)
		var got []string
		for _, a := range acts {
			got = append(got, string(a.Case))
		}
		if log, err := j.OperatorLog(t.Context()); err != nil || !log.Whole || !slices.Equal(got, want) {
			r.Fatalf("the log says %v, want %v; %+v, %v", got, want, log, err)
		}
	})
	if again == 0 {
		t.Fatal("no batch was ever tried again")
	}
}
