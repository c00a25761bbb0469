package counter_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/counter"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
)

// copied returns a copy of the stopped counter's folder, as a backup or a copied
// disk has it.
func (h *hall) copied() string {
	h.t.Helper()
	to := filepath.Join(h.t.TempDir(), "copy")
	h.must(os.CopyFS(to, os.DirFS(h.near.Dir)))
	return to
}

// putBack puts a copy in the place of the stopped counter's folder.
func (h *hall) putBack(copied string) {
	h.t.Helper()
	h.must(os.RemoveAll(h.near.Dir))
	h.must(os.Rename(copied, h.near.Dir))
}

// accused waits until the screen says that the journal is behind, and checks that
// no case can be opened then.
func (h *hall) accused() {
	h.t.Helper()
	h.until("the screen says that the ledger knows more", func(s desk.Snapshot) bool {
		return s.Ledger.State == desk.Failed && s.Ledger.Reason == casework.JournalBehind
	})
	if err := h.desk.Open(h.ctx, h.item.Code); casework.KindOf(err) != casework.JournalBehind {
		h.t.Errorf("a case is opened: %v", err)
	}
}

func TestYesterdaysJournalPutBackIsFoundAtTheFirstContact(t *testing.T) {
	h := newHall(t)
	h.served()
	h.must(h.counter.Close())
	yesterday := h.copied()
	h.start()
	lost := h.served()
	h.must(h.counter.Close())
	h.putBack(yesterday)
	h.start()
	h.accused()
	if _, err := h.counter.Journal.Case(h.ctx, lost); casework.KindOf(err) != casework.WrongCase {
		t.Fatalf("the journal that was put back has the case: %v", err)
	}
}

// TestACaseThatWentOnMeanwhileIsFound: no case is missing, steps of one are.
func TestACaseThatWentOnMeanwhileIsFound(t *testing.T) {
	h := newHall(t)
	id := h.authorized()
	h.settled()
	h.must(h.counter.Close())
	before := h.copied()
	h.start()
	h.until("the case is there", func(s desk.Snapshot) bool { return len(s.Unfinished) == 1 })
	h.must(h.desk.Resume(h.ctx, id))
	h.stage(desk.StageReview)
	h.until("the pad is there", func(s desk.Snapshot) bool { return s.Pad.State == desk.Good })
	h.confirmed()
	h.settled()
	h.must(h.counter.Close())
	h.putBack(before)
	h.start()
	h.accused()
	if err := h.desk.Resume(h.ctx, id); casework.KindOf(err) != casework.JournalBehind {
		t.Errorf("the case goes on: %v", err)
	}
}

// TestAnOldJournalStartedOffLineIsFoundWhenTheLineIsBack, though cases were opened
// on it meanwhile.
func TestAnOldJournalStartedOffLineIsFoundWhenTheLineIsBack(t *testing.T) {
	h := newHall(t)
	h.must(h.counter.Close())
	yesterday := h.copied()
	h.start()
	h.served()
	h.must(h.counter.Close())
	h.putBack(yesterday)
	h.must(h.centre.Close())
	h.start()
	h.opened()
	h.must(h.desk.SetAside(h.ctx))
	h.open()
	h.accused()
}

// TestAnHonestCounterWithAQueueIsNotAccused, nor one whose case goes on while it is
// compared, nor after a new start.
func TestAnHonestCounterWithAQueueIsNotAccused(t *testing.T) {
	h := newHall(t)
	h.served()
	h.must(h.centre.Close())
	h.opened()
	h.until("an entry waits", func(s desk.Snapshot) bool { return s.Queue.Waiting > 0 })
	if err := h.counter.Compare(h.ctx); err == nil || casework.KindOf(err) == casework.JournalBehind {
		t.Errorf("without a ledger: %v", err)
	}
	h.must(h.counter.Close())
	h.start()
	h.open()
	h.until("nothing waits", func(s desk.Snapshot) bool { return s.Queue.Waiting == 0 && s.Ledger.State == desk.Good })
	h.must(h.counter.Compare(h.ctx))
	h.must(h.desk.Resume(h.ctx, h.last.Unfinished[0].ID))
	h.stage(desk.StageAuthorize)
	h.tell()
	for range 3 {
		h.must(h.counter.Compare(h.ctx))
	}
	h.confirmed()
	h.finished()
	h.settled()
	h.must(h.counter.Compare(h.ctx))
}

