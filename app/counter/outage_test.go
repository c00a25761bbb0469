package counter_test

import (
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/sync/ledger/bundle"
)

func wholeCase() []casework.StepKind { return casework.StepKinds()[:7] }

// TestACaseGoesOnWhileTheCentreIsDown stops the centre, with the ledger's only
// node, once the licences are there. The rest of the case needs neither.
func TestACaseGoesOnWhileTheCentreIsDown(t *testing.T) {
	h := newHall(t)
	id := h.authorized()
	h.settled()
	h.must(h.centre.Close())
	h.until("the centre's light says that it is away", func(s desk.Snapshot) bool {
		return s.Centre.State == desk.Waiting && s.Centre.Reason == casework.CentreUnreachable
	})
	h.until("the ledger's light says so before anything is sent", func(s desk.Snapshot) bool {
		return s.Ledger.State == desk.Waiting && s.Ledger.Reason == casework.LedgerUnreachable && s.Queue.Waiting == 0
	})
	h.confirmed()
	h.until("the confirmation waits", func(s desk.Snapshot) bool { return s.Queue.Waiting == 1 && !s.Queue.Oldest.IsZero() })
	oldest := h.last.Queue.Oldest
	h.finished()
	h.until("four entries wait", func(s desk.Snapshot) bool { return s.Queue.Waiting == 4 })
	s := h.last
	if !s.Queue.Oldest.Equal(oldest) || s.Queue.Refused != 0 || s.Ledger.State != desk.Waiting || s.Ledger.Reason != casework.LedgerUnreachable || s.Centre.State != desk.Waiting {
		t.Errorf("queue %+v, ledger %+v, centre %+v", s.Queue, s.Ledger, s.Centre)
	}
	h.provedUpTo(id, 3)

	h.open()
	h.settled()
	h.proved(id, wholeCase()...)
	for _, step := range h.last.Case.Rail {
		if step.Send != casework.Committed || step.Height == 0 {
			t.Errorf("the rail shows %s as %s", step.Kind, step.Send)
		}
	}
}

// provedUpTo checks that a bundle made now proves n entries and says that the
// next is not on the ledger.
func (h *hall) provedUpTo(id casework.CaseID, n int) {
	h.t.Helper()
	raw, err := h.counter.Bundle(h.ctx, id)
	h.must(err)
	var last bundle.Line
	standing, err := bundle.Check(raw, h.trust(), func(l bundle.Line) { last = l })
	if casework.KindOf(err) != casework.WrongReceipt || standing.Seq != n || last.Failed != bundle.Receipt {
		h.t.Errorf("the bundle: %v, proved up to %d", err, standing.Seq)
	}
}

// TestTheCounterItselfStopsInTheOutage: what waited on disk is sent by the next
// program.
func TestTheCounterItselfStopsInTheOutage(t *testing.T) {
	h := newHall(t)
	id := h.authorized()
	h.settled()
	h.must(h.centre.Close())
	h.confirmed()
	h.must(h.counter.Close())
	h.start()
	h.until("the case is there", func(s desk.Snapshot) bool { return len(s.Unfinished) == 1 && s.Queue.Waiting == 1 })
	if h.last.Unfinished[0].ID != id {
		t.Errorf("another case: %v", h.last.Unfinished[0].ID)
	}
	h.must(h.desk.Resume(h.ctx, id))
	h.shows(casework.ScreenSign)
	h.finished()
	h.open()
	h.settled()
	h.proved(id, wholeCase()...)
}

// TestTheCentreStopsWhileTheQRIsShown stops it between opened and authorized,
// while the counter waits for an answer in a long poll. The QR that the citizen
// sees is still good afterwards.
func TestTheCentreStopsWhileTheQRIsShown(t *testing.T) {
	h := newHall(t)
	id := h.opened()
	h.until("the QR", func(s desk.Snapshot) bool { return s.ScreenKind == casework.ScreenQR && s.Case.Request != nil })
	link := h.last.Case.Request.Link
	h.settled()
	h.must(h.centre.Close())
	h.until("the light", func(s desk.Snapshot) bool { return s.Centre.State == desk.Waiting })
	h.refusedCode("12345678", casework.CentreUnreachable)
	h.until("a code can't be redeemed offline", func(s desk.Snapshot) bool {
		return s.Problem != nil && s.Problem.Kind == casework.CentreUnreachable && s.Stage == desk.StageAuthorize
	})
	h.open()
	h.must(h.phone.AnswerRequest(h.ctx, link, true))
	h.stage(desk.StageReview)
	if h.last.Case.Method != casework.ByQR {
		t.Errorf("authorized by %q", h.last.Case.Method)
	}
	h.confirmed()
	h.finished()
	h.settled()
	h.proved(id, wholeCase()...)
}

// TestTheCentreStopsWhileACodeIsTold: after the restart the next code is good.
func TestTheCentreStopsWhileACodeIsTold(t *testing.T) {
	h := newHall(t)
	id := h.opened()
	code, err := h.phone.MakeCode(h.ctx, h.item)
	h.must(err)
	h.must(h.centre.Close())
	h.refusedCode(code, casework.CentreUnreachable)
	h.until("it is refused", func(s desk.Snapshot) bool {
		return s.Problem != nil && s.Problem.Kind == casework.CentreUnreachable && s.Busy == ""
	})
	h.open()
	h.settled()
	h.must(h.desk.Paste(code))
	h.stage(desk.StageReview)
	h.confirmed()
	h.finished()
	h.settled()
	h.proved(id, wholeCase()...)
}

func (h *hall) refusedCode(code string, want casework.RefusalKind) {
	h.t.Helper()
	if err := h.desk.Paste(code); casework.KindOf(err) != want {
		h.t.Fatalf("want %s, got %v", want, err)
	}
}
