package centre

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/protocol"
	"counterfoil/packaging/campaign/vacant"
	"counterfoil/sync/authority"
)

// hall is a running centre with one enrolled counter, and what it takes to
// start both again.
type hall struct {
	t      *testing.T
	o      Options
	c      *Centre
	device ed25519.PrivateKey
	client *authority.Client
	item   casework.ServiceItem
	log    written
}

// written is a log that is read while the centre still writes.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(b)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func newHall(t *testing.T) *hall {
	t.Helper()
	list, err := catalogue.Sample()
	if err != nil {
		t.Fatal(err)
	}
	_, device, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{t: t, device: device, o: Options{Home: t.TempDir(), Catalogue: list, Practice: true,
		Phone: "127.0.0.1:0", Counters: vacant.Address(), Ledger: vacant.Address()}}
	h.o.Log = slog.New(slog.NewTextHandler(&h.log, nil))
	h.start()
	t.Cleanup(func() { _ = h.c.Close() })
	key, err := protocol.PublicOf(device)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.c.Enrol(t.Context(), h.hall(), "12", key); err != nil {
		t.Fatal(err)
	}
	h.client = h.as(device)
	h.item, h.item.Needs = h.itemFor()
	return h
}

func (h *hall) start() {
	h.t.Helper()
	var err error
	if h.c, err = Start(h.t.Context(), h.o); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) restart() {
	h.t.Helper()
	if err := h.c.Close(); err != nil {
		h.t.Fatal(err)
	}
	h.start()
}

func (h *hall) hall() casework.HallID { return h.o.Catalogue.Halls()[0].ID }

// itemFor returns an item, and its needs, that the first holder's licences cover.
func (h *hall) itemFor() (casework.ServiceItem, []casework.LicenceNeed) {
	held := map[casework.LicenceKind]bool{}
	for _, l := range h.c.repository.Held(h.holder()) {
		held[l.Kind] = l.Status == casework.InForce
	}
	for _, item := range h.o.Catalogue.Items() {
		if len(item.Needs) > 0 && !slices.ContainsFunc(item.Needs, func(n casework.LicenceNeed) bool { return !held[n.Kind] }) {
			return item, item.Needs
		}
	}
	h.t.Fatal("no item fits the first holder")
	return casework.ServiceItem{}, nil
}

func (h *hall) holder() string { return h.c.repository.Holders()[0].ID }

func (h *hall) as(device crypto.Signer) *authority.Client {
	h.t.Helper()
	c, err := authority.New(authority.Options{Address: h.c.CountersURL(), Server: h.c.CountersKey(), Device: device})
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func (h *hall) code() string {
	h.t.Helper()
	var kinds []casework.LicenceKind
	for _, n := range h.item.Needs {
		kinds = append(kinds, n.Kind)
	}
	made, err := h.c.auth.MakeCode(h.t.Context(), authorization.Self(h.holder()), kinds, h.hall(), h.item.Code)
	if err != nil {
		h.t.Fatal(err)
	}
	return made.Code
}

func (h *hall) redeem(code string, kase casework.CaseID) (casework.Grant, error) {
	g, _, err := h.client.Redeem(h.t.Context(), protocol.Redeem{Code: code, Item: h.item.Code, Clerk: "clerk", Case: kase})
	return g, err
}
