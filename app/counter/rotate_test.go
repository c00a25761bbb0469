package counter_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/counter"
	"counterfoil/app/counter/keep"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/audit"
)

func idOf(t *testing.T, id counter.Identity) protocol.KeyID {
	t.Helper()
	key, err := id.Public()
	if err != nil {
		t.Fatal(err)
	}
	return key.ID()
}

// TestTheNextKeyIsTakenWhenTheSettingsAreForItAndNotBefore, and whatever a stop in
// between leaves, the next start goes on from there.
func TestTheNextKeyIsTakenWhenTheSettingsAreForItAndNotBefore(t *testing.T) {
	for _, suite := range []protocol.Suite{protocol.Suite1, protocol.Suite2} {
		keys := counter.Keys{Dir: t.TempDir(), Suite: suite}
		first, err := counter.OpenIdentity(t.Context(), keys)
		if err != nil {
			t.Fatal(err)
		}
		about := protocol.NewKeyRequest("dongcheng", "12", time.Now())
		_, raw, err := first.Rotate(t.Context(), about, "", keep.Means{})
		if err != nil {
			t.Fatal(err)
		}
		r, _, err := protocol.OpenKeyRequest(raw)
		if err != nil || r.Replaces != string(idOf(t, first)) {
			t.Fatalf("%+v %v", r, err)
		}
		again, err := counter.OpenIdentity(t.Context(), keys) // stopped after the key was made: still the one before
		if err != nil || idOf(t, again) != idOf(t, first) {
			t.Fatalf("another key: %v", err)
		}
		if _, raw, err = again.Rotate(t.Context(), about, "", keep.Means{}); err != nil { // asked again: the same next key
			t.Fatal(err)
		}
		if twice, _, err := protocol.OpenKeyRequest(raw); err != nil || twice.Key.ID() != r.Key.ID() {
			t.Errorf("another next key: %v", err)
		}
		keys.Enrolled = "00112233445566778899aabbccddeeff"
		if _, err := counter.OpenIdentity(t.Context(), keys); casework.KindOf(err) != casework.KeyNotOurs {
			t.Errorf("settings of another key: %v", err)
		}
		keys.Enrolled = r.Key.ID()
		for range 2 {
			next, err := counter.OpenIdentity(t.Context(), keys)
			if err != nil || idOf(t, next) != r.Key.ID() || next.Master != first.Master || next.Pseudonym("0317") != first.Pseudonym("0317") {
				t.Fatalf("%v", err)
			}
		}
		keys.Enrolled = idOf(t, first)
		if _, err := counter.OpenIdentity(t.Context(), keys); casework.KindOf(err) != casework.KeyNotOurs {
			t.Errorf("the settings of before: %v", err)
		}
	}
}

