package desk_test

import (
	"context"
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
		ahead := time.Duration(0)
		h := newHall(t, func(o *desk.Options) { o.Now = func() time.Time { return time.Now().Add(ahead) } })
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

		ahead = 10 * 365 * 24 * time.Hour // a clock that jumped: the ledger knows better
		h.run([]string{"closed", "1h"}, all)
		ahead = 0
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

// noted is a staff of nobody, whose operator log can be full.
type noted struct {
	desk.Staff
	acts []casework.OperatorAct
	full bool
}

func (n *noted) Renewed(context.Context) <-chan struct{} { return nil }

func (n *noted) Person(number string) (casework.Clerk, error) {
	return casework.Clerk{Number: number, Role: casework.RoleClerk}, nil
}

func (n *noted) Note(_ context.Context, act casework.OperatorAct) error {
	if n.full {
		return casework.Refuse(casework.JournalFull, "no room for the log")
	}
	if act.What == casework.OpForget {
		n.acts = append(n.acts, act)
	}
	return nil
}

// TestNeitherClockAloneDestroysContentAndTheLogSaysWhatIsDestroyed: one that is set
// years ahead, the counter's or the ledger's, destroys nothing; both together do,
// and the operator log has it first.
func TestNeitherClockAloneDestroysContentAndTheLogSaysWhatIsDestroyed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const years = 10 * 365 * 24 * time.Hour
		ahead, log := time.Duration(0), &noted{}
		h := newHall(t, func(o *desk.Options) {
			o.Now, o.Staff = func() time.Time { return time.Now().Add(ahead) }, log
		})
		defer func() { h.stop() }()
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"fill-all"}, []string{"push"}, []string{"agree-all"},
			[]string{"sign"}, []string{"tap", "agree"}, []string{"submit"})
		h.remember()
		all := []string{"expect", "content", "item", "grant", "licence-1", "licence-2", "licence-3", "fields", "picture", "ink"}
		h.receive(h.before, time.Now().Add(years)) // the ledger's
		h.run([]string{"clear"}, []string{"pass", "2h"}, all)
		ahead, log.full = years+24*time.Hour, true // both, but the log takes nothing
		h.run([]string{"pass", "2h"}, all)
		if len(log.acts) != 0 {
			t.Errorf("the log has %v", log.acts)
		}
		log.full = false
		h.run([]string{"pass", "2h"}, []string{"expect", "content", "forgotten"})
		if len(log.acts) != 1 || log.acts[0].What != casework.OpForget || log.acts[0].Case != h.before || log.acts[0].Clerk != "" {
			t.Errorf("the log has %+v", log.acts)
		}
	})
}
