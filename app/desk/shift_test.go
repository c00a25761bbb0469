package desk_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/journal"
)

func (h *hall) closes(to string, note casework.HandOverNote) error {
	err := h.desk.CloseCounter(context.Background(), desk.HandOver{To: to, Note: note})
	h.settle()
	return err
}

func (h *hall) opens() error {
	err := h.desk.OpenCounter(context.Background())
	h.settle()
	return err
}

// must fails the test at an error, or at none where a refusal is wanted.
func (h *hall) must(err error, want casework.RefusalKind) {
	h.t.Helper()
	if casework.KindOf(err) != want || (want == "") != (err == nil) {
		h.t.Fatalf("got %v, want %q", err, want)
	}
}

func TestAClosedCounterTakesNoCaseUntilItIsOpened(t *testing.T) {
	sitDown(t, func(h *hall) {
		if h.last.Shift.Closed {
			t.Fatal("practice does not start open")
		}
		h.run([]string{"open", "SAMPLE-0003"}, []string{"aside"})
		h.must(h.closes("0021", casework.CitizenReturns), "")
		if s := h.last.Shift; !s.Closed || s.Last.To != "0021" || s.Last.Clerk != "0871" || s.Last.Note != casework.CitizenReturns || s.Last.Left.Unfinished != 1 || s.Last.Left.Steps != 1 {
			t.Fatalf("closed: %+v", s)
		}
		h.must(h.closes("", casework.NothingLeft), "") // again: nothing is changed
		if h.last.Shift.Last.To != "0021" {
			t.Fatal("a closed counter was handed over once more")
		}
		h.run([]string{"!", "open", "SAMPLE-0003", "counter-closed"}, []string{"!", "resume", "counter-closed"})
		h.must(h.opens(), "")
		if s := h.last.Shift; s.Closed || !s.Last.Open || s.Closing.To != "0021" {
			t.Fatalf("opened: %+v", s)
		}
		h.must(h.opens(), "")
		if h.last.Shift.Last.Seq != 2 {
			t.Error("an open counter was opened once more")
		}
		h.run([]string{"resume"}, []string{"expect", "stage", "authorize"})
	})
}

func TestACaseAtTheCounterComesBeforeClosing(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.run([]string{"open", "SAMPLE-0003"})
		h.must(h.closes("", casework.NothingLeft), casework.CaseAtCounter)
		if h.last.Shift.Closed || h.last.Problem == nil || h.last.Problem.Kind != casework.CaseAtCounter || h.last.Case == nil {
			t.Fatalf("after the refusal: %+v", h.last.Problem)
		}
		h.run([]string{"abandon", "clerk"}, []string{"expect", "stage", "ended"})
		h.must(h.closes("", casework.LineAway), "") // one that has ended leaves the screen
		if h.last.Case != nil || !h.last.Shift.Closed {
			t.Error("a finished case stays on a closed counter's screen")
		}
	})
}

func TestAHandOverNamesASupervisorOrTheNextClerk(t *testing.T) {
	sitDown(t, func(h *hall) {
		for _, to := range []string{"0871", "00 21", "主管", "12345678901234567", "21;"} {
			h.must(h.closes(to, casework.NothingLeft), casework.HandOverUnnamed)
		}
		h.must(h.closes("", "张三 comes back"), casework.NotNow)
		if h.last.Shift.Last.Seq != 0 {
			t.Fatal("a refused closing was kept")
		}
		h.must(h.closes("A21", casework.DeviceBroken), "")
	})
}

func TestAKillLeavesTheCounterAsTheJournalSays(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.must(h.closes("", casework.NothingLeft), "")
		h.run([]string{"kill"})
		h.run([]string{"!", "open", "SAMPLE-0003", "counter-closed"})
		h.must(h.opens(), "")
		h.run([]string{"kill"}, []string{"open", "SAMPLE-0003"})
	})
}

// fullShift is a journal on a disk that is full when a counter is closed.
type fullShift struct {
	*journal.Journal
	full *bool
}

func (f fullShift) ChangeShift(ctx context.Context, c casework.ShiftChange, acts ...casework.OperatorAct) error {
	if *f.full {
		return casework.Refuse(casework.JournalFull, "no room")
	}
	return f.Journal.ChangeShift(ctx, c, acts...)
}

func TestAClosingThatIsNotOnDiskIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := true
		h := newHall(t, func(o *desk.Options) { o.Journal = fullShift{o.Journal.(*journal.Journal), &full} })
		defer func() { h.stop() }()
		h.must(h.closes("", casework.NothingLeft), casework.JournalFull)
		if h.last.Shift.Closed {
			t.Fatal("the screen says closed, the disk does not")
		}
		h.run([]string{"open", "SAMPLE-0003"}, []string{"abandon", "clerk"})
		full = false
		h.must(h.closes("", casework.LineAway), "")
		full = true
		h.must(h.opens(), casework.JournalFull)
		h.run([]string{"!", "open", "SAMPLE-0003", "counter-closed"})
	})
}

