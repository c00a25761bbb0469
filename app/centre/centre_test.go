package centre

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/protocol"
)

func TestACaseBeforeAndAfterTheCentreStops(t *testing.T) {
	h, ctx := newHall(t), t.Context()
	about, err := h.client.About(ctx)
	if err != nil || about.Chain != h.c.Chain() || !about.Practice || !strings.HasPrefix(about.Chain, "practice-") || len(about.Evidence) != 32 {
		t.Fatalf("about: %+v %v", about, err)
	}
	code, kase := h.code(), casework.CaseID(protocol.NewID())
	h.restart()
	g, err := h.redeem(code, kase)
	if err != nil {
		t.Fatalf("the code died with the centre: %v", err)
	}
	registered, ok, err := state[protocol.GrantState](ctx, h.c.ledger, protocol.LedgerGrant+string(g.ID))
	if err != nil || !ok || registered.Grant(g.ID).Item != protocol.Suite1.CommitItem(g.Salt, g.Item) {
		t.Fatal("the ledger does not know the grant")
	}
	h.restart()
	again, err := h.redeem(code, kase)
	if err != nil || again.ID != g.ID {
		t.Fatalf("the grant was lost or doubled: %v", err)
	}
	licences, err := h.client.Retrieve(ctx, g.ID, protocol.Retrieve{Item: h.item.Code, Case: kase})
	if err != nil || len(licences) != len(h.item.Needs) {
		t.Fatalf("%d licences: %v", len(licences), err)
	}
	for _, l := range licences {
		info, _ := h.o.Catalogue.Kind(l.Kind)
		if _, err := protocol.OpenLicence(l.Presented, info, func(n string) (protocol.PublicKey, bool) { k, ok := h.c.Issuers()[n]; return k, ok }); err != nil {
			t.Fatalf("a licence does not verify: %v", err)
		}
	}
	if err := h.c.auth.Revoke(ctx, h.holder(), g.ID); err != nil {
		t.Fatal(err)
	}
	if registered, _, err = state[protocol.GrantState](ctx, h.c.ledger, protocol.LedgerGrant+string(g.ID)); err != nil || registered.Revoked == 0 {
		t.Fatal("the ledger does not know the revocation")
	}
	h.restart()
	if _, err := h.client.Retrieve(ctx, g.ID, protocol.Retrieve{Item: h.item.Code, Case: kase}); casework.KindOf(err) != casework.GrantWithdrawn {
		t.Fatalf("a revoked grant: %v", err)
	}
	list, err := h.client.Revocations(ctx, 0)
	if err != nil || len(list.Revoked) != 1 || list.Revoked[0] != g.ID {
		t.Fatalf("the counter was told %+v, %v", list, err)
	}
	if text := h.log.String(); strings.Contains(text, code) || strings.Contains(text, h.holder()) {
		t.Fatal("the log knows too much")
	}
}

func TestAnAnswerUnderWayOutlivesTheCentre(t *testing.T) {
	h, ctx := newHall(t), t.Context()
	r, err := h.client.OpenRequest(ctx, protocol.OpenRequest{Item: h.item.Code, Clerk: "clerk", Case: casework.CaseID(protocol.NewID())})
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimPrefix(r.Link, h.c.PhoneURL()+"/r/")
	if _, err := h.c.auth.OpenOnPhone(ctx, h.holder(), token); err != nil {
		t.Fatal(err)
	}
	h.restart()
	if s, err := h.client.Follow(ctx, r.ID, protocol.RequestWaiting); err != nil || s.Status != protocol.RequestOpened {
		t.Fatalf("%+v %v", s, err)
	}
	answered := make(chan protocol.RequestState, 1)
	go func() {
		s, _ := h.client.Follow(ctx, r.ID, protocol.RequestOpened)
		answered <- s
	}()
	if err := h.c.auth.Answer(ctx, authorization.Self(h.holder()), token, true, false); err != nil {
		t.Fatal(err)
	}
	if s := <-answered; s.Status != protocol.RequestAnswered || s.Grant == nil {
		t.Fatalf("%+v", s)
	}
	if err := h.client.Withdraw(ctx, r.ID); err != nil {
		t.Fatalf("withdrawing what is answered: %v", err)
	}
}

