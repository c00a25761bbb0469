package authorization

import (
	"context"
	"testing"
	"time"

	"counterfoil/app/casework"
)

func TestWhatBecameOfAGrantIsReadFromTheLedger(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	kase := newCase()
	first := w.granted(dongcheng, w.code("li", "dongcheng", plain), kase)
	if err := w.use(dongcheng, first, plain, kase); err != nil {
		t.Fatal(err)
	}
	records, err := w.s.Records(ctx, "li")
	if err != nil || len(records) != 2 || records[0].Height != 0 || records[0].Unknown || records[1].Height == 0 {
		t.Fatalf("before the counter's entries came: %+v %v", records, err)
	}
	w.pass(time.Minute)
	end := w.clock()
	w.put(first.ID, func(t *Trace) {
		t.Retrieved = Place{Entry: casework.Digest{7}, Height: 70}
		t.Ended, t.EndedAs, t.EndedAt = Place{Entry: casework.Digest{8}, Height: 80}, casework.Submitted, end
	})
	w.pass(time.Minute)
	second := w.granted(dongcheng, w.code("li", "dongcheng", plain), newCase())
	w.put(second.ID, func(t *Trace) {
		t.Ended, t.EndedAs, t.EndedAt = Place{Entry: casework.Digest{9}, Height: 90}, casework.Abandoned, w.now.Add(time.Second)
	})
	records, err = w.s.Records(ctx, "li")
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		what   What
		height int64
	}{{WhatAbandoned, 90}, {WhatAuthorized, 2}, {WhatSubmitted, 80}, {WhatRetrieved, 70}, {WhatAuthorized, 1}}
	if len(records) != len(want) {
		t.Fatalf("%+v", records)
	}
	for i, r := range records {
		if r.What != want[i].what || r.Height != want[i].height || r.Item != plain || r.Hall != "dongcheng" || r.Unknown {
			t.Errorf("line %d: %+v", i, r)
		}
	}
}

func TestALedgerOutOfReachIsSaidAndNoOldPlaceShown(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	g := w.granted(dongcheng, w.code("li", "dongcheng", plain), newCase())
	w.cut(true)
	if err := w.s.Revoke(ctx, "li", g.ID); err != nil {
		t.Fatal(err)
	}
	records, err := w.s.Records(ctx, "li")
	if err != nil || len(records) != 2 || records[0].What != WhatRevoked {
		t.Fatalf("%+v %v", records, err)
	}
	for _, r := range records {
		if !r.Unknown || r.Height != 0 || !r.Entry.IsZero() {
			t.Errorf("%+v", r)
		}
	}
}
