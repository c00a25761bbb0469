package authorization

import (
	"context"
	"slices"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// state wants the state of the newest record of the grant.
func (w *world) state(holder string, g casework.GrantID, want State) Record {
	w.t.Helper()
	list, err := w.s.Records(context.Background(), holder)
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(r Record) bool { return r.Grant == g })
	if i < 0 || list[i].State != want {
		w.t.Fatalf("want %s, got %+v", want, list)
	}
	return list[i]
}

func TestAGrantIsLiveUsedAndEnded(t *testing.T) {
	w, kase := newWorld(t), newCase()
	g := w.granted(dongcheng, w.code("li", "dongcheng", plain), kase)
	w.state("li", g.ID, StateLive)
	if err := w.use(dongcheng, g, plain, kase); err != nil {
		t.Fatal(err)
	}
	w.state("li", g.ID, StateUsed)
	w.put(g.ID, func(t *Trace) {
		t.Ended, t.EndedAs, t.EndedAt = Place{Entry: casework.Digest{8}, Height: 80}, casework.Submitted, w.now
	})
	w.state("li", g.ID, StateEnded)
	idle := w.granted(dongcheng, w.code("wang", "dongcheng", plain), newCase())
	w.pass(GrantLife)
	w.state("wang", idle.ID, StateLapsed)
}

func TestUnboundIsWipedOnceItsOwnCounterSaysSo(t *testing.T) {
	w, ctx, kase := newWorld(t), context.Background(), newCase()
	g := w.granted(dongcheng, w.code("li", "dongcheng", plain), kase)
	if err := w.use(dongcheng, g, plain, kase); err != nil {
		t.Fatal(err)
	}
	w.refused(w.s.Wiped(ctx, dongcheng, g.ID), casework.GrantUnknown) // nobody unbound it
	if err := w.s.Revoke(ctx, "li", g.ID); err != nil {
		t.Fatal(err)
	}
	w.refused(w.s.Wiped(ctx, Caller{Hall: "dongcheng", Counter: "13"}, g.ID), casework.GrantUnknown)
	w.refused(w.s.Wiped(ctx, xicheng, g.ID), casework.GrantUnknown)
	if r := w.state("li", g.ID, StateUnbound); !r.Wiped.IsZero() || !r.Revoked.Equal(w.now) {
		t.Fatalf("%+v", r)
	}
	w.pass(time.Hour)
	first := w.now
	for range 2 {
		if err := w.s.Wiped(ctx, dongcheng, g.ID); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Hour)
	}
	w.restart()
	if r := w.state("li", g.ID, StateWiped); !r.Wiped.Equal(first) {
		t.Fatalf("wiped at %s, not %s", r.Wiped, first)
	}
	unused := w.granted(dongcheng, w.code("li", "dongcheng", plain), newCase())
	if err := w.s.Revoke(ctx, "li", unused.ID); err != nil {
		t.Fatal(err)
	}
	w.state("li", unused.ID, StateNothing)
}

func TestWhatTheRepositoryRefusesWasNotHandedOut(t *testing.T) {
	w, ctx, kase := newWorld(t), context.Background(), newCase()
	g := w.granted(dongcheng, w.code("li", "dongcheng", plain), kase)
	for range 2 {
		if _, _, err := w.s.UseGrant(ctx, dongcheng, g.ID, protocol.Retrieve{Item: plain, Case: kase}); err != nil {
			t.Fatal(err)
		}
		w.refused(w.s.HandOut(ctx, dongcheng, g.ID, casework.Refuse(casework.LicenceNotHeld, "")), casework.LicenceNotHeld)
	}
	if r := w.recorded("li", WhatRefused, WhatAuthorized)[0]; r.Reason != casework.LicenceNotHeld {
		t.Fatalf("%+v", r)
	}
	if err := w.s.Revoke(ctx, "li", g.ID); err != nil { // while the repository makes its answer
		t.Fatal(err)
	}
	w.refused(w.s.HandOut(ctx, dongcheng, g.ID, nil), casework.GrantWithdrawn)
	w.recorded("li", WhatRefused, WhatRevoked, WhatRefused, WhatAuthorized)
	if list, err := w.s.HandedOut(ctx, "dongcheng", "12", w.now.Add(-time.Hour), w.now.Add(time.Hour)); err != nil || len(list) != 0 {
		t.Fatalf("handed out %v %v", list, err)
	}
}

