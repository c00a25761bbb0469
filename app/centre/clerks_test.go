package centre

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
)

// roster asks as the hall's counter.
func (h *hall) roster(after int64) protocol.Roster {
	h.t.Helper()
	raw, err := h.client.Roster(h.t.Context(), after)
	if err != nil {
		h.t.Fatal(err)
	}
	r, env, err := protocol.OpenRoster(raw)
	if err != nil || env.Verify(h.c.CountersKey()) != nil || casework.HallID(r.Hall) != h.hall() || r.Chain != h.c.Chain() {
		h.t.Fatalf("%+v, %v", r, err)
	}
	return r
}

func (h *hall) order(o protocol.ClerkOrder) protocol.ClerkOrdered {
	h.t.Helper()
	o.Hall = h.hall()
	done, err := h.c.OrderClerk(h.t.Context(), o)
	if err != nil {
		h.t.Fatal(err)
	}
	return done
}

func (h *hall) setPassword(number, before, fresh string) error {
	_, err := h.client.SetPassword(h.t.Context(), protocol.ClerkPassword{Number: number, Before: before, Verifier: phc.Hash(fresh, phc.Practice())})
	return err
}

func TestACounterHearsOfAChangeWhileItWaits(t *testing.T) {
	h := newHall(t)
	before := h.roster(0)
	heard := make(chan int64)
	go func() {
		raw, err := h.client.Roster(t.Context(), before.Edition)
		r, _, err2 := protocol.OpenRoster(raw)
		if errors.Join(err, err2) != nil {
			t.Error(err, err2)
		}
		heard <- r.Edition
	}()
	done := h.order(protocol.ClerkOrder{Number: "0317", Do: protocol.ClerkSuspend})
	if got := <-heard; got != done.Edition || got <= before.Edition {
		t.Fatalf("edition %d, not %d", got, done.Edition)
	}
	h.restart()
	h.client = h.as(h.device)
	if r := h.roster(0); r.Edition != done.Edition || r.Days != 30 || len(r.Clerks) != 4 || !r.Clerks[2].Suspended {
		t.Fatalf("%+v", r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.c.rosters.Follow(ctx, h.hall(), done.Edition, time.Hour); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestAnOwnPasswordIsSetByWhoKnowsTheOneBefore(t *testing.T) {
	h := newHall(t)
	same := protocol.ClerkPassword{Number: "0317", Before: "246810", Verifier: phc.Hash("fresh", phc.Practice())}
	for range 2 { // an answer that was lost
		if _, err := h.client.SetPassword(t.Context(), same); err != nil {
			t.Fatal(err)
		}
	}
	for number, before := range map[string]string{"0317": "246810", "9999": "246810", "": ""} {
		if err := h.setPassword(number, before, "x"); casework.KindOf(err) != casework.ClerkRefused {
			t.Errorf("%q: %v", number, err)
		}
	}
	if _, err := h.client.SetPassword(t.Context(), protocol.ClerkPassword{Number: "0317", Before: "fresh", Verifier: "fresher"}); casework.KindOf(err) != casework.Malformed {
		t.Errorf("a password in clear: %v", err)
	}
	h.order(protocol.ClerkOrder{Number: "0317", Do: protocol.ClerkSuspend})
	if err := h.setPassword("0317", "fresh", "x"); casework.KindOf(err) != casework.ClerkSuspended {
		t.Error(err)
	}
	if err := h.setPassword("0001", "246810", "another"); err != nil {
		t.Error(err)
	}
}

func TestACounterThatGuessesPasswordsIsSlowed(t *testing.T) {
	h := newHall(t)
	for range 10 {
		if err := h.setPassword("0317", "guess", "x"); casework.KindOf(err) != casework.ClerkRefused {
			t.Fatal(err)
		}
	}
	err := h.setPassword("0317", "246810", "x")
	if casework.KindOf(err) != casework.ClerkSlowed || casework.WaitOf(err) < 50*time.Second || casework.WaitOf(err) > time.Minute {
		t.Fatalf("%v, %s", err, casework.WaitOf(err))
	}
	if err := h.setPassword("0001", "246810", "x"); err != nil {
		t.Fatalf("a colleague: %v", err)
	}
}

func TestOrdersThatCanNotBeAreRefusedAndChangeNothing(t *testing.T) {
	h := newHall(t)
	before := h.roster(0).Edition
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weak, _ := x509.MarshalPKIXPublicKey(small.Public())
	hall := h.hall()
	for _, c := range []struct {
		o    protocol.ClerkOrder
		want casework.RefusalKind
	}{
		{protocol.ClerkOrder{Hall: "nowhere", Number: "1", Do: protocol.ClerkAdd, Role: casework.RoleClerk}, casework.WrongHall},
		{protocol.ClerkOrder{Hall: hall, Number: "0317", Do: protocol.ClerkAdd, Role: casework.RoleClerk}, casework.AlreadyDone},
		{protocol.ClerkOrder{Hall: hall, Number: "1 1", Do: protocol.ClerkAdd, Role: casework.RoleClerk}, casework.Malformed},
		{protocol.ClerkOrder{Hall: hall, Number: "1111", Do: protocol.ClerkAdd, Role: "mayor"}, casework.Malformed},
		{protocol.ClerkOrder{Hall: hall, Number: "1111", Name: "a\x1b[2J", Do: protocol.ClerkAdd, Role: casework.RoleClerk}, casework.Malformed},
		{protocol.ClerkOrder{Hall: hall, Number: "1111", Do: protocol.ClerkReset}, casework.ClerkRefused},
		{protocol.ClerkOrder{Hall: hall, Number: "0317", Do: "promote"}, casework.Malformed},
		{protocol.ClerkOrder{Hall: hall, Number: "0317", Do: protocol.ClerkPutCard, Card: []byte("none")}, casework.Malformed},
		{protocol.ClerkOrder{Hall: hall, Number: "0317", Do: protocol.ClerkPutCard, Card: weak}, casework.Malformed},
		{protocol.ClerkOrder{Hall: hall, Do: protocol.ClerkDays, Days: 1000}, casework.Malformed},
	} {
		if _, err := h.c.OrderClerk(t.Context(), c.o); casework.KindOf(err) != c.want {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
	if after := h.roster(0).Edition; after != before {
		t.Error("something changed")
	}
	public, _, _ := ed25519.GenerateKey(rand.Reader)
	card, _ := x509.MarshalPKIXPublicKey(public)
	for range 2 {
		h.order(protocol.ClerkOrder{Number: "0317", Do: protocol.ClerkPutCard, Card: card})
	}
	if _, err := h.c.OrderClerk(t.Context(), protocol.ClerkOrder{Hall: hall, Number: "0001", Do: protocol.ClerkPutCard, Card: card}); casework.KindOf(err) != casework.AlreadyDone {
		t.Errorf("one card of two people: %v", err)
	}
}

// Outside practice a hall has the people whom its administrator adds.
func TestAHallWithoutPeopleHasNoRoster(t *testing.T) {
	h := newHall(t)
	var none casework.HallID
	h.o.Practice, h.o.Home, h.o.Chain = false, t.TempDir(), "earnest"
	h.restart()
	for _, o := range h.o.Catalogue.Halls() {
		none = o.ID
		if keeps, err := h.c.rosters.Keeps(t.Context(), o.ID); keeps || err != nil {
			t.Fatal(keeps, err)
		}
	}
	if _, err := h.c.rosters.Follow(t.Context(), none, 0, 0); casework.KindOf(err) != casework.RosterMissing {
		t.Fatal(err)
	}
	done, err := h.c.OrderClerk(t.Context(), protocol.ClerkOrder{Hall: none, Number: "1", Do: protocol.ClerkAdd, Role: casework.RoleClerk})
	if err != nil || len(done.Password) != 10 {
		t.Fatal(err)
	}
	raw, err := h.c.rosters.Follow(t.Context(), none, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := protocol.OpenRoster(raw)
	if err != nil || len(r.Clerks) != 1 || !r.Clerks[0].Once || !phc.Holds(r.Clerks[0].Verifier, done.Password) {
		t.Fatalf("%+v, %v", r, err)
	}
}
