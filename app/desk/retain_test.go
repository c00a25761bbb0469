package desk_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// receive gives every entry of a case its receipt, with the ledger's time.
func (h *hall) receive(id casework.CaseID, at time.Time) {
	h.t.Helper()
	for i, s := range h.verify(id).Steps {
		if err := h.journal.Committed(context.Background(), casework.Receipt{Entry: s.Digest, Height: int64(i + 1), Time: at.UTC(), Raw: []byte("receipt")}); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestContentIsKeptAsLongAsTheItemSaysAndNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wall clock
		h := newHall(t, func(o *desk.Options) { o.Now = wall.now })
		defer func() { h.stop() }()
		serve := func() casework.CaseID {
			h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"fill-all"}, []string{"push"}, []string{"agree-all"},
				[]string{"sign"}, []string{"tap", "agree"}, []string{"submit"})
			h.remember()
			h.receive(h.before, time.Now())
			h.run([]string{"clear"})
			return h.before
		}
		old := serve()
		item, _ := h.books.Item("SAMPLE-0003")
		days := func(n int) string { return (time.Duration(n) * 24 * time.Hour).String() }
		all := []string{"expect", "content", "item", "grant", "licence-1", "licence-2", "licence-3", "fields", "picture", "ink"}

		wall.set(10 * 365 * 24 * time.Hour) // a clock that jumped: the ledger knows better
		h.run([]string{"closed", "1h"}, all)
		wall.set(0)
		h.run([]string{"closed", days(item.Keep - 1)})
		serve()
		h.before = old
		h.run([]string{"pass", "2h"}, all)
		h.run([]string{"closed", days(3)})
		serve() // the ledger's time goes on with the next receipt
		h.before = old
		h.run([]string{"pass", "2h"}, []string{"expect", "content", "forgotten"}, []string{"expect", "kept", "opened", "authorized", "retrieved", "confirmed", "signed", "submitted"})
		h.verify(old)
	})
}

// TestNeitherClockAloneDestroysContentAndTheLogSaysWhatIsDestroyed: one that is set
// years ahead, the counter's or the ledger's, destroys nothing; both together do,
// and the operator log has it once, or nothing is destroyed.
func TestNeitherClockAloneDestroysContentAndTheLogSaysWhatIsDestroyed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const years = 10 * 365 * 24 * time.Hour
		var wall clock
		r := newRoster()
		h := newHall(t, func(o *desk.Options) {
			o.Now, o.Clerk = wall.now, clerk0
			r.works(o)
		})
		said := func() []casework.OperatorAct {
			return slices.DeleteFunc(r.log(), func(a casework.OperatorAct) bool { return a.What != casework.OpForget })
		}
		defer func() { h.stop() }()
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"fill-all"}, []string{"push"}, []string{"agree-all"},
			[]string{"sign"}, []string{"tap", "agree"}, []string{"submit"})
		h.remember()
		all := []string{"expect", "content", "item", "grant", "licence-1", "licence-2", "licence-3", "fields", "picture", "ink"}
		h.receive(h.before, time.Now().Add(years)) // the ledger's
		h.run([]string{"clear"}, []string{"pass", "2h"}, all)
		r.fill(true)
		wall.set(years + 24*time.Hour) // both, but the log takes nothing
		h.run([]string{"pass", "2h"}, all)
		if list := said(); len(list) != 0 {
			t.Errorf("the log has %v", list)
		}
		r.fill(false)
		h.run([]string{"pass", "3h"}, []string{"expect", "content", "forgotten"})
		if list := said(); len(list) != 1 || list[0].Case != h.before || list[0].Clerk != "" || list[0].Why != "" {
			t.Errorf("the log has %+v", list)
		}
	})
}