func TestWhatIsNotReadyIsKeptWithTheOpening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t, func(o *desk.Options) {
			o.Clock = func() casework.Clock { return casework.Clock{Known: true, Offset: -time.Hour} }
			o.Lights = func() (ledger, centre desk.Light) {
				return desk.Light{State: desk.Waiting}, desk.Light{State: desk.Good}
			}
		})
		defer func() { h.stop() }()
		h.must(h.closes("", casework.NothingLeft), "")
		h.run([]string{"unplug", "pad"}, []string{"pass", "10s"})
		h.must(h.opens(), "")
		want := []casework.ShiftCheck{casework.CheckPad, casework.CheckClock, casework.CheckLedger}
		if got := h.last.Shift.Last.Lacking; !slices.Equal(got, want) {
			t.Errorf("kept as lacking: %v, want %v", got, want)
		}
		h.run([]string{"open", "SAMPLE-0003"}) // a clock that lags, and a pad that is away, stop nothing
	})
}

func TestAClockAheadOfTheLedgerStopsNewCasesAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var clock casework.Clock
		h := newHall(t, func(o *desk.Options) { o.Clock = func() casework.Clock { return clock } })
		defer func() { h.stop() }()
		h.run([]string{"open", "SAMPLE-0003"}, []string{"aside"}) // nobody knows the time: that stops nothing
		clock = casework.Clock{Known: true, Offset: casework.MostAhead + time.Second}
		h.run([]string{"!", "open", "SAMPLE-0003", "clock-ahead"}, []string{"resume"}, []string{"answer", "agree"}, []string{"expect", "stage", "review"}, []string{"aside"})
		clock.Offset = casework.MostAhead
		h.run([]string{"open", "SAMPLE-0003"})
		if !h.last.Shift.Clock.Known {
			t.Error("the screen is not told of the clock")
		}
	})
}

// saidOfShift is what the operator log says of openings and closings.
func (r *roster) saidOfShift() (words []string) {
	for _, a := range r.log() {
		if a.What == casework.OpOpen || a.What == casework.OpClose {
			words = append(words, fmt.Sprint(a.What, " ", a.Note, " ", a.Why))
		}
	}
	return words
}

func TestOpeningAndClosingStandInTheOperatorLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoster()
		h := newHall(t, func(o *desk.Options) { o.Clerk = clerk0; r.works(o) })
		defer func() { h.stop() }()
		h.must(h.closes(clerk0, casework.NothingLeft), casework.HandOverUnnamed)
		h.must(h.closes(supervisor, casework.DeviceBroken), "")
		r.fill(true)
		h.must(h.opens(), casework.JournalFull)
		if !h.last.Shift.Closed {
			t.Fatal("a counter was opened of which the log does not know")
		}
		r.fill(false)
		h.pass(10 * time.Second)
		h.must(h.opens(), "")
		want := []string{"close-counter  hand-over-unnamed", "close-counter device-broken ", "open-counter lacking "}
		if got := r.saidOfShift(); !slices.Equal(got, want) {
			t.Errorf("the log says %q, want %q", got, want)
		}
	})
}

func TestWhereClerksSignInACounterIsOpenedAnewEveryDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoster()
		h := newHall(t, func(o *desk.Options) { o.Practice = false; r.works(o) })
		defer func() { h.stop() }()
		h.signIn(clerk0)
		if !h.last.Shift.Closed {
			t.Fatal("a counter that was never opened is open")
		}
		for range 2 {
			h.must(h.opens(), "")
			if h.last.Shift.Closed {
				t.Fatal("an opened counter is closed")
			}
			h.run([]string{"restart"})
			h.signIn(clerk0)
			if h.last.Shift.Closed {
				t.Fatal("a start in the middle of the day closed the counter")
			}
			h.run([]string{"pass", "24h"})
			if !h.last.Shift.Closed {
				t.Fatal("yesterday's opening still counts")
			}
		}
	})
}

