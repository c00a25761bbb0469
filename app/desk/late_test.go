package desk_test

import (
	"context"
	"testing"
	"testing/synctest"

	"counterfoil/app/casework"
)

// run plays the lines of a story and stops at the first that does not hold.
func (h *hall) run(lines ...[]string) {
	h.t.Helper()
	for _, words := range lines {
		if err := h.line(words); err != nil {
			h.t.Fatalf("%v: %v (stage %s, problem %v)", words, err, h.last.Stage, h.last.Problem)
		}
	}
}

// sitDown opens a counter and a case in a bubble of its own.
func sitDown(t *testing.T, play func(*hall)) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t, nil)
		defer func() { h.stop() }()
		play(h)
	})
}

func TestTheFirstOfTwoAnswersWins(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.run([]string{"code", "12345678"}, []string{"open", "SAMPLE-0003"})
		release := h.city.hold("redeem")
		h.run([]string{"type", "12345678"}, []string{"expect", "busy", "redeem"}, []string{"answer", "agree"}, []string{"expect", "method", "qr"})
		release()
		h.settle()
		h.run([]string{"expect", "stage", "review"}, []string{"expect", "problem", "none"}, []string{"expect", "kept", "opened", "authorized", "retrieved"})
	})
}

func TestALateGrantForACaseThatWasAbandonedIsDropped(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.run([]string{"code", "12345678"}, []string{"open", "SAMPLE-0003"})
		release := h.city.hold("redeem")
		h.run([]string{"type", "12345678"}, []string{"abandon", "citizen-left"})
		release()
		h.settle()
		h.run([]string{"expect", "stage", "ended"}, []string{"expect", "problem", "none"}, []string{"expect", "kept", "opened", "abandoned"})
	})
}

func TestALateGrantReachesACaseThatWasSetAside(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.run([]string{"code", "12345678"}, []string{"open", "SAMPLE-0003"})
		release := h.city.hold("redeem")
		h.run([]string{"type", "12345678"}, []string{"aside"}, []string{"open", "SAMPLE-0001"})
		release()
		h.settle()
		r, err := h.journal.Case(context.Background(), h.before)
		if err != nil || r.Standing.State != casework.StateAuthorized {
			t.Fatalf("the case set aside stands at %q, %v", r.Standing.State, err)
		}
		h.run([]string{"expect", "stage", "authorize"}, []string{"expect", "kept", "opened"}, []string{"abandon", "clerk"}, []string{"resume"}, []string{"expect", "stage", "review"})
	})
}

func TestLateLicencesForACaseThatWasAbandonedAreDropped(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.run([]string{"open", "SAMPLE-0003"})
		release := h.city.hold("retrieve")
		h.run([]string{"answer", "agree"}, []string{"expect", "busy", "retrieve"}, []string{"!", "renew", "not-now"}, []string{"!", "retry", "not-now"}, []string{"abandon", "clerk"})
		release()
		h.settle()
		h.run([]string{"expect", "licences", "0"}, []string{"expect", "kept", "opened", "authorized", "abandoned"}, []string{"expect", "content", "forgotten"})
	})
}

func TestNoDigitIsTakenWhileACodeIsOnItsWay(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.run([]string{"open", "SAMPLE-0003"})
		release := h.city.hold("redeem")
		h.run([]string{"type", "12345678"}, []string{"type", "9"}, []string{"erase"}, []string{"expect", "digits", "12345678"}, []string{"!", "paste", "87654321", "not-now"})
		release()
		h.settle()
		h.run([]string{"expect", "problem", "code-unknown"}, []string{"expect", "digits"}, []string{"type", "9"}, []string{"expect", "digits", "9"})
	})
}
