package journal

import (
	"slices"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
)

func TestTheOutboxSendsEachCaseInOrderAndTheOldestCaseFirst(t *testing.T) {
	o := testOptions(t.TempDir())
	clock := testNow()
	o.Now = func() time.Time { clock = clock.Add(time.Second); return clock }
	j := openAt(t, o)
	ctx := t.Context()
	a, b := newServing(1), newServing(2)
	a.append(t, j, casework.Opened)
	b.append(t, j, casework.Opened, casework.Authorized)
	a.append(t, j, casework.Authorized)
	ready := func() []casework.Outgoing {
		t.Helper()
		list, err := j.Ready(ctx, 10)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if list := ready(); len(list) != 2 || list[0].Digest != a.digests[0] || list[1].Digest != b.digests[0] || !list[0].Queued.Before(list[1].Queued) {
		t.Fatalf("%+v", list)
	}
	wantRefusal(t, j.Sending(ctx, a.digests[1]), casework.NotNow)
	wantRefusal(t, j.Sending(ctx, casework.Digest{1}), casework.WrongCase)
	must(t, j.Sending(ctx, a.digests[0]))
	wantRefusal(t, j.Sending(ctx, a.digests[0]), casework.NotNow)
	must(t, j.Retry(ctx, a.digests[0]))
	if list := ready(); list[0].Attempts != 1 {
		t.Fatalf("%+v", list[0])
	}
	must(t, j.Sending(ctx, a.digests[0]))
	for _, height := range []int64{7, 8} { // the second one changes nothing
		must(t, j.Committed(ctx, receiptFor(a.digests[0], height)))
	}
	if r, ok, err := j.Receipt(ctx, a.digests[0]); err != nil || !ok || r.Height != 7 || !r.Time.Equal(receiptFor(a.digests[0], 7).Time) {
		t.Fatalf("%+v %v %v", r, ok, err)
	}
	must(t, j.Sending(ctx, b.digests[0]))
	must(t, j.Refuse(ctx, b.digests[0], casework.KeyUnknown))
	if list := ready(); len(list) != 1 || list[0].Digest != a.digests[1] {
		t.Fatalf("%+v", list)
	}
	if q, err := j.Queue(ctx); err != nil || q.Waiting != 2 || q.Refused != 1 || q.Height != 7 || q.Oldest.IsZero() {
		t.Fatalf("%+v %v", q, err)
	}
	must(t, j.Reopen(ctx, b.id))
	if list := ready(); len(list) != 2 {
		t.Fatalf("%+v", list)
	}
	if list, err := j.Receipts(ctx, a.id); err != nil || len(list) != 1 || list[0].Entry != a.digests[0] {
		t.Fatalf("%+v %v", list, err)
	}
	if _, ok, err := j.Receipt(ctx, a.digests[1]); ok || err != nil {
		t.Fatal("a receipt out of nothing")
	}
}

func TestTheCasesWorkedOnLastAreFoundBehindAnyBacklog(t *testing.T) {
	o := testOptions(t.TempDir())
	clock := testNow()
	o.Now = func() time.Time { clock = clock.Add(time.Second); return clock }
	j := openAt(t, o)
	ctx := t.Context()
	old := newServing(1)
	old.append(t, j, casework.Opened, casework.Authorized)
	for n := range 40 {
		newServing(n+2).append(t, j, casework.Opened)
	}
	old.append(t, j, casework.Retrieved) // an old case that a clerk goes on with
	list, err := j.Recent(ctx)
	if err != nil || len(list) != recentRows {
		t.Fatalf("%d cases, %v", len(list), err)
	}
	found := slices.IndexFunc(list, func(o casework.Outgoing) bool { return o.Case == old.id })
	if found < 0 || list[found].Digest != old.digests[0] {
		t.Fatalf("the case worked on last is not among them by its first entry: %+v", list)
	}
	next := func() (list []casework.Digest) {
		t.Helper()
		rows, err := j.Next(ctx, old.id, 2)
		must(t, err)
		for _, row := range rows {
			list = append(list, row.Digest)
		}
		return list
	}
	if list := next(); !slices.Equal(list, old.digests[:2]) {
		t.Fatalf("%v", list)
	}
	wantRefusal(t, j.Sending(ctx, old.digests[0], old.digests[2]), casework.NotNow) // all or none
	must(t, j.Sending(ctx, old.digests[0]))
	if list := next(); !slices.Equal(list, old.digests[1:]) {
		t.Fatalf("behind what is under way: %v", list)
	}
	must(t, j.Sending(ctx, old.digests[1:]...))
	if list := next(); list != nil {
		t.Fatalf("all is under way, and behind it %v", list)
	}
	if list, err := j.Recent(ctx); err != nil || slices.ContainsFunc(list, func(o casework.Outgoing) bool { return o.Case == old.id }) {
		t.Fatalf("the case is under way, and ready, %v", err)
	}
	wantRefusal(t, j.Refuse(ctx, old.digests[1], casework.KeyUnknown), casework.NotNow) // the ledger can't know before it has the first
	must(t, j.Retry(ctx, old.digests[1]))
	if list := next(); list != nil {
		t.Fatalf("something behind it is still under way: %v", list)
	}
	must(t, j.Retry(ctx, old.digests[2]))
	must(t, j.Committed(ctx, receiptFor(old.digests[0], 7)))
	if list := next(); !slices.Equal(list, old.digests[1:]) {
		t.Fatalf("%v", list)
	}
	must(t, j.Sending(ctx, old.digests[1]))
	must(t, j.Refuse(ctx, old.digests[1], casework.KeyUnknown))
	if list := next(); list != nil {
		t.Fatalf("behind a refused entry: %v", list)
	}
	if list, err := j.Next(ctx, casework.CaseID("ffffffffffffffffffffffffffffffff"), 2); len(list) > 0 || err != nil {
		t.Fatalf("a case that is not there: %v", err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestManyCountersOfOneProgramWriteAndReadAtTheSameTime(t *testing.T) {
	j := newJournal(t)
	var all sync.WaitGroup
	for n := range 12 {
		all.Go(func() {
			s := newServing(n + 1)
			for _, kind := range usual() {
				step := s.step(kind)
				if err := j.Append(t.Context(), step, s.about); err != nil {
					t.Error(err)
				}
				if err := j.Sending(t.Context(), step.Digest); err != nil {
					t.Error(err)
				}
				if err := j.Committed(t.Context(), receiptFor(step.Digest, int64(step.Entry.Seq))); err != nil {
					t.Error(err)
				}
				if r, err := j.Case(t.Context(), s.id); err != nil || r.Standing != s.standing {
					t.Errorf("%+v, %v", r.Standing, err)
				}
				if _, err := j.Day(t.Context(), testDay, s.name, 20); err != nil {
					t.Error(err)
				}
			}
		})
	}
	taken := newServing(50)
	taken.append(t, j, casework.Opened)
	all.Go(func() { // a step that is refused does not take others with it
		for range 20 {
			twin := newServing(50)
			if err := j.Append(t.Context(), twin.make(casework.Opened), twin.about); casework.KindOf(err) != casework.WrongCase {
				t.Error(err)
			}
		}
	})
	all.Wait()
	q, err := j.Queue(t.Context())
	if err != nil || q.Waiting != 1 || q.Height != 7 {
		t.Fatalf("%+v %v", q, err)
	}
}
