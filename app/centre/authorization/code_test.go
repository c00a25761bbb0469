package authorization

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func TestACodeIsGrantedOnceAndTheGrantIsOnTheLedgerFirst(t *testing.T) {
	w := newWorld(t)
	code, kase := w.code("li", "dongcheng", plain), newCase()
	g := w.granted(dongcheng, code, kase)
	if _, ok := w.registered[g.ID]; !ok {
		t.Fatal("the counter got a grant that the ledger does not know")
	}
	if g.Hall != "dongcheng" || g.Item != plain || len(g.Needs) != 1 || g.Method != casework.ByCode || g.Until.Sub(w.now) != GrantLife {
		t.Fatalf("not the grant that was given: %+v", g)
	}
	if again := w.granted(dongcheng, code, kase); again.ID != g.ID {
		t.Fatal("a lost response made a second grant")
	}
	_, _, err := w.redeem(dongcheng, code, newCase())
	w.refused(err, casework.CodeUsed)
}

func TestTwoGrantsOfOneCitizenCannotBeLinked(t *testing.T) {
	w := newWorld(t)
	a := w.granted(dongcheng, w.code("li", "dongcheng", plain), newCase())
	b := w.granted(dongcheng, w.code("li", "dongcheng", plain), newCase())
	if a.Holder == b.Holder || a.Salt == b.Salt || a.ID == b.ID {
		t.Fatal("the grants share what could link them")
	}
}

func TestDeadCodesAreToldApartOnlyWhereTheyCouldBeRedeemed(t *testing.T) {
	w := newWorld(t)
	used := w.code("li", "dongcheng", plain)
	w.granted(dongcheng, used, newCase())
	old := w.code("wang", "dongcheng", plain)
	replaced := w.code("zhao", "dongcheng", plain)
	w.code("zhao", "dongcheng", plain)
	w.pass(CodeLife)
	for code, kind := range map[string]casework.RefusalKind{used: casework.CodeUsed, old: casework.CodeExpired, replaced: casework.CodeExpired} {
		_, _, err := w.redeem(dongcheng, code, newCase())
		w.refused(err, kind)
		_, _, err = w.redeem(xicheng, code, newCase())
		w.refused(err, casework.CodeUnknown)
	}
}

func TestALiveCodeElsewhereIsUnknown(t *testing.T) {
	w := newWorld(t)
	code := w.code("li", "dongcheng", plain)
	_, _, err := w.redeem(xicheng, code, newCase())
	w.refused(err, casework.CodeUnknown)
	r := entered(code, newCase())
	r.Item = large
	_, _, err = w.s.Redeem(context.Background(), dongcheng, r)
	w.refused(err, casework.CodeUnknown)
	anyItem := w.code("wang", "dongcheng", "")
	r.Code = anyItem // the item needs more kinds than it names
	_, _, err = w.s.Redeem(context.Background(), dongcheng, r)
	w.refused(err, casework.CodeUnknown)
	w.granted(dongcheng, code, newCase())
	w.granted(dongcheng, anyItem, newCase())
}

func TestACodeThatIsNotEightDigitsCostsNothing(t *testing.T) {
	w := newWorld(t)
	for _, bad := range []string{"", "1234567", "123456789", "1234567a", "12 34567", "１２３４５６７８"} {
		for range 40 {
			_, _, err := w.redeem(dongcheng, bad, newCase())
			w.refused(err, casework.CodeMalformed)
		}
	}
	w.granted(dongcheng, w.code("li", "dongcheng", plain), newCase())
}

func TestACitizenHasOneLiveCode(t *testing.T) {
	w := newWorld(t)
	first := w.code("li", "dongcheng", plain)
	second := w.code("li", "dongcheng", plain)
	_, _, err := w.redeem(dongcheng, first, newCase())
	w.refused(err, casework.CodeExpired)
	made, ok, err := w.s.LiveCode(context.Background(), "li")
	if err != nil || !ok || made.Code != second {
		t.Fatalf("the phone shows another code: %v %v", ok, err)
	}
	if err := w.s.EndCode(context.Background(), "li"); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.redeem(dongcheng, second, newCase())
	w.refused(err, casework.CodeExpired)
}

func TestFiveNearMissesLockACodeAndBlindGuessesDoNot(t *testing.T) {
	w := newWorld(t)
	code, other := w.code("li", "dongcheng", plain), w.code("wang", "dongcheng", plain)
	for i := range 5 {
		_, _, err := w.redeem(dongcheng, typo(code, 1+i%2), newCase())
		w.refused(err, casework.CodeUnknown)
	}
	_, _, err := w.redeem(dongcheng, code, newCase())
	w.refused(err, casework.CodeLocked)
	w.granted(dongcheng, other, newCase())
	for _, r := range w.recorded("li", WhatFailed, WhatLocked) {
		if r.Counter != "12" || r.Hall != "dongcheng" || r.Reason != casework.CodeLocked {
			t.Errorf("%+v", r)
		}
	}
}