func TestARefusedCaseIsSentAgainOrNotedAsSeen(t *testing.T) {
	sitDown(t, func(h *hall) {
		ctx := context.Background()
		h.run([]string{"open", "SAMPLE-0003"}, []string{"aside"})
		left, err := h.desk.Leftover(ctx)
		h.must(err, "")
		id := left.Waiting[0].ID
		h.must(h.desk.NoteSeen(ctx, id), casework.NotNow) // nothing is refused yet
		h.must(h.journal.Sending(ctx, h.verify(id).Steps[0].Digest), "")
		h.must(h.journal.Refuse(ctx, h.verify(id).Steps[0].Digest, casework.KeyUnknown), "")
		h.must(h.desk.NoteSeen(ctx, id), "")
		left, err = h.desk.Leftover(ctx)
		h.must(err, "")
		if w := left.Waiting[0]; w.Refusal != casework.KeyUnknown || w.SeenBy != "0871" || w.Seen.IsZero() || left.Counts().Refused != 1 {
			t.Fatalf("after it was seen: %+v", w)
		}
		h.must(h.desk.SendAgain(ctx, id), "")
		left, err = h.desk.Leftover(ctx)
		h.must(err, "")
		if w := left.Waiting[0]; w.Refusal != "" || !w.Seen.IsZero() || !left.Unfinished[0].Mine {
			t.Fatalf("after it was sent again: %+v", w)
		}
		h.must(h.desk.SendAgain(ctx, "0123456789abcdef0123456789abcdef"), casework.WrongCase)
	})
}

// Whatever a clerk does, no case is opened at a closed counter, and a closing counts
// what the journal holds.
func TestNoCaseIsOpenedAtAClosedCounter(t *testing.T) {
	t.Parallel()
	verbs := []string{"open", "aside", "resume", "abandon", "close", "reopen", "kill", "restart", "agree", "commit"}
	rapid.Check(t, func(r *rapid.T) {
		script := rapid.SliceOfN(rapid.SampledFrom(verbs), 1, 14).Draw(r, "script")
		wrong := ""
		synctest.Test(t, func(t *testing.T) {
			h := newHall(t, nil)
			defer func() { h.stop() }()
			closed := false
			for n, verb := range script {
				if wrong = h.shiftStep(verb, &closed); wrong != "" {
					wrong = fmt.Sprintf("step %d, %s: %s", n+1, verb, wrong)
					return
				}
			}
		})
		if wrong != "" {
			r.Fatal(wrong)
		}
	})
}

// shiftStep does one thing and says what is wrong afterwards; "": nothing.
func (h *hall) shiftStep(verb string, closed *bool) string {
	ctx := context.Background()
	before, err := h.journal.NextNumber(ctx, time.Now().Local().Format("20060102"))
	h.must(err, "")
	atCounter := h.last.Case != nil && h.last.Stage != desk.StageDone && h.last.Stage != desk.StageEnded
	switch verb {
	case "open":
		err = h.do([]string{"open", "SAMPLE-0003"})
	case "close":
		left := h.counted()
		err = h.closes("", casework.LineAway)
		if !atCounter && !*closed && h.last.Shift.Last.Left != left {
			return fmt.Sprintf("the closing counts %+v, and there is %+v", h.last.Shift.Last.Left, left)
		}
		*closed = *closed || !atCounter
	case "reopen":
		err = h.opens()
		*closed = false
	case "agree":
		err = h.do([]string{"answer", "agree"})
	case "commit":
		h.commitOne()
	case "abandon":
		err = h.do([]string{"abandon", "clerk"})
	default:
		err = h.do([]string{verb})
	}
	now, look := h.journal.NextNumber(ctx, time.Now().Local().Format("20060102"))
	h.must(look, "")
	h.settle()
	switch {
	case h.last.Shift.Closed != *closed:
		return fmt.Sprintf("closed is %v, want %v, %v", h.last.Shift.Closed, *closed, err)
	case now > before && *closed:
		return "a case was opened at a closed counter"
	case verb == "open" && !*closed && !atCounter && now != before+1:
		return fmt.Sprintf("an open counter opened no case: %v", err)
	}
	return ""
}

// commitOne lets the ledger take the oldest entry that can be sent.
func (h *hall) commitOne() {
	ctx := context.Background()
	ready, err := h.journal.Ready(ctx, 1)
	h.must(err, "")
	for _, o := range ready {
		h.must(h.journal.Sending(ctx, o.Digest), "")
		h.must(h.journal.Committed(ctx, casework.Receipt{Entry: o.Digest, Height: 7, Time: time.Now().UTC(), Raw: []byte("receipt")}), "")
	}
}

// counted counts what waits from the cases themselves.
func (h *hall) counted() (l casework.Left) {
	list, err := h.journal.Day(context.Background(), time.Now().Local().Format("20060102"), "", 100)
	h.must(err, "")
	for _, r := range list {
		steps := 0
		for _, s := range r.Steps {
			if s.Send != casework.Committed {
				steps++
			}
		}
		if steps > 0 {
			l.Cases++
		}
		l.Steps += steps
		if !r.Standing.State.Ended() {
			l.Unfinished++
		}
	}
	return l
}