// TestAKeyIsNotMadeAnewBesideAJournal: the new one could never open it.
func TestAKeyIsNotMadeAnewBesideAJournal(t *testing.T) {
	h := newHall(t)
	h.must(h.counter.Close())
	name := filepath.Join(h.near.Dir, "device.key")
	h.must(os.Rename(name, name+".away"))
	if _, err := counter.LoadIdentity(h.near.Dir); casework.KindOf(err) != casework.KeyLost {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(name); err == nil {
		t.Error("a key was made")
	}
	h.must(os.Rename(name+".away", name))
	h.start()
}

// TestAnotherWayOfKeepingLeavesTheKeysAndTheJournalAsTheyAre.
func TestAnotherWayOfKeepingLeavesTheKeysAndTheJournalAsTheyAre(t *testing.T) {
	dir := t.TempDir()
	first, err := counter.LoadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	const phrase = "correct horse battery"
	means := keep.Means{Cost: keep.Cost{Memory: 64, Time: 1, Lanes: 1}, Ask: passphraseFrom(phrase)}
	if first, err = first.Keep(t.Context(), keep.Passphrase, means); err != nil || first.Way() != keep.Passphrase {
		t.Fatal(err)
	}
	if _, err := counter.LoadIdentity(dir); casework.KindOf(err) != casework.PassphraseNeeded {
		t.Errorf("without a person: %v", err)
	}
	again, err := counter.OpenIdentity(t.Context(), counter.Keys{Dir: dir, Means: means})
	if err != nil || again.Master != first.Master || idOf(t, again) != idOf(t, first) {
		t.Errorf("other keys: %v", err)
	}
}

// TestARotationLosesNothingThatWaits: the hall approves while entries of the key
// before wait; they are taken, then the key before is withdrawn, and a case that was
// begun under it is finished under the next.
func TestARotationLosesNothingThatWaits(t *testing.T) {
	h := newHall(t)
	id := h.authorized()
	h.settled()
	h.must(h.centre.Close())
	h.confirmed()
	h.until("an entry waits", func(s desk.Snapshot) bool { return s.Queue.Waiting > 0 })
	h.must(h.counter.Close())
	of := counter.Listed{Chain: h.near.Chain, Hall: "dongcheng", Counter: "12", Day: protocol.DayOf(time.Now())}
	earlier, _, err := counter.DayList(h.ctx, h.near.Dir, of, time.Now())
	h.must(err)
	before := h.near.Identity
	_, raw, err := before.Rotate(h.ctx, protocol.NewKeyRequest("dongcheng", "12", time.Now()), "", keep.Means{})
	h.must(err)
	r, _, err := protocol.OpenKeyRequest(raw)
	h.must(err)
	h.open()
	for range 2 { // the same again is harmless
		h.must(h.centre.EnrolAs(h.ctx, protocol.Enrolment{Hall: "dongcheng", Counter: "12", Key: r.Key, Request: raw}))
	}
	h.near.Identity, err = counter.OpenIdentity(h.ctx, counter.Keys{Dir: h.near.Dir, Enrolled: r.Key.ID()})
	h.must(err)
	h.start()
	h.until("what waited is on the ledger", func(s desk.Snapshot) bool {
		return s.Queue.Waiting == 0 && s.Queue.Refused == 0 && len(s.Unfinished) == 1
	})
	h.must(h.centre.Withdraw(h.ctx, idOf(t, before)))
	h.must(h.centre.Withdraw(h.ctx, idOf(t, before)))
	h.until("the pad is there", func(s desk.Snapshot) bool { return s.Pad.State == desk.Good })
	h.must(h.desk.Resume(h.ctx, id))
	h.shows(casework.ScreenSign)
	h.finished()
	h.settled()
	h.proved(id, wholeCase()...)
	h.must(h.counter.Compare(h.ctx))
	near := h.near
	near.Identity = before
	if _, err := counter.Ask(h.ctx, near); casework.KindOf(err) != casework.CounterNotEnrolled {
		t.Errorf("the key before is served: %v", err)
	}
	stranger, err := counter.LoadIdentity(t.TempDir())
	h.must(err)
	_, raw, err = stranger.Rotate(h.ctx, protocol.NewKeyRequest("dongcheng", "12", time.Now()), "", keep.Means{})
	h.must(err)
	r, _, err = protocol.OpenKeyRequest(raw)
	h.must(err)
	if err := h.centre.EnrolAs(h.ctx, protocol.Enrolment{Hall: "dongcheng", Counter: "12", Key: r.Key, Request: raw}); casework.KindOf(err) != casework.CounterNotEnrolled {
		t.Errorf("a stranger's key takes the counter's place: %v", err)
	}
	h.twoKeysOneDay(of, earlier, id)
}

// twoKeysOneDay checks that what a counter and the ledger say of a day is one, when
// the day's case was signed by two keys of which the first is withdrawn, and the
// second needs a passphrase.
func (h *hall) twoKeysOneDay(of counter.Listed, earlier []byte, id casework.CaseID) {
	h.t.Helper()
	record, err := h.counter.Journal.Case(h.ctx, id)
	h.must(err)
	h.must(h.counter.Close())
	means := keep.Means{Cost: keep.Cost{Memory: 64, Time: 1, Lanes: 1}, Ask: passphraseFrom("correct horse battery")}
	h.near.Identity, err = h.near.Identity.Keep(h.ctx, keep.Passphrase, means)
	h.must(err)
	of.Before = earlier // signed by the key before
	if _, _, err := counter.DayList(h.ctx, h.near.Dir, of, time.Now()); casework.KindOf(err) != casework.PassphraseNeeded {
		h.t.Errorf("a list without the passphrase: %v", err)
	}
	of.Means = means
	raw, l, err := counter.DayList(h.ctx, h.near.Dir, of, time.Now())
	h.must(err)
	if len(l.Cases) != 1 || len(l.Cases[0].Entries) != len(record.Steps) {
		h.t.Errorf("%+v", l.Cases)
	}
	h.start()
	client := ledger.New(ledger.Options{Nodes: []string{h.centre.LedgerURL()}, Trust: h.trust()})
	day := audit.Of{Hall: of.Hall, Counter: of.Counter, Day: of.Day}
	for name, list := range map[string][]byte{"of now": raw, "signed by the key before": earlier} {
		own, err := audit.ReadList(h.ctx, client, day, list)
		h.must(err)
		d, err := audit.Reconcile(h.ctx, client, day, audit.Told{Own: own})
		h.must(err)
		if d.Cases != 1 || d.Submitted != 1 || d.Waiting != 0 || d.Serious() != 0 {
			h.t.Errorf("the list %s: %d cases, %d submitted, %d wait: %+v", name, d.Cases, d.Submitted, d.Waiting, d.Findings)
		}
	}
	trace, err := audit.Case(h.ctx, client, id)
	h.must(err)
	states := map[string]int{}
	for _, e := range trace.Entries {
		states[e.KeyState]++
	}
	if len(trace.Faults) != 0 || states["withdrawn"] == 0 || states["enrolled"] == 0 {
		h.t.Errorf("%v, %+v", states, trace.Faults)
	}
}