// The counter that typed it reads no more than before; the citizen reads all.
func TestACodeThatIsTriedWhereItOpensNothingIsTold(t *testing.T) {
	w := newWorld(t)
	code := w.code("li", "dongcheng", plain)
	_, _, err := w.redeem(xicheng, code, newCase())
	w.refused(err, casework.CodeUnknown)
	_, _, err = w.s.Redeem(context.Background(), dongcheng, protocol.Redeem{Code: code, Item: large, Clerk: "clerk-1", Case: newCase()})
	w.refused(err, casework.CodeUnknown)
	w.granted(dongcheng, code, newCase())
	_, _, err = w.redeem(dongcheng, code, newCase())
	w.refused(err, casework.CodeUsed)
	list := w.recorded("li", WhatFailed, WhatAuthorized, WhatFailed, WhatFailed)
	for i, want := range map[int]Record{0: {Hall: "dongcheng", Counter: "12", Item: plain, Reason: casework.CodeUsed},
		2: {Hall: "dongcheng", Counter: "12", Item: large, Reason: casework.WrongItem}, 3: {Hall: "xicheng", Counter: "3", Item: plain, Reason: casework.WrongHall}} {
		if r := list[i]; r.Hall != want.Hall || r.Counter != want.Counter || r.Item != want.Item || r.Reason != want.Reason {
			t.Errorf("line %d: %+v", i, r)
		}
	}
	_, _, err = w.redeem(dongcheng, typo(code, 8), newCase()) // hits nobody: it can't be told to anybody
	w.refused(err, casework.CodeUnknown)
	w.recorded("li", WhatFailed, WhatAuthorized, WhatFailed, WhatFailed)
}

func TestACodeThatNobodyUsedIsToldOnceWithTheTimeOfItsEnd(t *testing.T) {
	w := newWorld(t)
	w.code("li", "dongcheng", plain)
	ended := w.now.Add(CodeLife)
	w.code("wang", "dongcheng", plain)
	w.pass(10 * time.Hour)
	for range 2 {
		if r := w.recorded("li", WhatExpired)[0]; !r.Time.Equal(ended) || r.Reason != casework.CodeExpired || r.Hall != "dongcheng" || r.Counter != "" {
			t.Fatalf("%+v", r)
		}
	}
	w.pass(100 * time.Hour)
	w.s.tidy(context.Background()) // forgets wang's code; that it was not used is told before
	w.restart()
	if r := w.recorded("wang", WhatExpired)[0]; !r.Time.Equal(ended) {
		t.Fatalf("%+v", r)
	}
}

func TestMoreRecordsThanAPageAreAllThere(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	const many = 2*PageRecords + 1
	err := w.db.Do(ctx, func(tx *store.Tx) error {
		for i := range many {
			if err := tx.AddRecord(store.Record{Holder: "li", Time: w.now.Add(time.Duration(i) * time.Second), What: WhatLocked}); err != nil {
				return err
			}
		}
		return tx.AddRecord(store.Record{Holder: "wang", Time: w.now, What: WhatLocked})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.granted(dongcheng, w.code("li", "dongcheng", plain), newCase())
	list, before, err := w.s.RecordsBefore(ctx, "li", 0)
	if err != nil || len(list) != PageRecords || before == 0 {
		t.Fatal(len(list), before, err)
	}
	all, err := w.s.AllRecords(ctx, "li")
	seen := map[int64]bool{}
	for _, r := range all {
		seen[r.N] = true
	}
	if err != nil || len(all) != many+1 || len(seen) != many+1 {
		t.Fatalf("%d records, %d places: %v", len(all), len(seen), err)
	}
}