// TestOfTwoCopiesAtWorkEachFindsTheOther: the ledger cannot tell which of them is
// the true one, and neither can the program.
func TestOfTwoCopiesAtWorkEachFindsTheOther(t *testing.T) {
	h := newHall(t)
	h.must(h.counter.Close())
	near := h.near
	near.Dir = h.copied()
	near.OpenPad, near.OpenCamera = nil, nil
	twin, err := counter.Start(h.ctx, near)
	h.must(err)
	defer twin.Close()
	h.must(twin.Desk.Open(h.ctx, h.item.Code))
	queue := twin.Desk.Watch(h.ctx)
	for s := range queue {
		if s.Queue.Waiting == 0 && s.Case != nil && s.Case.Rail[0].Send == casework.Committed {
			break
		}
	}
	h.start()
	h.accused()
	h.must(twin.Compare(h.ctx)) // the other has sent nothing yet
}

// TestACopiedDiskIsRefusedFromTheNextBlockAfterWithdrawal: both copies are, since
// they are the same to everybody; a fresh key lets the true counter go on.
func TestACopiedDiskIsRefusedFromTheNextBlockAfterWithdrawal(t *testing.T) {
	h := newHall(t)
	h.served()
	h.must(h.centre.Close())
	waits := h.opened() // signed under the old key, and not sent yet
	h.until("an entry waits", func(s desk.Snapshot) bool { return s.Queue.Waiting > 0 })
	h.must(h.counter.Close())
	near := h.near
	near.Dir = h.copied()
	h.open()
	fresh, err := counter.LoadIdentity(t.TempDir())
	h.must(err)
	key, err := protocol.PublicOf(fresh.Device)
	h.must(err)
	h.must(h.centre.Enrol(h.ctx, "dongcheng", "12", key)) // withdraws the one before
	for _, dir := range []string{h.near.Dir, near.Dir} {
		near.Dir = dir
		c, err := counter.Start(h.ctx, near)
		h.must(err)
		if _, err := counter.Ask(h.ctx, near); casework.KindOf(err) != casework.CounterNotEnrolled {
			t.Errorf("the centre answers: %v", err)
		}
		for s := range c.Desk.Watch(h.ctx) { // the screen says both: the entry needs a person, and the centre knows nobody
			if s.Queue.Refused == 1 && s.Ledger.Reason == casework.KeyWithdrawn && s.Centre.Reason == casework.CounterNotEnrolled {
				break
			}
		}
		if err := c.Desk.Open(h.ctx, h.item.Code); casework.KindOf(err) != casework.KeyWithdrawn {
			t.Errorf("a case is opened under a withdrawn key: %v", err)
		}
		h.must(c.Compare(h.ctx))
		h.must(c.Close())
	}
	h.near.Identity.Device, h.near.Identity.Connection = fresh.Device, fresh.Connection // the master key stays: the journal is read as before
	h.start()
	if r, err := h.counter.Journal.Case(h.ctx, waits); err != nil || r.Steps[0].Send != casework.Refused || r.Steps[0].Refusal != casework.KeyWithdrawn {
		t.Errorf("the case that was refused: %+v, %v", r.Steps, err)
	}
	id := h.authorized()
	h.confirmed()
	h.finished()
	h.until("the new case is on the ledger", func(s desk.Snapshot) bool { return s.Queue.Waiting == 0 && s.Queue.Refused == 1 })
	h.proved(id, wholeCase()...)
	h.must(h.counter.Compare(h.ctx))
	left, err := h.counter.Journal.Waiting(h.ctx) // what the shift page lists
	if err != nil || len(left) != 1 || left[0].ID != waits || left[0].Refusal != casework.KeyWithdrawn {
		t.Errorf("left: %+v, %v", left, err)
	}
	h.must(h.counter.Close())
	_, l, err := counter.DayList(h.ctx, h.near.Dir, counter.Listed{Day: protocol.DayOf(time.Now())}, time.Now())
	h.must(err)
	for _, c := range l.Cases {
		for _, e := range c.Entries {
			if (e.Refusal == string(casework.KeyWithdrawn)) != (hex.EncodeToString(c.Case) == string(waits)) {
				t.Errorf("the list says of an entry of %x: %q", c.Case, e.Refusal)
			}
		}
	}
	h.start() // for the cleanup
}
