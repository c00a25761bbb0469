package centre

import (
	"crypto/ed25519"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// sm2Counter makes the keys of a counter of suite 2: what it is enrolled by, and
// what it shows in TLS.
func sm2Counter(t *testing.T, seed byte) (protocol.PublicKey, ed25519.PrivateKey) {
	t.Helper()
	line := ed25519.NewKeyFromSeed(append([]byte{seed}, make([]byte, ed25519.SeedSize-1)...))
	device, err := protocol.DeriveSM2Key(line.Seed(), "test")
	if err != nil {
		t.Fatal(err)
	}
	key, err := protocol.CounterKey(device, line)
	if err != nil {
		t.Fatal(err)
	}
	return key, line
}

// TestACounterOfSuite2IsServedByItsConnectionAndGetsGrantsOfItsSuite: also after a
// restart, and no longer once another key took its place.
func TestACounterOfSuite2IsServedByItsConnectionAndGetsGrantsOfItsSuite(t *testing.T) {
	h, ctx := newHall(t), t.Context()
	key, line := sm2Counter(t, 7)
	client := h.as(line)
	if _, err := client.About(ctx); casework.KindOf(err) != casework.CounterNotEnrolled {
		t.Fatalf("before: %v", err)
	}
	for range 2 { // enrolling again is harmless
		if err := h.c.Enrol(ctx, h.hall(), "22", key); err != nil {
			t.Fatal(err)
		}
	}
	h.restart()
	if _, err := client.About(ctx); err != nil {
		t.Fatalf("after: %v", err)
	}
	for _, counter := range []struct {
		redeem func(string, casework.CaseID) (casework.Grant, error)
		suite  protocol.Suite
	}{
		{h.redeem, protocol.Suite1},
		{func(code string, kase casework.CaseID) (casework.Grant, error) {
			g, _, err := client.Redeem(ctx, protocol.Redeem{Code: code, Item: h.item.Code, Clerk: "clerk-22", Case: kase})
			return g, err
		}, protocol.Suite2},
	} {
		g, err := counter.redeem(h.code(), casework.CaseID(protocol.NewID()))
		if err != nil {
			t.Fatal(err)
		}
		there, ok, err := state[protocol.GrantState](ctx, h.c.ledger, protocol.LedgerGrant+string(g.ID))
		registered := there.Grant(g.ID)
		if err != nil || !ok || registered.Item != counter.suite.CommitItem(g.Salt, g.Item) || registered.Kinds[0] != counter.suite.CommitKind(g.Salt, g.Needs[0].Kind) {
			t.Errorf("suite %d: the ledger knows another grant: %v", counter.suite, err)
		}
	}
	other, _ := sm2Counter(t, 8)
	stolen := other
	stolen.Connection = key.Connection
	if err := h.c.Enrol(ctx, h.hall(), "23", stolen); casework.KindOf(err) != casework.AlreadyDone {
		t.Errorf("another counter takes its connection: %v", err)
	}
	moved := key
	moved.Connection = other.Connection
	if err := h.c.Enrol(ctx, h.hall(), "22", moved); casework.KindOf(err) != casework.AlreadyDone {
		t.Errorf("it changes its connection alone: %v", err)
	}
	bare := key
	bare.Connection = nil
	if err := h.c.Enrol(ctx, h.hall(), "22", bare); casework.KindOf(err) != casework.Malformed {
		t.Errorf("it has none: %v", err)
	}
	if err := h.c.Enrol(ctx, h.hall(), "22", other); err != nil {
		t.Fatal(err)
	}
	if _, err := client.About(ctx); casework.KindOf(err) != casework.CounterNotEnrolled {
		t.Errorf("replaced: %v", err)
	}
	if there, _, err := state[protocol.KeyState](ctx, h.c.ledger, protocol.LedgerKey+string(key.ID())); err != nil || !there.Withdrawn {
		t.Errorf("the ledger still takes its entries: %v", err)
	}
}

// TestAHallsCounterOfSuite2IsServedAsTheLedgerSays: the centre finds it by its
// connection, and no longer when its hall withdraws the key.
func TestAHallsCounterOfSuite2IsServedAsTheLedgerSays(t *testing.T) {
	a := newAbroad(t)
	key, line := sm2Counter(t, 7)
	client := a.as(line)
	serves := func(want casework.RefusalKind) {
		t.Helper()
		a.ahead.Add(int64(keyTime)) // what was heard a moment ago is forgotten
		if _, err := client.About(t.Context()); casework.KindOf(err) != want {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	at := func() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
	serves(casework.CounterNotEnrolled)
	a.says(protocol.EnrolKey("practice-abroad", a.hall.hall(), "22", key, at()))
	serves("")
	g, _, err := client.Redeem(t.Context(), protocol.Redeem{Code: a.code(), Item: a.item.Code, Clerk: "clerk-22", Case: casework.CaseID(protocol.NewID())})
	if err != nil {
		t.Fatal(err)
	}
	there, _, err := state[protocol.GrantState](t.Context(), a.c.ledger, protocol.LedgerGrant+string(g.ID))
	if err != nil || there.Grant(g.ID).Item != protocol.Suite2.CommitItem(g.Salt, g.Item) {
		t.Errorf("its grant is of another suite: %v", err)
	}
	a.says(protocol.SuspendKey("practice-abroad", a.hall.hall(), key.ID(), at()))
	serves(casework.KeySuspended)
	a.says(protocol.ResumeKey("practice-abroad", a.hall.hall(), key.ID(), at()))
	serves("")
	a.says(protocol.WithdrawKey("practice-abroad", a.hall.hall(), key.ID(), at()))
	serves(casework.CounterNotEnrolled)
}
