package outbox

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
)

// running starts an outbox and returns what stops it.
func running(t *testing.T, s Store, c Committer, o Options) (*Outbox, func()) {
	t.Helper()
	b := New(s, c, o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- b.Run(ctx) }()
	return b, func() {
		cancel()
		if err := <-done; err != context.Canceled {
			t.Errorf("Run ends with %v", err)
		}
	}
}

func elapse(d time.Duration) { <-time.After(d) }

func TestWhatIsQueuedLaterIsSentAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, c := &disk{}, &book{}
		b, stop := running(t, d.reopen(), c, Options{})
		synctest.Wait()
		if b.State().Light != Unknown {
			t.Fatalf("before anything: %+v", b.State())
		}
		d.add("a", 1)
		elapse(25 * time.Millisecond)
		synctest.Wait()
		if !d.finished() || b.State().Light != Reachable {
			t.Fatalf("not sent: %+v", b.State())
		}
		stop()
	})
}

func TestOutOfReachOneEntryIsTriedAtATimeAndLessAndLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, down := &disk{}, &atomic.Bool{}
		down.Store(true)
		c := &book{behave: func(string, int) fault {
			if down.Load() {
				return unreachable
			}
			return fine
		}}
		for i := range 50 {
			d.add(casework.CaseID(rune('A'+i)), 1)
		}
		start := time.Now()
		b, stop := running(t, d.reopen(), c, Options{Parallel: 8})
		elapse(10 * time.Minute)
		tries := c.tried()
		if n := len(tries); n > 8+60 {
			t.Errorf("%d attempts in ten minutes", n)
		}
		cases := map[string]bool{}
		for _, try := range tries[8:] {
			cases[try.raw] = true
		}
		if len(cases) < 20 {
			t.Errorf("only %d entries were probed with", len(cases))
		}
		for i, last := range tries[9:] {
			if gap := last.at.Sub(tries[8+i].at); gap > 31*time.Second {
				t.Errorf("a wait of %v", gap)
			}
		}
		s := b.State()
		if s.Light != Waiting || s.Why != casework.LedgerUnreachable || s.Since.Sub(start) > time.Second {
			t.Errorf("state %+v", s)
		}
		down.Store(false)
		b.Nudge()
		elapse(time.Second)
		if !d.finished() || b.State().Light != Reachable {
			t.Errorf("after the outage: %+v", b.State())
		}
		if c.most > 8 {
			t.Errorf("%d at once", c.most)
		}
		stop()
	})
}

func TestARefusedEntryStopsItsCaseAndNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{}
		c := &book{behave: func(raw string, _ int) fault {
			if raw == "a/2" {
				return refused
			}
			return fine
		}}
		for seq := range 3 {
			d.add("a", seq+1)
			d.add("b", seq+1)
		}
		_, stop := running(t, d.reopen(), c, Options{})
		elapse(time.Hour)
		stop()
		for _, r := range d.rows {
			want := casework.Committed
			switch string(r.Raw) {
			case "a/2":
				want = casework.Refused
			case "a/3":
				want = casework.Pending
			}
			if r.state != want || want == casework.Refused && r.why != casework.CaseEnded {
				t.Errorf("%s is %s, %s", r.Raw, r.state, r.why)
			}
		}
		if len(c.tries) != 7 { // a/2 once more when a/1 is recorded, because only then a no is one; a/3 in vain behind it
			t.Errorf("%d attempts", len(c.tries))
		}
	})
}

// TestACaseAtTheDeskOvertakesAnyBacklog: the ledger answers nothing of the
// backlog until the entry of the case at the desk is there.
func TestACaseAtTheDeskOvertakesAnyBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{}
		c := &book{}
		c.behave = func(raw string, _ int) fault {
			if raw[0] != 'Z' && !c.there["Z/3"] { // c.mu is held
				return transient
			}
			return fine
		}
		for i := range 500 {
			for seq := range 4 {
				d.add(casework.CaseID(fmt.Sprint(i)), seq+1)
			}
		}
		_, stop := running(t, d.reopen(), c, Options{Parallel: 8})
		elapse(5 * time.Millisecond) // every place of the backlog is taken
		for seq := range 3 {
			d.add("Z", seq+1)
		}
		elapse(100 * time.Millisecond)
		if !c.has("Z/3") {
			t.Error("the case at the desk waits behind the backlog")
		}
		elapse(30 * time.Minute)
		if !d.finished() {
			t.Error("the backlog is not drained")
		}
		stop()
		if c.most > 8+reserved {
			t.Errorf("%d cases under way at once", c.most)
		}
	})
}

func TestOneCasesTroubleDoesNotHoldTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, early := &disk{}, &atomic.Bool{}
		early.Store(true)
		c := &book{behave: func(raw string, _ int) fault {
			if raw[0] < 'Z' && early.Load() {
				return transient
			}
			return fine
		}}
		for i := range 10 { // more than may be under way at once
			d.add(casework.CaseID(rune('A'+i)), 1)
		}
		d.add("Z", 1)
		b, stop := running(t, d.reopen(), c, Options{Parallel: 2})
		elapse(5 * time.Second)
		if !c.has("Z/1") {
			t.Error("the case behind those that wait is not sent")
		}
		if s := b.State(); s.Light != Waiting || s.Why != casework.TimeInFuture {
			t.Errorf("state %+v", s)
		}
		early.Store(false)
		elapse(time.Minute)
		if !d.finished() || b.State().Light != Reachable {
			t.Errorf("at the end: %+v", b.State())
		}
		stop()
	})
}

func TestAFailingJournalIsShownAndWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, broken := &disk{}, &atomic.Bool{}
		s, c := d.reopen(), &book{}
		s.fails = broken.Load
		b, stop := running(t, s, c, Options{})
		d.add("a", 1)
		elapse(5 * time.Millisecond)
		broken.Store(true) // while the entry is under way
		elapse(time.Minute)
		if b.State().Light != Failed {
			t.Errorf("state %+v", b.State())
		}
		broken.Store(false)
		elapse(time.Minute)
		if !d.finished() || b.State().Light != Reachable || len(c.recorded) != 1 {
			t.Errorf("at the end: %+v", b.State())
		}
		stop()
	})
}

func TestAReceiptInHandIsKeptWhenTheOutboxStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, c := &disk{}, &book{}
		d.add("a", 1)
		d.add("b", 1)
		_, stop := running(t, d.reopen(), c, Options{})
		elapse(10 * time.Millisecond) // both under way
		stop()
		for _, r := range d.rows {
			if r.state != casework.Pending {
				t.Errorf("%s is %s", r.Raw, r.state)
			}
		}
		_, stop = running(t, d.reopen(), c, Options{})
		elapse(time.Second)
		stop()
		if !d.finished() || len(c.recorded) != 2 {
			t.Error("not finished by the second run")
		}
	})
}

// TestACasesEntriesFollowEachOtherBeforeTheirReceipts: six entries take as long as
// one.
func TestACasesEntriesFollowEachOtherBeforeTheirReceipts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, c := &disk{}, &book{}
		for seq := range 6 {
			d.add("a", seq+1)
		}
		start := time.Now()
		_, stop := running(t, d.reopen(), c, Options{})
		for changed := d.watched().Changed(t.Context()); !d.finished(); {
			<-changed
		}
		if took := time.Since(start); took > 21*time.Millisecond {
			t.Errorf("it takes %v", took)
		}
		stop()
	})
}

// TestWhatWasSentOnANodesWordIsNotRefusedForIt: the node forgets an entry that it
// took, and what was sent behind it is refused until that one is recorded.
func TestWhatWasSentOnANodesWordIsNotRefusedForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, forgot := &disk{}, false
		c := &book{behave: func(raw string, _ int) fault {
			if raw == "a/1" && !forgot {
				forgot = true
				return dropped
			}
			return fine
		}}
		for seq := range 3 {
			d.add("a", seq+1)
		}
		_, stop := running(t, d.reopen(), c, Options{})
		elapse(time.Minute)
		stop()
		for _, r := range d.rows {
			if r.state != casework.Committed {
				t.Errorf("%s is %s, %s", r.Raw, r.state, r.why)
			}
		}
	})
}