func TestAKeyThatIsNotEnrolledIsRefusedAndAReplacedOneToo(t *testing.T) {
	h, ctx := newHall(t), t.Context()
	public, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	stranger := h.as(other)
	if _, err := stranger.About(ctx); casework.KindOf(err) != casework.CounterNotEnrolled {
		t.Fatalf("a stranger: %v", err)
	}
	key := protocol.PublicKey{Suite: protocol.Suite1, Bytes: public}
	for range 2 {
		if err := h.c.Enrol(ctx, h.hall(), "12", key); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := stranger.About(ctx); err != nil {
		t.Fatalf("the new key: %v", err)
	}
	if _, err := h.client.About(ctx); casework.KindOf(err) != casework.CounterNotEnrolled {
		t.Fatalf("the replaced key: %v", err)
	}
	old, _ := protocol.PublicOf(h.device)
	onLedger, ok, err := state[protocol.KeyState](ctx, h.c.ledger, protocol.LedgerKey+string(old.ID()))
	if err != nil || !ok || !onLedger.Withdrawn {
		t.Fatal("the ledger still takes entries of the replaced key")
	}
	if err := h.c.Enrol(ctx, h.hall(), "13", key); casework.KindOf(err) != casework.AlreadyDone {
		t.Fatalf("one key for two counters: %v", err)
	}
	if err := h.c.Enrol(ctx, "nowhere", "12", key); casework.KindOf(err) != casework.WrongHall {
		t.Fatalf("a hall that is none: %v", err)
	}
}

func TestACounterIsEnrolledAgainAfterTheStoreWasLost(t *testing.T) {
	h, ctx := newHall(t), t.Context()
	if err := h.c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(h.o.Home, "centre.db")); err != nil {
		t.Fatal(err)
	}
	h.start()
	if _, err := h.client.About(ctx); casework.KindOf(err) != casework.CounterNotEnrolled {
		t.Fatalf("before: %v", err)
	}
	key, _ := protocol.PublicOf(h.device) // the ledger knows it already
	if err := h.c.Enrol(ctx, h.hall(), "12", key); err != nil {
		t.Fatal(err)
	}
	if _, err := h.client.About(ctx); err != nil {
		t.Fatalf("after: %v", err)
	}
}

func TestEvidenceIsKeptOnceAndTheSameAgainIsHarmless(t *testing.T) {
	h, ctx := newHall(t), t.Context()
	kase := casework.CaseID(protocol.NewID())
	for _, sealed := range []string{"sealed", "sealed", "sealed otherwise"} {
		if err := h.client.PutEvidence(ctx, kase, "bundle", []byte(sealed)); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.c.evidence.Put(h.hall(), "12", kase, "bundle", strings.NewReader("sealed")); err != nil {
		t.Fatalf("the first copy was replaced: %v", err)
	}
	if err := h.client.PutEvidence(ctx, kase, "..", []byte("x")); err == nil {
		t.Fatal("a name that climbs out of its folder")
	}
}

func TestBadRequestsGetProblemsWithReasons(t *testing.T) {
	h := newHall(t)
	tls, err := protocol.ClientTLS(h.device, h.c.CountersKey())
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: tls}}
	for _, bad := range []struct{ method, path, body string }{
		{"POST", protocol.PathRedeem, "{"},
		{"POST", protocol.PathRedeem, `{"unknown":1}`},
		{"POST", protocol.PathRedeem, `{"code":"12345678","item":"x","clerk":"c","case":"short"}`},
		{"POST", protocol.PathRedeem, strings.Repeat(" ", maxBody+1) + "{}"},
		{"GET", protocol.PathRevocations + "?after=-1", ""},
		{"GET", protocol.PathRequests + "/none", ""},
		{"PATCH", protocol.PathAbout, ""},
		{"GET", "/elsewhere", ""},
		{"POST", protocol.PathEnrolments, "{}"},
		{"GET", protocol.PathHandedOut + "?hall=dongcheng&counter=12&from=2026-11-25T00:00:00Z&until=2026-11-26T00:00:00Z", ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), bad.method, h.c.CountersURL()+bad.path, strings.NewReader(bad.body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var p protocol.Problem
		err = json.NewDecoder(res.Body).Decode(&p)
		res.Body.Close()
		if err != nil || p.Reason == "" || p.Status != res.StatusCode || res.StatusCode < 400 || res.StatusCode >= 500 || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Fatalf("%s %s: %d %+v %v", bad.method, bad.path, res.StatusCode, p, err)
		}
	}
}

func TestAnAdministratorEnrolsOverTheSocket(t *testing.T) {
	h := newHall(t)
	if err := h.c.Close(); err != nil {
		t.Fatal(err)
	}
	h.o.Admin = filepath.Join(h.o.Home, "admin")
	h.start()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := json.Marshal(protocol.Enrolment{Hall: h.hall(), Counter: "7", Key: protocol.PublicKey{Suite: protocol.Suite1, Bytes: public}})
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", h.o.Admin)
	}}}
	res, err := client.Post("http://centre"+protocol.PathEnrolments, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	var got Enrolled
	if err != nil || res.StatusCode != http.StatusCreated || json.Unmarshal(text, &got) != nil || len(got.Trust) == 0 {
		t.Fatalf("%d %s %v", res.StatusCode, text, err)
	}
}

func TestTheHomeKeepsItsChainAndKeys(t *testing.T) {
	h := newHall(t)
	chain, key := h.c.Chain(), h.c.CountersKey()
	h.restart()
	if h.c.Chain() != chain || h.c.CountersKey().ID() != key.ID() {
		t.Fatal("a new start is another centre")
	}
	o := h.o
	o.Chain, o.Phone, o.Counters, o.Ledger = "another", "", "", ""
	if err := h.c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), o); err == nil {
		t.Fatal("a home was opened under another chain")
	}
	h.start()
}
