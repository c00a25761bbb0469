package centre

import (
	"crypto/ed25519"
	"crypto/rand"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/centre/chain"
	"counterfoil/app/protocol"
)

// abroad is a centre on a ledger that is not its own: the hall's administrator,
// who enrols the counters there, is the test.
type abroad struct {
	hall
	node  *chain.Node
	admin ed25519.PrivateKey
	ahead atomic.Int64 // nanoseconds that the centre's clock has gone on
}

func newAbroad(t *testing.T) *abroad {
	t.Helper()
	list, err := catalogue.Sample()
	if err != nil {
		t.Fatal(err)
	}
	a := &abroad{hall: hall{t: t, o: Options{Home: t.TempDir(), Catalogue: list, Practice: true, Chain: "practice-abroad"}}}
	a.o.Now = func() time.Time { return time.Now().Add(time.Duration(a.ahead.Load())) }
	authority, err := AuthorityKey(a.o.Home)
	if err != nil {
		t.Fatal(err)
	}
	_, a.admin, _ = ed25519.GenerateKey(rand.Reader)
	a.node = ledgerOf(t, authority, a.admin, a.hall.hall())
	if a.o.Outside, err = newInside(a.node, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	a.start()
	t.Cleanup(func() { _ = a.c.Close() })
	_, a.device, _ = ed25519.GenerateKey(rand.Reader)
	a.client = a.as(a.device)
	a.item, a.item.Needs = a.itemFor()
	return a
}

func ledgerOf(t *testing.T, authority, admin ed25519.PrivateKey, hall casework.HallID) *chain.Node {
	t.Helper()
	n, err := chain.Start(t.Context(), chain.Options{Home: t.TempDir(), Chain: "practice-abroad", Authority: publicOf(t, authority),
		Admins: map[casework.HallID]protocol.PublicKey{hall: publicOf(t, admin)}, RPC: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Stop() })
	return n
}

func publicOf(t *testing.T, key ed25519.PrivateKey) protocol.PublicKey {
	t.Helper()
	public, err := protocol.PublicOf(key)
	if err != nil {
		t.Fatal(err)
	}
	return public
}

// says puts a statement of the hall's administrator on the ledger.
func (a *abroad) says(s protocol.Statement) {
	a.t.Helper()
	raw, _, err := protocol.SignStatement(a.admin, s)
	if err == nil {
		_, _, err = a.node.Submit(a.t.Context(), raw)
	}
	if err != nil {
		a.t.Fatal(err)
	}
}

func TestACounterIsServedAsItsHallSaysOnTheLedger(t *testing.T) {
	a := newAbroad(t)
	ctx, id := t.Context(), publicOf(t, a.device).ID()
	serves := func(want casework.RefusalKind) {
		t.Helper()
		a.ahead.Add(int64(keyTime)) // what was heard a moment ago is forgotten
		if _, err := a.client.About(ctx); casework.KindOf(err) != want {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	at := func() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
	serves(casework.CounterNotEnrolled)
	a.says(protocol.EnrolKey("practice-abroad", a.hall.hall(), "12", publicOf(t, a.device), at()))
	serves("")
	g, err := a.redeem(a.code(), casework.CaseID(protocol.NewID()))
	if err != nil {
		t.Fatal(err)
	}
	a.says(protocol.SuspendKey("practice-abroad", a.hall.hall(), id, at()))
	if _, err := a.client.About(ctx); err != nil {
		t.Errorf("what the ledger said a moment ago still counts: %v", err)
	}
	serves(casework.KeySuspended)
	a.says(protocol.ResumeKey("practice-abroad", a.hall.hall(), id, at()))
	serves("")
	a.says(protocol.WithdrawKey("practice-abroad", a.hall.hall(), id, at()))
	serves(casework.CounterNotEnrolled)
	if err := a.c.Enrol(ctx, a.hall.hall(), "12", publicOf(t, a.device)); casework.KindOf(err) != casework.KeyNotEntitled {
		t.Errorf("the centre enrols by itself: %v", err)
	}
	records, err := a.c.auth.Records(ctx, a.holder())
	if err != nil || len(records) != 1 || records[0].Grant != g.ID || records[0].Height == 0 || records[0].Unknown {
		t.Errorf("%+v %v", records, err)
	}
	if err := a.node.Stop(); err != nil {
		t.Fatal(err)
	}
	serves(casework.LedgerUnreachable)
	if records, err = a.c.auth.Records(ctx, a.holder()); err != nil || len(records) != 1 || !records[0].Unknown || records[0].Height != 0 {
		t.Errorf("with the ledger away: %+v %v", records, err)
	}
}

func TestALedgerOfAnotherAuthorizationServiceIsRefused(t *testing.T) {
	list, err := catalogue.Sample()
	if err != nil {
		t.Fatal(err)
	}
	_, other, _ := ed25519.GenerateKey(rand.Reader)
	_, admin, _ := ed25519.GenerateKey(rand.Reader)
	o := Options{Home: t.TempDir(), Catalogue: list, Practice: true, Chain: "practice-abroad"}
	if o.Outside, err = newInside(ledgerOf(t, other, admin, "dongcheng"), slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if c, err := Start(t.Context(), o); err == nil {
		_ = c.Close()
		t.Error("it starts")
	}
}

func TestWhatACentreTellsOfItselfIsReadBack(t *testing.T) {
	h := newHall(t)
	path := h.o.Home + "/public.json"
	if err := h.c.Public().Save(path); err != nil {
		t.Fatal(err)
	}
	p, err := ReadPublic(path)
	if err != nil || p.Chain != h.c.Chain() || p.Centre != h.c.CountersURL() || p.CentreKey.ID() != h.c.CountersKey().ID() || len(p.Issuers) != len(h.c.Issuers()) {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := ReadPublic(h.o.Home + "/centre.db"); err == nil {
		t.Error("something else was taken for it")
	}
}
