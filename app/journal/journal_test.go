package journal

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func TestAWholeCaseComesBackAsItWasKept(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	s := newServing(1)
	var kept []casework.Step
	for _, kind := range usual() {
		step := s.step(kind)
		kept = append(kept, step)
		if err := j.Append(t.Context(), step, s.about); err != nil {
			t.Fatal(err)
		}
		if open, err := j.Unfinished(t.Context()); err != nil || (len(open) == 1) == (kind == casework.Submitted) {
			t.Fatalf("after %s: %d unfinished, %v", kind, len(open), err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = openAt(t, o)
	r, err := j.Case(t.Context(), s.id)
	if err != nil || r.Number != s.about.Number || r.Item != s.about.Item || r.Clerk != "clerk-7" || r.Standing != s.standing || !r.Opened.Equal(testNow()) {
		t.Fatalf("%+v, %v", r, err)
	}
	raw, err := j.Raw(t.Context(), s.id)
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range kept {
		if !bytes.Equal(raw[i], step.Raw) || r.Steps[i].Digest != step.Digest || r.Steps[i].Send != casework.Pending {
			t.Fatalf("step %d: %+v", i+1, r.Steps[i])
		}
		content, err := j.Content(t.Context(), s.id, i+1)
		if err != nil || !slices.EqualFunc(content, step.Attachments, sameAttachment) {
			t.Fatalf("content of step %d: %v", i+1, err)
		}
	}
}

func sameAttachment(a, b casework.Attachment) bool {
	return a.Name == b.Name && a.Media == b.Media && a.Salt == b.Salt && bytes.Equal(a.Content, b.Content)
}

func TestTheSameStepAgainChangesNothingAndAnotherInItsPlaceIsRefused(t *testing.T) {
	j := newJournal(t)
	s := newServing(1)
	first := s.make(casework.Opened)
	other := s.make(casework.Opened)
	s.done(first)
	for range 3 {
		if err := j.Append(t.Context(), first, s.about); err != nil {
			t.Fatal(err)
		}
	}
	wantRefusal(t, j.Append(t.Context(), other, s.about), casework.WrongSequence)
	s.append(t, j, casework.Authorized)
	if err := j.Append(t.Context(), first, s.about); err != nil {
		t.Fatal(err)
	}
	if r, err := j.Case(t.Context(), s.id); err != nil || len(r.Steps) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
}

func TestAStepThatDoesNotFollowIsRefused(t *testing.T) {
	j := newJournal(t)
	s := newServing(1)
	s.append(t, j, casework.Opened, casework.Authorized)
	was := *s

	skipped := s.step(casework.Retrieved)
	_ = skipped
	wantRefusal(t, j.Append(t.Context(), s.make(casework.Confirmed), s.about), casework.WrongSequence)
	*s = was

	altered := s.make(casework.Retrieved)
	altered.Entry.Clerk = "another"
	wantRefusal(t, j.Append(t.Context(), altered, s.about), casework.Malformed)
	altered = s.make(casework.Retrieved)
	altered.Raw = append(bytes.Clone(altered.Raw), 0)
	wantRefusal(t, j.Append(t.Context(), altered, s.about), casework.Malformed)

	s.append(t, j, casework.Retrieved, casework.Confirmed, casework.Signed, casework.Photographed)
	s.digests[0] = casework.Digest{1}
	wantRefusal(t, j.Append(t.Context(), s.make(casework.Submitted), s.about), casework.WrongWhole)

	twin := newServing(1)
	wantRefusal(t, j.Append(t.Context(), twin.make(casework.Opened), twin.about), casework.WrongCase)
	unnamed := newServing(2)
	wantRefusal(t, j.Append(t.Context(), unnamed.make(casework.Opened), casework.CaseAbout{}), casework.Malformed)
	_, err := j.Case(t.Context(), twin.id)
	wantRefusal(t, err, casework.WrongCase)
}

func TestAfterForgettingTheContentIsGoneAndTheEntriesStay(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	s := newServing(1)
	s.append(t, j, casework.Opened, casework.Authorized, casework.Retrieved)
	if err := j.Committed(t.Context(), receiptFor(s.digests[0], 4)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := j.Forget(t.Context(), s.id); err != nil {
			t.Fatal(err)
		}
		_, err := j.Content(t.Context(), s.id, 3)
		wantRefusal(t, err, casework.ContentForgotten)
	}
	wantRefusal(t, j.Append(t.Context(), s.make(casework.Confirmed), s.about), casework.ContentForgotten)
	s.append(t, j, casework.Abandoned)
	j.Close()
	j = openAt(t, o)
	_, err := j.Content(t.Context(), s.id, 3)
	wantRefusal(t, err, casework.ContentForgotten)
	if r, err := j.Case(t.Context(), s.id); err != nil || len(r.Steps) != 4 || r.Steps[0].Height != 4 {
		t.Fatalf("%+v, %v", r, err)
	}
	wantRefusal(t, j.Forget(t.Context(), "00000000000000000000000000000000"), casework.WrongCase)
}

func TestTheContentOfAnAbandonedCaseGoesWithTheStepThatAbandonsIt(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	s := newServing(1)
	s.append(t, j, usual()[:4]...)
	if len(found(t, j, "张三")) != 1 {
		t.Fatal("the case is not found")
	}
	s.append(t, j, casework.Abandoned)
	_, err := j.Content(t.Context(), s.id, 3)
	wantRefusal(t, err, casework.ContentForgotten)
	if len(found(t, j, "张三")) != 0 {
		t.Error("an abandoned case is found by a name")
	}
	j.Close() // a program that ended before it destroyed the key
	if there, err := j.keys.dir.has(keyFile(s.id)); !there || err != nil {
		t.Fatal("the key is gone before anybody asked for it", err)
	}
	j = openAt(t, o)
	if there, err := j.keys.dir.has(keyFile(s.id)); there || err != nil {
		t.Error("the next start leaves the key", err)
	}
	if r, err := j.Case(t.Context(), s.id); err != nil || len(r.Steps) != 5 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestEndedCasesWithContentAreThoseStillKept(t *testing.T) {
	j := newJournal(t)
	whole, open, left, gone, later := newServing(1), newServing(2), newServing(3), newServing(4), newServing(5)
	later.about.Day = "20261124"
	whole.append(t, j, usual()...)
	open.append(t, j, usual()[:5]...)
	left.append(t, j, casework.Opened, casework.Abandoned)
	gone.append(t, j, usual()...)
	later.append(t, j, usual()...)
	if err := j.Forget(t.Context(), gone.id); err != nil {
		t.Fatal(err)
	}
	if kept, err := j.Kept(t.Context(), "20261124"); err != nil || len(kept) != 1 || kept[whole.id] != whole.about {
		t.Errorf("%+v, %v", kept, err)
	}
}

func TestACaseIsFoundByItsLatestGrant(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	a, b := newServing(1), newServing(2)
	lapsed := a.grant
	a.append(t, j, casework.Opened, casework.Authorized)
	a.grant = casework.GrantID(protocol.NewID())
	a.append(t, j, casework.Authorized, casework.Retrieved)
	b.append(t, j, usual()...)
	for range 2 {
		for grant, want := range map[casework.GrantID][]casework.CaseID{a.grant: {a.id}, b.grant: {b.id}, lapsed: nil, "": nil} {
			if got, err := j.ByGrant(t.Context(), grant); err != nil || !slices.Equal(got, want) {
				t.Errorf("%q finds %v, %v", grant, got, err)
			}
		}
		j.Close()
		j = openAt(t, o)
	}
}

func TestChangesAreToldOnceAndTheChannelClosesWithItsContext(t *testing.T) {
	j := newJournal(t)
	ctx, cancel := context.WithCancel(t.Context())
	changed := j.Changed(ctx)
	s := newServing(1)
	s.append(t, j, casework.Opened, casework.Authorized, casework.Retrieved)
	<-changed
	select {
	case <-changed:
		t.Fatal("a second value waits")
	default:
	}
	if err := j.Attempt(t.Context(), casework.Attempt{Case: s.id, Step: casework.Authorized, Why: casework.CodeUnknown, Time: testNow()}); err != nil {
		t.Fatal(err)
	}
	<-changed
	cancel()
	if _, open := <-changed; open {
		t.Fatal("the channel is still open")
	}
	list, err := j.Attempts(t.Context(), s.id)
	if err != nil || len(list) != 1 || list[0].Why != casework.CodeUnknown || !list[0].Time.Equal(testNow()) {
		t.Fatalf("%+v, %v", list, err)
	}
}

func TestAClosedJournalRefusesAndClosesAgain(t *testing.T) {
	j := newJournal(t)
	s := newServing(1)
	s.append(t, j, casework.Opened)
	for range 2 {
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	wantRefusal(t, j.Append(t.Context(), s.make(casework.Authorized), s.about), casework.NotNow)
	if _, err := j.Case(t.Context(), s.id); err == nil {
		t.Fatal("a closed journal answers")
	}
}
