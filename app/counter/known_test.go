package counter_test

import (
	"context"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/counter"
	"counterfoil/app/desk"
)

// The failures of this file are known from offline counters elsewhere.

// A second window on the same counter would have served the case a second time.
func TestACaseIsNotDoubledByASecondWindow(t *testing.T) {
	h := newHall(t)
	id := h.authorized()
	second, err := counter.Start(context.Background(), h.near)
	if casework.KindOf(err) != casework.JournalBusy {
		if err == nil {
			h.must(second.Close())
		}
		t.Fatalf("a second window: %v", err)
	}
	h.confirmed()
	h.finished()
	h.settled()
	h.proved(id, wholeCase()...)
	if list, err := h.desk.Day(h.ctx, ""); err != nil || len(list) != 1 {
		t.Errorf("%d cases of the day, %v", len(list), err)
	}
}

// What was paid, or here submitted, was a draft again after the program came back.
func TestASubmittedCaseNeverTurnsBackToADraft(t *testing.T) {
	h := newHall(t)
	id := h.authorized()
	h.settled()
	h.must(h.centre.Close())
	h.confirmed()
	h.finished() // submitted at the counter; the ledger has not heard of it
	for range 2 {
		h.must(h.counter.Close())
		h.start()
		h.until("the counter is up", func(s desk.Snapshot) bool { return s.Pad.State == desk.Good })
		if h.last.Case != nil || len(h.last.Unfinished) != 0 {
			t.Errorf("the case is open again: %+v", h.last.Unfinished)
		}
		if err := h.desk.Resume(h.ctx, id); err == nil {
			t.Error("a submitted case is resumed")
		}
		r, err := h.counter.Journal.Case(h.ctx, id)
		h.must(err)
		if r.Standing.State != casework.StateSubmitted {
			t.Errorf("the case is %s", r.Standing.State)
		}
	}
	h.open()
	h.settled()
	if standing := h.proved(id, wholeCase()...); standing.State != casework.StateSubmitted {
		t.Errorf("on the ledger it is %s", standing.State)
	}
}

// What waited was sent again after the line had dropped once, and never after it had
// dropped again.
func TestACaseIsSentAgainAfterASecondDrop(t *testing.T) {
	h := newHall(t)
	id := h.authorized()
	h.settled()
	h.must(h.centre.Close())
	h.confirmed()
	h.until("the confirmation waits", func(s desk.Snapshot) bool { return s.Queue.Waiting == 1 && s.Ledger.State == desk.Waiting })
	h.open()
	h.until("it is on the ledger", func(s desk.Snapshot) bool { return s.Queue.Waiting == 0 && s.Ledger.State == desk.Good })
	h.must(h.centre.Close())
	h.finished()
	h.until("the rest waits", func(s desk.Snapshot) bool { return s.Queue.Waiting == 3 && s.Ledger.State == desk.Waiting })
	h.open()
	h.settled()
	h.proved(id, wholeCase()...)
}
