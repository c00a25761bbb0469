package ledger_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
)

func commit(t testing.TB, c *ledger.Client, raw []byte) casework.Receipt {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	r, err := c.Commit(ctx, raw)
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
	return r
}

func TestEveryEntryOfACaseComesBackWithAReceipt(t *testing.T) {
	city := found(t)
	client := city.client(city.node.URL())
	w, before := city.write(), time.Now().Add(-time.Second)
	var height int64
	for _, kind := range steps() {
		raw := w.next(kind)
		r := commit(t, client, raw)
		v, err := city.trust().Verify(r.Raw, raw)
		if err != nil || v.Digest != r.Entry || v.Height != r.Height || !v.Time.Equal(r.Time) {
			t.Fatalf("%s: %+v, %v", kind, v, err)
		}
		if r.Entry != protocol.DigestOf(raw) || r.Height <= height || r.Time.Before(before) || r.Time.After(time.Now().Add(time.Second)) {
			t.Fatalf("%s: height %d after %d, time %v", kind, r.Height, height, r.Time)
		}
		height = r.Height
		again := commit(t, client, raw)
		if again.Height != r.Height || again.Entry != r.Entry {
			t.Fatalf("%s: the same bytes stand at %d and %d", kind, r.Height, again.Height)
		}
		if !bytes.Equal(commit(t, city.client(city.node.URL()), raw).Raw, commit(t, client, raw).Raw) {
			t.Fatalf("%s: two receipts", kind)
		}
	}
	if s := client.State(); !s.Reachable || s.Height != height || s.Trouble != ledger.None {
		t.Fatalf("state %+v", s)
	}
	if s := city.client(city.node.URL()).Health(context.Background()); !s.Reachable {
		t.Fatalf("health %+v", s)
	}
}

func TestRefusalsOfTheRulesArePermanentAndKeepTheirKind(t *testing.T) {
	city := found(t)
	client := city.client(city.node.URL())
	w := city.write()
	commit(t, client, w.next(casework.Opened))
	entry := func(change func(*casework.Entry)) casework.Entry {
		e := w.draft(casework.Authorized)
		change(&e)
		return e
	}
	for _, row := range []struct {
		want      casework.RefusalKind
		permanent bool
		raw       []byte
	}{
		{casework.Malformed, true, []byte("garbage")},
		{casework.WrongChain, true, w.sign(w.counter, entry(func(e *casework.Entry) { e.Chain = "real" }))},
		{casework.KeyUnknown, true, w.sign(key(9), entry(func(*casework.Entry) {}))},
		{casework.KeyNotEntitled, true, w.sign(w.counter, entry(func(e *casework.Entry) { e.Counter = "13" }))},
		{casework.WrongSequence, true, w.sign(w.counter, entry(func(e *casework.Entry) { e.Seq++ }))},
		{casework.WrongPrevious, true, w.sign(w.counter, entry(func(e *casework.Entry) { e.Prev[0] ^= 1 }))},
		{casework.GrantUnknown, true, w.sign(w.counter, entry(func(e *casework.Entry) { e.Body.Grant = casework.GrantID(protocol.NewID()) }))},
		{casework.WrongItem, true, w.sign(w.counter, entry(func(e *casework.Entry) { e.Body.Item[0] ^= 1 }))},
		{casework.TimeInFuture, false, w.sign(w.counter, entry(func(e *casework.Entry) { e.Time = e.Time.Add(time.Hour) }))},
	} {
		_, err := client.Commit(context.Background(), row.raw)
		if casework.KindOf(err) != row.want || client.Permanent(err) != row.permanent {
			t.Errorf("%v, permanent %v; want %s", err, client.Permanent(err), row.want)
		}
	}
	dead := "http://127.0.0.1:1"
	_, err := city.client(city.node.URL(), dead).Commit(context.Background(), w.sign(w.counter, entry(func(e *casework.Entry) { e.Seq++ })))
	if casework.KindOf(err) != casework.WrongSequence || ledger.Permanent(err) {
		t.Errorf("a node that may be behind has the last word: %v", err)
	}
}

func TestOfTwoEntriesForOnePlaceOneStands(t *testing.T) {
	city := found(t)
	client := city.client(city.node.URL())
	w := city.write()
	first, second := w.draft(casework.Opened), w.draft(casework.Opened)
	second.Clerk = "clerk-2"
	raws := [][]byte{w.sign(w.counter, first), w.sign(w.counter, second)}
	errs := make(chan error, 2)
	for _, raw := range raws {
		go func() { _, err := client.Commit(context.Background(), raw); errs <- err }()
	}
	var bad []error
	for range raws {
		if err := <-errs; err != nil {
			bad = append(bad, err)
		}
	}
	if len(bad) != 1 || casework.KindOf(bad[0]) != casework.WrongSequence && casework.KindOf(bad[0]) != casework.CaseEnded && casework.KindOf(bad[0]) != casework.WrongPrevious {
		t.Fatalf("refused: %v", bad)
	}
}

func TestTheNodeRestartedUnderTheClientIsTheSameLedger(t *testing.T) {
	city := found(t)
	client := city.client(city.node.URL())
	w := city.write()
	opened := w.next(casework.Opened)
	r := commit(t, client, opened)
	authorized := w.next(casework.Authorized)
	for range 3 {
		if err := city.node.Stop(); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Commit(context.Background(), authorized); casework.KindOf(err) != casework.LedgerUnreachable || ledger.Permanent(err) {
			t.Fatalf("stopped: %v", err)
		}
		if s := client.State(); s.Reachable || s.Trouble != ledger.Unreachable {
			t.Fatalf("state %+v", s)
		}
		city.begin()
		if again := commit(t, client, opened); again.Height != r.Height {
			t.Fatalf("the entry stands at %d and %d", r.Height, again.Height)
		}
	}
	commit(t, client, authorized)
}
