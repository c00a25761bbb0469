package staff_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"os"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/journal"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
	"counterfoil/app/staff"
	"counterfoil/devices/token"
	"counterfoil/devices/token/softtoken"
)

var (
	_ desk.Staff = (*staff.Staff)(nil)
	_ staff.Card = (*token.Token)(nil)
	_ staff.Log  = (*journal.Journal)(nil)
)

const cardPIN = "482913"

// wallet are the cards in the readers: a module reads its settings once in a
// process, so all tests share them.
var wallet = map[string]crypto.Signer{}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "cards")
	if err == nil {
		err = fill(dir)
	}
	if err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func fill(dir string) error {
	conf, err := softtoken.Configure(dir)
	if err != nil {
		return err
	}
	os.Setenv("SOFTHSM2_CONF", conf)
	for _, label := range []string{"clerk", "stranger"} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		wallet[label] = key
		if err := (softtoken.Card{Label: label, PIN: cardPIN, Key: key}).Make(conf); err != nil {
			return err
		}
	}
	return nil
}

func cheap() phc.Cost { return phc.Cost{Memory: 64, Passes: 1, Threads: 1} }

// hall is a counter's staff over a real journal, with a centre that signs.
type hall struct {
	*staff.Staff
	t       *testing.T
	journal *journal.Journal
	dir     string
	centre  ed25519.PrivateKey
	now     time.Time
	roster  protocol.Roster
	options staff.Options
	away    bool
}

func newHall(t *testing.T) *hall {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	h := &hall{t: t, dir: t.TempDir(), centre: key, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)}
	h.roster = protocol.Roster{Version: protocol.Version, Chain: "city", Hall: "dongcheng", Edition: 7, Days: 30, Clerks: []protocol.RosterClerk{
		{Number: "0001", Name: "李娜", Role: "supervisor", Verifier: phc.Hash("tall-oak-44", cheap())},
		{Number: "0317", Name: "王芳", Role: "clerk", Verifier: phc.Hash("246810", cheap())},
		{Number: "0400", Name: "赵敏", Role: "clerk", Verifier: phc.Hash("one-time", cheap()), Once: true},
		{Number: "0404", Name: "孙强", Role: "clerk", Verifier: phc.Hash("gone-away", cheap()), Suspended: true},
	}}
	h.start()
	return h
}

// start opens the journal and a Staff on it, as a program's start does.
func (h *hall) start() {
	h.t.Helper()
	var err error
	h.journal, err = journal.Open(h.t.Context(), journal.Options{Dir: h.dir, Master: [32]byte{1}, Now: h.clock})
	must(h.t, err)
	h.t.Cleanup(func() { h.journal.Close() })
	pinned, err := protocol.PublicOf(h.centre)
	must(h.t, err)
	h.options = staff.Options{Chain: "city", Hall: "dongcheng", Centre: pinned, Log: h.journal, Set: h.set, Cost: cheap(), Now: h.clock,
		Pseudonym: func(n string) casework.Pseudonym { return casework.Pseudonym("p-" + n) }}
	h.Staff, err = staff.New(h.t.Context(), h.options)
	must(h.t, err)
}

func (h *hall) restart() {
	h.t.Helper()
	must(h.t, h.journal.Close())
	h.start()
}

func (h *hall) clock() time.Time { return h.now }

// signed returns a roster as the centre signs it now.
func (h *hall) signed(change func(*protocol.Roster)) []byte {
	h.t.Helper()
	r := h.roster
	r.Clerks = append([]protocol.RosterClerk(nil), h.roster.Clerks...)
	r.At = h.now.UnixMilli()
	change(&r)
	raw, err := protocol.SignRoster(h.centre, r)
	must(h.t, err)
	return raw
}

// publish changes the roster and brings it to the counter.
func (h *hall) publish(change func(*protocol.Roster)) {
	h.t.Helper()
	change(&h.roster)
	h.roster.Edition++
	must(h.t, h.Take(h.t.Context(), h.signed(func(*protocol.Roster) {})))
}

// set is what the centre does with a new password.
func (h *hall) set(_ context.Context, p protocol.ClerkPassword) ([]byte, error) {
	if h.away {
		return nil, casework.Refuse(casework.CentreUnreachable, "")
	}
	for i, c := range h.roster.Clerks {
		if c.Number == p.Number && phc.Holds(c.Verifier, p.Before) {
			h.roster.Clerks[i].Verifier, h.roster.Clerks[i].Once = p.Verifier, false
			h.roster.Edition++
			return h.signed(func(*protocol.Roster) {}), nil
		}
	}
	return nil, casework.Refuse(casework.ClerkRefused, "")
}

func (h *hall) password(number, password string) error {
	_, err := h.Check(h.t.Context(), casework.Presence{Number: number, Password: password}, casework.OpSignIn, "")
	return err
}

func (h *hall) card(pin string) (casework.Clerk, error) {
	return h.Check(h.t.Context(), casework.Presence{Card: true, PIN: pin}, casework.OpSignIn, "")
}

// last returns the newest act.
func (h *hall) last() casework.OperatorAct {
	h.t.Helper()
	acts, whole, err := h.Acts(h.t.Context(), h.now.Local().Format("20060102"), 1)
	if err != nil || !whole || len(acts) != 1 {
		h.t.Fatalf("%d acts, whole %v, %v", len(acts), whole, err)
	}
	return acts[0]
}

func pkix(t *testing.T, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	must(t, err)
	return der
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, kind casework.RefusalKind) {
	t.Helper()
	if casework.KindOf(err) != kind {
		t.Fatalf("got %v, want %s", err, kind)
	}
}
