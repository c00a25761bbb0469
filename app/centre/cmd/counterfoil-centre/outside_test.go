package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/chain"
	"counterfoil/app/protocol"
)

// town is a real ledger of one node, whose authority and administrator the test
// is.
type town struct {
	t     *testing.T
	node  *chain.Node
	key   ed25519.PrivateKey
	trust string
}

func seeded(b byte) (ed25519.PrivateKey, protocol.PublicKey) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize))
	return key, protocol.PublicKey{Suite: protocol.Suite1, Bytes: key.Public().(ed25519.PublicKey)}
}

func newTown(t *testing.T) *town {
	t.Helper()
	key, authority := seeded(1)
	_, admin := seeded(2)
	n, err := chain.Start(t.Context(), chain.Options{Home: t.TempDir(), Chain: "town", Authority: authority, RPC: "127.0.0.1:0",
		Admins: map[casework.HallID]protocol.PublicKey{"dongcheng": admin}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Stop() })
	w := &town{t: t, node: n, key: key, trust: filepath.Join(t.TempDir(), "trust.json")}
	if err := os.WriteFile(w.trust, append(n.Trust(), '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// behind returns the address of a proxy before the node that answers with what
// alter makes of the node's answers; nil: a second honest one.
func (w *town) behind(alter func([]byte) []byte) string {
	to, err := url.Parse(w.node.URL())
	if err != nil {
		w.t.Fatal(err)
	}
	p := httputil.NewSingleHostReverseProxy(to)
	p.ModifyResponse = func(r *http.Response) error {
		raw, err := io.ReadAll(r.Body)
		if alter != nil {
			raw = alter(raw)
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
		r.Header.Del("Content-Length")
		return err
	}
	s := httptest.NewServer(p)
	w.t.Cleanup(s.Close)
	return s.URL
}

// lying says that there is nothing where there is something.
func lying(raw []byte) []byte {
	i := bytes.Index(raw, []byte(`"value":"`))
	if i < 0 {
		return raw
	}
	end := i + len(`"value":"`) + bytes.IndexByte(raw[i+len(`"value":"`):], '"')
	return append(bytes.Replace(raw[:i:i], []byte(`"code":0`), []byte(`"code":2`), 1), append([]byte(`"value":"`), raw[end:]...)...)
}

func (w *town) open(nodes ...string) *outside {
	w.t.Helper()
	o, _, err := openOutside(strings.Join(nodes, ","), w.trust, slog.New(slog.DiscardHandler))
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

func TestAStatementComesBackRecordedAndTheSameAgainIsHarmless(t *testing.T) {
	w := newTown(t)
	o := w.open(w.behind(lying), w.node.URL())
	g := casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: "item", Hall: "dongcheng", From: time.Now(), Until: time.Now().Add(time.Hour),
		Needs: []casework.LicenceNeed{{Kind: "id-card"}}, Salt: protocol.NewSalt()}
	raw, digest, err := protocol.SignStatement(w.key, protocol.RegisterGrant("town", protocol.Suite1, g, time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got, height, err := o.Submit(t.Context(), raw)
		if err != nil || got != digest || height < 1 {
			t.Fatalf("%s at %d, %v", got, height, err)
		}
	}
	again, _, err := protocol.SignStatement(w.key, protocol.RegisterGrant("town", protocol.Suite1, g, time.Now().Add(time.Second)))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.Submit(t.Context(), again); casework.KindOf(err) != casework.AlreadyDone {
		t.Errorf("the grant a second time in other words: %v", err)
	}
}

func TestALyingNodeIsNotBelieved(t *testing.T) {
	w := newTown(t)
	admin, _ := seeded(2)
	_, counter := seeded(3)
	raw, _, err := protocol.SignStatement(admin, protocol.EnrolKey("town", "dongcheng", "12", counter, time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.node.Submit(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
	path := protocol.LedgerKey + string(counter.ID())
	want, there, err := w.node.Query(path)
	if err != nil || !there {
		t.Fatal(err)
	}
	honest, second, liar, dead := w.node.URL(), w.behind(nil), w.behind(lying), "http://127.0.0.1:9"
	for name, nodes := range map[string][]string{"alone": {honest}, "both honest": {honest, second}, "one against one": {liar, honest}, "one dead": {dead, honest}} {
		o := w.open(nodes...)
		for { // until the block that proves it is there
			got, err := o.State(t.Context(), path)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if bytes.Equal(got, want) {
				break
			}
			if got != nil || name == "one against one" && w.node.Height() > 3 {
				t.Fatalf("%s: %x", name, got)
			}
		}
		if got, err := o.State(t.Context(), protocol.LedgerKey+"none"); err != nil || got != nil {
			t.Errorf("%s: of nothing %x, %v", name, got, err)
		}
	}
	for name, nodes := range map[string][]string{"a liar alone": {liar}, "a liar and the dead": {liar, dead}, "the dead": {dead}} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		if got, err := w.open(nodes...).State(ctx, path); err == nil {
			t.Errorf("%s: %x is believed", name, got)
		}
		cancel()
	}
}

func TestASettingOfTheHallsLedgerThatCannotBeIsRefused(t *testing.T) {
	w := newTown(t)
	empty := filepath.Join(t.TempDir(), "empty.json")
	if err := os.WriteFile(empty, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][2]string{"no such file": {w.node.URL(), filepath.Join(t.TempDir(), "none")}, "empty.json": {w.node.URL(), empty}, "https://": {"10.0.0.2:26657", w.trust}} {
		if _, _, err := openOutside(args[0], args[1], slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
