package authorization

import (
	"context"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func (w *world) use(who Caller, g casework.Grant, item casework.ItemCode, kase casework.CaseID) error {
	_, _, err := w.s.UseGrant(context.Background(), who, g.ID, protocol.Retrieve{Item: item, Case: kase})
	if err != nil {
		return err
	}
	return w.s.HandOut(context.Background(), who, g.ID, nil)
}

func TestAGrantServesItsCaseAndNothingElse(t *testing.T) {
	w := newWorld(t)
	kase := newCase()
	g := w.granted(dongcheng, w.code("li", "dongcheng", plain), kase)
	w.refused(w.use(xicheng, g, plain, kase), casework.WrongHall)
	w.refused(w.use(dongcheng, g, large, kase), casework.WrongItem)
	w.refused(w.use(dongcheng, g, plain, newCase()), casework.GrantUsed)
	w.refused(w.use(Caller{Hall: "dongcheng", Counter: "13"}, g, plain, kase), casework.GrantUsed)
	for range 2 { // a lost response loses nothing
		got, of, err := w.s.UseGrant(context.Background(), dongcheng, g.ID, protocol.Retrieve{Item: plain, Case: kase})
		if err != nil || of.Holder != "li" || got.ID != g.ID {
			t.Fatalf("its own case: %v", err)
		}
		if err := w.s.HandOut(context.Background(), dongcheng, g.ID, nil); err != nil {
			t.Fatal(err)
		}
	}
	w.recorded("li", WhatRetrieved, WhatRefused, WhatRefused, WhatRefused, WhatRefused, WhatAuthorized)
	w.pass(GrantLife)
	w.refused(w.use(dongcheng, g, plain, kase), casework.GrantLapsed)
}

func TestARevokedGrantIsRefusedAtOnceAndTheCounterIsTold(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	kase := newCase()
	g := w.granted(dongcheng, w.code("li", "dongcheng", plain), kase)
	told := make(chan protocol.Revocations, 1)
	go func() {
		r, _ := w.s.Revocations(ctx, dongcheng, 0, time.Hour)
		told <- r
	}()
	w.refused(w.s.Revoke(ctx, "wang", g.ID), casework.GrantUnknown)
	w.cut(true) // the citizen's word counts before the ledger has it
	if err := w.s.Revoke(ctx, "li", g.ID); err != nil {
		t.Fatal(err)
	}
	w.refused(w.use(dongcheng, g, plain, kase), casework.GrantWithdrawn)
	if r := <-told; len(r.Revoked) != 1 || r.Revoked[0] != g.ID {
		t.Fatalf("the counter was told %+v", r)
	}
	at := w.now
	w.cut(false)
	w.pass(time.Minute)
	w.restart()
	if !w.s.settleAll(ctx) || !w.revoked[g.ID].Equal(at) {
		t.Fatal("the revocation did not reach the ledger with the time it was given")
	}
	r, err := w.s.Revocations(ctx, dongcheng, 0, 0)
	if err != nil || len(r.Revoked) != 1 {
		t.Fatalf("a new start forgot the revocation: %v", err)
	}
	again, err := w.s.Revocations(ctx, dongcheng, r.Next, 0)
	other, err2 := w.s.Revocations(ctx, xicheng, 0, 0)
	if err != nil || err2 != nil || len(again.Revoked)+len(other.Revoked) != 0 {
		t.Fatal("told twice, or told to another counter")
	}
	records := w.recorded("li", WhatRefused, WhatRevoked, WhatAuthorized)
	if records[1].Live || records[1].Height == 0 || records[0].Reason != casework.GrantWithdrawn || records[0].Height != 0 {
		t.Fatalf("the record: %+v", records)
	}
}

func TestAGrantOfSomebodyElseCannotBeSeen(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	g := w.granted(dongcheng, w.code("li", "dongcheng", plain), newCase())
	_, own := w.s.GrantOf(ctx, "li", g.ID)
	_, others := w.s.GrantOf(ctx, "wang", g.ID)
	_, nobody := w.s.GrantOf(ctx, "", g.ID)
	if !own || others || nobody {
		t.Fatal("who may see a grant is wrong")
	}
}

func TestRunCarriesToTheLedgerWhatAStoppedCentreLeft(t *testing.T) {
	w := newWorld(t)
	w.cut(true)
	code, kase := w.code("li", "dongcheng", plain), newCase()
	_, _, err := w.redeem(dongcheng, code, kase)
	w.refused(err, casework.LedgerUnreachable)
	w.restart()
	w.cut(false)
	ctx, cancel := context.WithCancel(context.Background())
	rang := w.s.bell.wait()
	ended := make(chan struct{})
	go func() { defer close(ended); w.s.Run(ctx) }()
	<-rang
	cancel()
	<-ended
	if len(w.registered) != 1 {
		t.Fatal("the ledger does not know the grant")
	}
	w.granted(dongcheng, code, kase)
	if len(w.registered) != 1 {
		t.Fatal("it was doubled")
	}
}
