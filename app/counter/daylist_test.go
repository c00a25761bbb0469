package counter_test

import (
	"os"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/counter"
	"counterfoil/app/protocol"
)

// TestTheListOfADayNamesEveryEntryAndNothingElse: what is on the ledger with its
// height, what waits without; signed by the key that signs the entries.
func TestTheListOfADayNamesEveryEntryAndNothingElse(t *testing.T) {
	h := newHall(t)
	first := h.served()
	second := h.authorized()
	h.settled()
	h.must(h.centre.Close())
	h.confirmed() // waits for the ledger
	records := map[casework.CaseID]casework.CaseRecord{}
	for _, id := range []casework.CaseID{first, second} {
		r, err := h.counter.Journal.Case(h.ctx, id)
		h.must(err)
		records[id] = r
	}
	day := protocol.DayOf(records[first].Opened)
	of := counter.Listed{Chain: h.near.Chain, Hall: "dongcheng", Counter: "12", Day: day}
	if _, _, err := counter.DayList(h.ctx, h.near.Dir, of, time.Now()); casework.KindOf(err) != casework.JournalBusy {
		t.Fatalf("beside a running program: %v", err)
	}
	h.must(h.counter.Close())
	for _, of := range []counter.Listed{of, {Day: day}} {
		raw, _, err := counter.DayList(h.ctx, h.near.Dir, of, time.Now())
		h.must(err)
		l, env, err := protocol.OpenDayList(raw)
		h.must(err)
		key, err := protocol.PublicOf(h.near.Identity.Device)
		h.must(err)
		h.must(env.Verify(key))
		if l.Chain != h.near.Chain || l.Hall != "dongcheng" || l.Counter != "12" || len(l.Cases) != 2 {
			t.Fatalf("%+v", l)
		}
		waiting := 0
		for i, id := range []casework.CaseID{first, second} {
			r := records[id]
			if len(l.Cases[i].Entries) != len(r.Steps) {
				t.Fatalf("%d entries of %s, the journal has %d", len(l.Cases[i].Entries), id, len(r.Steps))
			}
			for k, e := range l.Cases[i].Entries {
				if casework.Digest(e.Digest) != r.Steps[k].Digest || e.Height != r.Steps[k].Height {
					t.Errorf("entry %d of %s: %+v", k+1, id, e)
				}
				if e.Height == 0 {
					waiting++
				}
			}
		}
		if waiting != 1 { // the confirmation
			t.Errorf("%d entries wait", waiting)
		}
	}
	other := of
	other.Counter = "13"
	if _, l, err := counter.DayList(h.ctx, h.near.Dir, other, time.Now()); err != nil || len(l.Cases) != 0 {
		t.Errorf("the cases of a counter that this one is not: %+v, %v", l, err)
	}
	h.open()
	h.start()
}

func TestAListOfNothingIsRefusedWithASentence(t *testing.T) {
	h := newHall(t)
	h.must(h.counter.Close())
	of := counter.Listed{Day: "20200101"}
	if _, _, err := counter.DayList(h.ctx, h.near.Dir, of, time.Now()); err == nil {
		t.Error("of which counter?")
	}
	of.Day = "2020"
	if _, _, err := counter.DayList(h.ctx, h.near.Dir, of, time.Now()); err == nil {
		t.Error("2020 is no day")
	}
	empty, of := t.TempDir(), counter.Listed{Day: "20200101"}
	if _, _, err := counter.DayList(h.ctx, empty, of, time.Now()); casework.KindOf(err) != casework.JournalForeign {
		t.Errorf("a folder of nobody: %v", err)
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) != 0 {
		t.Errorf("something was made in it: %v %v", left, err)
	}
	h.start()
}
