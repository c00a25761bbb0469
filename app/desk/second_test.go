package desk_test

import (
	"context"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// guardedHall names acts that want a word.
func guardedHall(t *testing.T, presence, second []desk.Guarded, play func(h *hall, r *roster)) {
	staffed(t, func(o *desk.Options) {
		o.Presence, o.Second = presence, second
		o.Export = func(context.Context, casework.CaseID) (string, error) { return "/bundle.zip", nil }
	}, func(h *hall, r *roster) {
		h.signIn(clerk0)
		play(h, r)
	})
}

func (h *hall) prove(number string) error {
	err := h.desk.Prove(background, casework.Presence{Number: number, Password: password})
	h.settle()
	return err
}

// ready is a case to which only the submission is missing.
func ready(h *hall) {
	confirmedCase(h)
	h.run([]string{"agree-all"}, []string{"sign"}, []string{"tap", "agree"}, []string{"expect", "stage", "submit"})
}

func TestAWordIsTheClerksOwnAndCountsOnce(t *testing.T) {
	guardedHall(t, []desk.Guarded{desk.GuardSubmit, desk.GuardAbandon}, nil, func(h *hall, r *roster) {
		confirmedCase(h)
		h.refuses(h.desk.Submit(background), casework.ForbiddenStep) // nobody's word helps
		h.run([]string{"agree-all"}, []string{"sign"}, []string{"tap", "agree"})
		h.refuses(h.desk.Submit(background), casework.PresenceNeeded)
		if h.last.Asks == nil || h.last.Asks.What != desk.GuardSubmit || h.last.Asks.Second || h.last.Problem != nil {
			t.Fatalf("it asks %+v, %+v", h.last.Asks, h.last.Problem)
		}
		h.refuses(h.prove(clerk1), casework.PresenceNeeded)
		if !r.has(clerk0, casework.OpPresence, "submit", casework.PresenceNeeded) {
			t.Errorf("a colleague's word is not in the log: %+v", r.log())
		}
		h.refuses(h.desk.Prove(background, casework.Presence{Number: clerk0, Password: "1"}), casework.ClerkRefused)
		if err := h.prove(clerk0); err != nil || h.last.Stage != desk.StageDone || h.last.Asks != nil {
			t.Fatal(err, h.last.Stage)
		}
		h.refuses(h.prove(clerk0), casework.NotNow)
		h.run([]string{"clear"}, []string{"open", "SAMPLE-0003"})
		h.refuses(h.desk.Abandon(background, casework.CitizenLeft), casework.PresenceNeeded)
		h.desk.Unask()
		h.refuses(h.prove(clerk0), casework.NotNow)
		h.refuses(h.desk.Abandon(background, casework.CitizenLeft), casework.PresenceNeeded) // the word of before is spent
		h.lock()
		h.unlock(clerk0)
		h.refuses(h.prove(clerk0), casework.NotNow)
		h.run([]string{"expect", "stage", "authorize"})
	})
}

func TestTheSecondPersonIsAnotherWhoMayAndBothStandInTheLog(t *testing.T) {
	guardedHall(t, nil, []desk.Guarded{desk.GuardAbandon, desk.GuardExport}, func(h *hall, r *roster) {
		ready(h)
		id := h.last.Case.ID
		h.refuses(h.desk.Abandon(background, casework.CitizenLeft), casework.SecondNeeded)
		h.refuses(h.prove(clerk0), casework.SecondUnfit)
		h.refuses(h.prove(clerk1), casework.SecondUnfit)
		if h.last.Asks == nil || !h.last.Asks.Second || h.last.Stage != desk.StageSubmit {
			t.Fatalf("it asks %+v at %s", h.last.Asks, h.last.Stage)
		}
		if err := h.prove(supervisor); err != nil || h.last.Stage != desk.StageEnded {
			t.Fatal(err, h.last.Stage)
		}
		if a := last(r, casework.OpStep); a.Clerk != clerk0 || a.Second != supervisor || a.Note != "abandoned" || a.Case != id {
			t.Errorf("the log says %+v", a)
		}
		_, err := h.desk.Export(background, id)
		h.refuses(err, casework.SecondNeeded)
		if err := h.prove(supervisor); err != nil || h.last.Exported != "/bundle.zip" {
			t.Errorf("the bundle is at %q: %v", h.last.Exported, err)
		}
		if a := last(r, casework.OpExport); a.Second != supervisor || a.Case != id {
			t.Errorf("the log says %+v", a)
		}
		h.signIn(supervisor) // who stands in for others does not for themselves
		_, err = h.desk.Export(background, id)
		h.refuses(err, casework.SecondNeeded)
		h.refuses(h.prove(supervisor), casework.SecondUnfit)
	})
}

func TestTheClerksWordIsTooOldAfterTwoMinutes(t *testing.T) {
	both := []desk.Guarded{desk.GuardPaper}
	guardedHall(t, both, both, func(h *hall, _ *roster) {
		h.run([]string{"open", "SAMPLE-0003"}, []string{"read"}, []string{"!", "paper", "uncompared", "person-not-compared"}, []string{"expect", "stage", "paper"})
		h.refuses(h.do([]string{"paper"}), casework.PresenceNeeded)
		h.refuses(h.prove(clerk0), casework.SecondNeeded)
		h.pass(2*time.Minute + time.Second)
		h.refuses(h.prove(supervisor), casework.PresenceNeeded)
		h.refuses(h.prove(clerk0), casework.SecondNeeded)
		h.pass(2 * time.Minute)
		if err := h.prove(supervisor); err != nil || h.last.Stage != desk.StageReview {
			t.Fatal(err, h.last.Stage)
		}
	})
}

// last is the newest act of a kind.
func last(r *roster, what casework.Operation) (found casework.OperatorAct) {
	for _, a := range r.log() {
		if a.What == what && a.Why == "" {
			found = a
		}
	}
	return found
}