func TestAMistypingCostsNothingOnceItIsCorrected(t *testing.T) {
	w := newWorld(t)
	for range 40 {
		code, kase := w.code("li", "dongcheng", plain), newCase()
		_, _, err := w.redeem(dongcheng, typo(code, 3), kase)
		w.refused(err, casework.CodeUnknown)
		w.pass(CodeLife - time.Second)
		w.granted(dongcheng, code, kase)
	}
	if w.s.budget.city != 0 || w.s.budget.counters[dongcheng] != 0 {
		t.Fatal("corrected entries were counted")
	}
	w.restart()
	if w.s.budget.city != 0 || w.s.budget.counters[dongcheng] != 0 {
		t.Fatal("a new start counts corrected entries")
	}
}

func TestTheEleventhUncorrectedEntryAsksForTheTapAndTheThirtyFirstIsRefused(t *testing.T) {
	w := newWorld(t)
	for i := range 10 {
		_, _, err := w.redeem(dongcheng, typo("00000000", 1+i%3), newCase())
		w.refused(err, casework.CodeUnknown)
	}
	w.restart() // what was counted is not forgotten
	code, kase := w.code("li", "dongcheng", plain), newCase()
	_, state, err := w.redeem(dongcheng, code, kase)
	if err != nil || state == nil || state.Status != protocol.RequestWaiting {
		t.Fatalf("want a tap, got %v, %v", state, err)
	}
	for i := range 20 {
		_, _, err := w.redeem(dongcheng, typo("00000000", 1+i%3), newCase())
		w.refused(err, casework.CodeUnknown)
	}
	_, _, err = w.redeem(dongcheng, w.code("wang", "dongcheng", plain), newCase())
	w.refused(err, casework.TriesExhausted)
	w.pass(24 * time.Hour)
	w.granted(dongcheng, w.code("wang", "dongcheng", plain), newCase())
}

func TestACodeForAnyHallAlwaysAsksForTheTap(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	code, kase := w.code("li", "", ""), newCase()
	_, state, err := w.redeem(xicheng, code, kase)
	if err != nil || state == nil || state.MatchWords == "" {
		t.Fatalf("want a tap, got %v, %v", state, err)
	}
	_, _, err = w.redeem(dongcheng, code, newCase())
	w.refused(err, casework.CodeUsed) // what a guesser finds by the tap is worth nothing elsewhere
	made, ok, err := w.s.LiveCode(ctx, "li")
	if err != nil || !ok || !made.Used || made.Tap == "" || made.Code != "" {
		t.Fatalf("the phone is not asked: %+v %v", made, err)
	}
	_, err = w.s.OpenOnPhone(ctx, "wang", made.Tap)
	w.refused(err, casework.NotIssuedHere)
	info, err := w.s.OpenOnPhone(ctx, "li", made.Tap)
	if err != nil || !info.Tap || info.Hall != "xicheng" || info.Counter != "3" || info.MatchWords != state.MatchWords {
		t.Fatalf("the phone shows something else: %+v %v", info, err)
	}
	if err := w.s.Answer(ctx, Self("li"), made.Tap, true, false); err != nil {
		t.Fatal(err)
	}
	if g := w.granted(xicheng, code, kase); g.Method != casework.ByCode || g.Hall != "xicheng" {
		t.Fatalf("not the grant that was agreed to: %+v", g)
	}
}

func TestAReportedTapMakesTheCounterAskForTaps(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	if _, _, err := w.redeem(dongcheng, w.code("li", "", plain), newCase()); err != nil {
		t.Fatal(err)
	}
	made, _, err := w.s.LiveCode(ctx, "li")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.s.Answer(ctx, Self("li"), made.Tap, false, true); err != nil {
		t.Fatal(err)
	}
	if list, err := w.s.Records(ctx, "li"); err != nil || len(list) != 1 || list[0].What != WhatReported {
		t.Fatalf("the record: %+v %v", list, err)
	}
	_, state, err := w.redeem(dongcheng, w.code("wang", "dongcheng", plain), newCase())
	if err != nil || state == nil {
		t.Fatalf("want a tap, got %v", err)
	}
}

func TestOfManyCountersAtOnceOneIsGranted(t *testing.T) {
	w := newWorld(t)
	code := w.code("li", "dongcheng", plain)
	var all sync.WaitGroup
	var grants, taps atomic.Int32
	for i := range 200 {
		who := Caller{Hall: "dongcheng", Counter: casework.CounterID(fmt.Sprint(i % 40))}
		all.Go(func() {
			_, state, err := w.redeem(who, code, newCase())
			switch {
			case err == nil && state == nil:
				grants.Add(1)
			case err == nil:
				taps.Add(1)
			}
		})
	}
	all.Wait()
	if grants.Load() != 1 || taps.Load() != 0 || len(w.registered) != 1 {
		t.Fatalf("%d grants, %d taps", grants.Load(), taps.Load())
	}
}

func TestTheStoreHoldsNoDigits(t *testing.T) {
	w := newWorld(t)
	code := w.code("li", "dongcheng", plain)
	w.restart()
	made, ok, err := w.s.LiveCode(context.Background(), "li")
	if err != nil || !ok || made.Code != "" {
		t.Fatalf("digits outlived the centre: %v", err)
	}
	w.granted(dongcheng, code, newCase()) // the code itself did not die
}

func TestCodesAreEightDigitsAndDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		d, err := newDigits()
		if err != nil || !wellFormed(d) {
			t.Fatalf("not eight digits: %v", err)
		}
		seen[d] = true
	}
	if len(seen) < 1990 {
		t.Fatalf("only %d of 2000 codes differ", len(seen))
	}
}
