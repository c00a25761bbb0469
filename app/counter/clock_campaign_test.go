//go:build campaign

package counter_test

import (
	"sync/atomic"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// A counter's clock is years ahead or behind, goes back an hour in the middle of a
// case, or stands still. What the clerk is told is of the clock's making or nothing;
// when the clock is right again the case ends, nothing of it is lost, and the ledger
// has every entry once; or it is said that the ledger takes no entry of the future, and
// they wait for it.
func TestAClockThatIsWrongInAnyWayLosesNothing(t *testing.T) {
	const year = 365 * 24 * time.Hour
	refusals, told := 0, 0
	rows := map[string]struct {
		off    time.Duration
		from   desk.Stage
		frozen bool
	}{
		"ten years ahead":                  {10 * year, desk.StageAuthorize, false},
		"ten years behind":                 {-10 * year, desk.StageAuthorize, false},
		"a year ahead during the review":   {year, desk.StageReview, false},
		"a year behind during the review":  {-year, desk.StageReview, false},
		"an hour back during the review":   {-time.Hour, desk.StageReview, false},
		"an hour back while it is signed":  {-time.Hour, desk.StageSign, false},
		"an hour ahead while it is signed": {time.Hour, desk.StageSign, false},
		"frozen":                           {0, desk.StageAuthorize, true},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			h := newHall(t)
			h.must(h.counter.Close())
			var wrong atomic.Pointer[func() time.Time]
			right := time.Now
			wrong.Store(&right)
			h.near.Now = func() time.Time { return (*wrong.Load())() }
			h.start()
			c, stages := &tireless{hall: h, whole: true}, 0
			off := func() time.Time { return time.Now().Add(row.off) }
			if row.frozen {
				still := time.Now()
				off = func() time.Time { return still }
			}
			c.saw = func(s desk.Snapshot) {
				h.told(s)
				if s.Case != nil && s.Stage == row.from && stages == 0 {
					wrong.Store(&off)
					stages++
				}
				if c.refusals > 2 {
					wrong.Store(&right) // somebody has set it
				}
			}
			id := c.serve()
			wrong.Store(&right)
			kinds := h.whatItWas(id)
			waits := func(s desk.Snapshot) bool { return s.Ledger.Reason == casework.TimeInFuture && s.Queue.Waiting > 0 }
			all := func(s desk.Snapshot) bool { return s.Queue.Waiting == 0 && s.Ledger.State == desk.Good }
			h.until("all is on the ledger, or it says why not", func(s desk.Snapshot) bool { return waits(s) || all(s) })
			if row.off > 0 && waits(h.last) { // signed ahead of the time: sent once that has come
				told++
			} else {
				h.settled()
				h.proved(id, kinds...)
			}
			if stages == 0 || kinds[len(kinds)-1] != casework.Submitted {
				t.Errorf("the clock never went wrong, or the case ended with %s", kinds[len(kinds)-1])
			}
			refusals += c.refusals
		})
	}
	if t.Failed() {
		return // what it counts is true only of what holds
	}
	t.Logf("%d ways of a wrong clock, %d refusals until it was set, %d cases of which it is said that they wait for their time: lost 0, doubled 0", len(rows), refusals, told)
}
