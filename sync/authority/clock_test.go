package authority

import (
	"net/http"
	"testing"
	"time"

	"counterfoil/app/casework"
)

// dated answers with the centre's clock moved by some offset.
func dated(by time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
		says(200, aGrant())(w, r)
	}
}

func TestAnyAnswerOfTheCentreSaysHowFarTheClockIsOff(t *testing.T) {
	for _, by := range []time.Duration{0, -3 * time.Minute, 5 * time.Hour, -30 * 365 * 24 * time.Hour} {
		f := newFar(t, dated(by), time.Minute)
		if f.client.Clock().Known {
			t.Fatal("the clock is known before anybody answered")
		}
		if _, _, err := f.redeem(); err != nil {
			t.Fatal(err)
		}
		c := f.client.Clock()
		if off := c.Offset + by; !c.Known || off.Abs() > 30*time.Second { // a busy machine answers late; no case here is that near
			t.Errorf("the centre is %s off and the clock is said to be %+v", by, c)
		}
		if c.TooFarAhead() != (by < -time.Minute) || c.Wrong() != (by != 0) {
			t.Errorf("%s: too far ahead %v, wrong %v", by, c.TooFarAhead(), c.Wrong())
		}
	}
}

func TestARefusalSaysTheTimeTooAndAHeaderThatIsNoneSaysNothing(t *testing.T) {
	date := ""
	f := newFar(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = []string{date}
		says(500, "boom")(w, r)
	}, time.Minute)
	for _, garbage := range []string{"", "noon", "Mon, 32 Nov 2026 09:00:00 GMT"} {
		date = garbage
		_, _, _ = f.redeem()
		if c := f.client.Clock(); c.Known {
			t.Errorf("%q made the clock known: %+v", garbage, c)
		}
	}
	date = time.Now().UTC().Format(http.TimeFormat)
	if _, _, err := f.redeem(); casework.KindOf(err) != casework.CentreFailing {
		t.Fatal(err)
	}
	if !f.client.Clock().Known {
		t.Error("an answer that refuses says no time")
	}
}

func TestWhatAnOldAnswerSaidOfTheClockIsForgotten(t *testing.T) {
	f := newFar(t, dated(-2*time.Minute), time.Minute)
	moved := time.Duration(0)
	f.client.o.Now = func() time.Time { return time.Now().Add(moved) }
	if _, _, err := f.redeem(); err != nil || !f.client.Clock().TooFarAhead() {
		t.Fatal("a clock two minutes ahead is not noticed", err)
	}
	for _, by := range []time.Duration{clockStale + time.Minute, -clockStale - time.Minute} { // nobody answered since, or somebody set the clock
		moved = by
		if c := f.client.Clock(); c.Known {
			t.Errorf("after %s the clock is still judged by an answer of before: %+v", by, c)
		}
	}
}

// A poll is answered when something happens: its answer was not on its way for
// half of that time.
func TestALongPollDoesNotMoveTheClock(t *testing.T) {
	var c clock
	came := time.Date(2026, 11, 26, 9, 0, 25, 0, time.UTC)
	c.note(http.Header{"Date": {came.Format(http.TimeFormat)}}, came.Add(-25*time.Second), came)
	if !c.known || c.offset.Abs() > 2*time.Second {
		t.Errorf("a poll of 25 s says that the clock is off by %s", c.offset)
	}
}
