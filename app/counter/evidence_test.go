package counter_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/counter"
	"counterfoil/sync/ledger/bundle"
)

// copyOf is where the centre keeps the sealed copy of a case.
func (h *hall) copyOf(id casework.CaseID) string {
	return filepath.Join(h.far.Home, "evidence", "dongcheng", "12", string(id), "bundle")
}

func (h *hall) sent() {
	h.t.Helper()
	h.eventually(h.counter.Journal.Changed(h.ctx), func() bool {
		due, err := h.counter.Journal.EvidenceDue(h.ctx)
		h.must(err)
		return len(due) == 0
	})
}

// opensAs plays the auditor: the evidence key lies with the centre, the trust
// document is the halls'.
func (h *hall) opensAs(id casework.CaseID) []byte {
	h.t.Helper()
	text, err := os.ReadFile(filepath.Join(h.far.Home, "keys", "evidence.key"))
	h.must(err)
	seed, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text)))
	h.must(err)
	key, err := hpke.DHKEM(ecdh.X25519()).NewPrivateKey(seed)
	h.must(err)
	sealed, err := os.ReadFile(h.copyOf(id))
	h.must(err)
	raw, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(counter.EvidenceInfo), sealed)
	h.must(err)
	if _, err := bundle.Check(raw, h.trust(), func(bundle.Line) {}); err != nil {
		h.t.Errorf("the copy does not hold: %v", err)
	}
	return raw
}

// TestTheCentreKeepsACopyThatOnlyAnAuditorOpens: once a case is wholly on the
// ledger, and not again after a restart.
func TestTheCentreKeepsACopyThatOnlyAnAuditorOpens(t *testing.T) {
	h := newHall(t)
	first := h.served()
	h.sent()
	own, err := h.counter.Bundle(h.ctx, first)
	h.must(err)
	if !bytes.Equal(h.opensAs(first), own) {
		t.Error("the copy is another bundle than the counter's own")
	}
	h.must(h.counter.Close())
	h.must(os.Remove(h.copyOf(first))) // sent again, it would be back
	h.start()
	second := h.served()
	h.sent()
	h.opensAs(second)
	if _, err := os.Stat(h.copyOf(first)); err == nil {
		t.Error("the first copy was sent twice")
	}
}

// TestACopyWaitsForTheCentre: what could not be sent is sent later, also by the
// next program.
func TestACopyWaitsForTheCentre(t *testing.T) {
	h := newHall(t)
	id := h.authorized()
	h.settled()
	h.must(h.centre.Close())
	h.confirmed()
	h.finished()
	if due, err := h.counter.Journal.EvidenceDue(h.ctx); err != nil || len(due) != 0 {
		t.Errorf("a case that is not on the ledger is due: %v, %v", due, err)
	}
	h.must(h.counter.Close())
	h.start()
	h.open()
	h.settled()
	h.sent()
	own, err := h.counter.Bundle(h.ctx, id)
	h.must(err)
	if !bytes.Equal(h.opensAs(id), own) {
		t.Error("the copy is another bundle than the counter's own")
	}
}

// TestNoCopyIsSentOfAnAbandonedCase: its content is gone, and nobody keeps it
// elsewhere.
func TestNoCopyIsSentOfAnAbandonedCase(t *testing.T) {
	h := newHall(t)
	id := h.authorized()
	h.must(h.desk.Abandon(h.ctx, casework.CitizenRefused))
	h.settled()
	h.desk.Clear()
	h.served()
	h.sent()
	if _, err := os.Stat(h.copyOf(id)); err == nil {
		t.Error("a copy was sent")
	}
	h.forgotten(id)
}
