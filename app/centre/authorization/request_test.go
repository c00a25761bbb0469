package authorization

import (
	"context"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func (w *world) open(kase casework.CaseID) (protocol.Request, string) {
	w.t.Helper()
	r, err := w.s.OpenRequest(context.Background(), dongcheng, protocol.OpenRequest{Item: plain, Clerk: "clerk-1", Case: kase})
	if err != nil {
		w.t.Fatal(err)
	}
	return r, strings.TrimPrefix(r.Link, "http://phone/r/")
}

func (w *world) follow(id string, after protocol.RequestStatus) protocol.RequestState {
	w.t.Helper()
	s, err := w.s.Follow(context.Background(), dongcheng, id, after, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func TestARequestIsOpenedAnsweredAndFollowed(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	r, token := w.open(newCase())
	opened := make(chan protocol.RequestState, 1)
	go func() {
		s, _ := w.s.Follow(ctx, dongcheng, r.ID, protocol.RequestWaiting, time.Hour)
		opened <- s
	}()
	info, err := w.s.OpenOnPhone(ctx, "li", token)
	if err != nil || info.MatchWords != r.MatchWords || info.Item != plain || info.Counter != "12" || info.Status != protocol.RequestOpened {
		t.Fatalf("the phone shows something else: %+v %v", info, err)
	}
	if s := <-opened; s.Status != protocol.RequestOpened {
		t.Fatalf("the counter waits on: %s", s.Status)
	}
	for range 2 { // the answer again is harmless
		if err := w.s.Answer(ctx, Self("li"), token, true, false); err != nil {
			t.Fatal(err)
		}
	}
	s := w.follow(r.ID, protocol.RequestOpened)
	if s.Status != protocol.RequestAnswered || s.Grant == nil || s.Grant.Method != casework.ByQR || len(w.registered) != 1 {
		t.Fatalf("no grant: %+v", s)
	}
	w.refused(w.s.Answer(ctx, Self("wang"), token, true, false), casework.AlreadyDone)
}

func TestAPhoneThatLooksAgainWakesNobody(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	_, token := w.open(newCase())
	look := func(holder string) bool {
		t.Helper()
		rang := w.s.bell.wait()
		if info, err := w.s.OpenOnPhone(ctx, holder, token); err != nil || info.Status != protocol.RequestOpened {
			t.Fatal(info.Status, err)
		}
		select {
		case <-rang:
			return true
		default:
			return false
		}
	}
	for i, step := range []struct {
		holder string
		wakes  bool
	}{{"li", true}, {"li", false}, {"wang", false}, {"wang", false}, {"li", false}} {
		if got := look(step.holder); got != step.wakes {
			t.Errorf("look %d by %s: woken %v", i, step.holder, got)
		}
	}
	w.pass(RequestLife) // who looked last let it run out
	if list, err := w.s.Records(ctx, "li"); err != nil || len(list) != 1 || list[0].What != WhatExpired {
		t.Errorf("%+v %v", list, err)
	}
}

func TestRenewingNeverLosesAnAnswerUnderWay(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	kase := newCase()
	older, token := w.open(kase)
	if _, err := w.s.OpenOnPhone(ctx, "li", token); err != nil {
		t.Fatal(err)
	}
	w.pass(4 * time.Minute)
	newer, other := w.open(kase)
	if newer.ID == older.ID || newer.MatchWords != older.MatchWords {
		t.Fatal("the words on the pad are no longer those on the phone")
	}
	if s := w.follow(newer.ID, protocol.RequestWaiting); s.Status != protocol.RequestOpened {
		t.Fatalf("the newer one is %s", s.Status)
	}
	if err := w.s.Answer(ctx, Self("li"), token, true, false); err != nil {
		t.Fatal(err)
	}
	a, b := w.follow(older.ID, ""), w.follow(newer.ID, "")
	if a.Grant == nil || b.Grant == nil || a.Grant.ID != b.Grant.ID {
		t.Fatal("the answer to the older one did not reach the newer one")
	}
	w.refused(w.s.Answer(ctx, Self("wang"), other, true, false), casework.RequestExpired)
	late, _ := w.open(kase) // renewed just as the answer came
	if s := w.follow(late.ID, ""); s.Status != protocol.RequestAnswered || s.Grant.ID != a.Grant.ID {
		t.Fatalf("the answer was lost to the next renewal: %s", s.Status)
	}
}

func TestAlteredForeignAndExpiredLinksAreToldApart(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	_, token := w.open(newCase())
	for i := range token {
		b := []byte(token)
		if b[i]++; b[i] == token[i] {
			continue
		}
		_, err := w.s.OpenOnPhone(ctx, "li", string(b))
		if kind := casework.KindOf(err); kind != casework.LinkAltered && kind != casework.NotIssuedHere {
			t.Fatalf("an altered link: %v", err)
		}
	}
	for _, bad := range []string{"", "x", token[:40], token + token, token + "="} {
		_, err := w.s.OpenOnPhone(ctx, "li", bad)
		w.refused(err, casework.LinkAltered)
	}
	foreign := newSecret([]byte("another centre's key, also 32 b.")).token(protocol.NewID())
	_, err := w.s.OpenOnPhone(ctx, "li", foreign)
	w.refused(err, casework.NotIssuedHere)
	w.pass(RequestLife)
	_, err = w.s.OpenOnPhone(ctx, "li", token)
	w.refused(err, casework.RequestExpired)
	w.refused(w.s.Answer(ctx, Self("li"), token, true, false), casework.RequestExpired)
}

func TestADeclinedAndAnExpiredRequestStandInTheRecord(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	r, token := w.open(newCase())
	if _, err := w.s.OpenOnPhone(ctx, "li", token); err != nil {
		t.Fatal(err)
	}
	if err := w.s.Answer(ctx, Self("li"), token, false, false); err != nil {
		t.Fatal(err)
	}
	if s := w.follow(r.ID, protocol.RequestOpened); s.Status != protocol.RequestDeclined {
		t.Fatalf("the counter sees %s", s.Status)
	}
	late, token := w.open(newCase())
	if _, err := w.s.OpenOnPhone(ctx, "li", token); err != nil {
		t.Fatal(err)
	}
	w.pass(RequestLife)
	if s := w.follow(late.ID, protocol.RequestOpened); s.Status != protocol.RequestExpired {
		t.Fatalf("the counter sees %s", s.Status)
	}
	for range 2 {
		records, err := w.s.Records(ctx, "li")
		if err != nil || len(records) != 2 || records[0].What != WhatExpired || records[1].What != WhatDeclined || records[1].Live {
			t.Fatalf("the record: %+v %v", records, err)
		}
	}
}

func TestAWithdrawnRequestCanNoLongerBeAnswered(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	r, token := w.open(newCase())
	if err := w.s.Withdraw(ctx, xicheng, r.ID); err != nil {
		t.Fatal(err)
	}
	if s := w.follow(r.ID, ""); s.Status != protocol.RequestWaiting {
		t.Fatal("another counter withdrew it")
	}
	if err := w.s.Withdraw(ctx, dongcheng, r.ID); err != nil {
		t.Fatal(err)
	}
	if s := w.follow(r.ID, ""); s.Status != protocol.RequestWithdrawn {
		t.Fatalf("the counter sees %s", s.Status)
	}
	w.refused(w.s.Answer(ctx, Self("li"), token, true, false), casework.RequestExpired)
	_, err := w.s.Follow(ctx, xicheng, r.ID, "", 0)
	w.refused(err, casework.RequestExpired)
}

func TestAnAnswerWhileTheLedgerIsAwayIsCarriedThereLater(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	r, token := w.open(newCase())
	w.cut(true)
	w.refused(w.s.Answer(ctx, Self("li"), token, true, false), casework.LedgerUnreachable)
	if s := w.follow(r.ID, ""); s.Status != protocol.RequestOpened || s.Grant != nil {
		t.Fatalf("the counter got what the ledger does not know: %+v", s)
	}
	w.restart()
	w.cut(false)
	if !w.s.settleAll(ctx) {
		t.Fatal("something is left")
	}
	if s := w.follow(r.ID, ""); s.Status != protocol.RequestAnswered || len(w.registered) != 1 {
		t.Fatalf("the answer was lost: %+v", s)
	}
}
