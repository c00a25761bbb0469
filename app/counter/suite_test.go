package counter_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre"
	"counterfoil/app/counter"
	"counterfoil/app/counter/keep"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/bundle"
)

// inSuite checks that a case's entries are signed and named in one suite, and
// that none of what they commit to opens in the other.
func (h *hall) inSuite(id casework.CaseID, suite protocol.Suite) {
	h.t.Helper()
	raw, err := h.counter.Bundle(h.ctx, id)
	h.must(err)
	m, key, err := bundle.Read(raw)
	h.must(err)
	if key.Suite != suite || key.Connection != nil {
		h.t.Errorf("the bundle's key is %+v", key)
	}
	for i, entry := range m.Entries {
		e, env, err := protocol.OpenEntry(entry)
		h.must(err)
		if env.Suite != suite || env.Verify(key) != nil || protocol.DigestOf(entry) != suite.Digest(entry) {
			h.t.Errorf("%s is of suite %d: %v", e.Kind, env.Suite, env.Verify(key))
		}
		for _, a := range m.Contents[i] {
			if other := 3 - suite; !e.Body.Item.IsZero() && a.Name == "item" && other.Commit(a.Salt, a.Content) == e.Body.Item {
				h.t.Errorf("%s commits in the other suite", e.Kind)
			}
		}
	}
}

// scanned opens a case that the citizen authorizes by the QR.
func (h *hall) scanned() casework.CaseID {
	h.t.Helper()
	id := h.opened()
	h.until("the QR", func(s desk.Snapshot) bool { return s.ScreenKind == casework.ScreenQR && s.Case.Request != nil })
	h.must(h.phone.AnswerRequest(h.ctx, h.last.Case.Request.Link, true))
	h.stage(desk.StageReview)
	return id
}

// TestCountersOfBothSuitesServeByCodeByQRAndByPaperOnOneLedger: the centre and
// its node are the same; each counter's cases prove themselves in its own suite.
func TestCountersOfBothSuitesServeByCodeByQRAndByPaperOnOneLedger(t *testing.T) {
	h := hallIn(t, protocol.Suite2, 2*time.Minute, sample, "")
	onPaper := slices.DeleteFunc(wholeCase(), func(k casework.StepKind) bool { return k == casework.Retrieved })
	three := func(suite protocol.Suite) {
		t.Helper()
		code := h.served()
		h.proved(code, wholeCase()...)
		qr := h.scanned()
		h.confirmed()
		h.finished()
		h.settled()
		h.proved(qr, wholeCase()...)
		paper := h.opened()
		h.onPaper(h.acts("代办人测试甲", "11010519491231002X"))
		h.confirmed()
		h.finished()
		h.settled()
		h.proved(paper, onPaper...)
		for _, id := range []casework.CaseID{code, qr, paper} {
			h.inSuite(id, suite)
		}
	}
	three(protocol.Suite2)
	h.sent()
	last := h.last.Case.ID
	own, err := h.counter.Bundle(h.ctx, last)
	h.must(err)
	kept, err := os.ReadFile(filepath.Join(h.far.Home, "keys", "evidence-sm2.key"))
	h.must(err)
	seed, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(kept)))
	h.must(err)
	auditor, err := protocol.DeriveSM2Key(seed, centre.EvidenceLabel)
	h.must(err)
	sealed, err := os.ReadFile(h.copyOf(last))
	h.must(err)
	copied, err := protocol.OpenFor(auditor.(crypto.Decrypter), counter.EvidenceInfo, sealed)
	h.must(err)
	of, _, err := bundle.Read(own)
	h.must(err)
	copyOf, _, err := bundle.Read(copied)
	h.must(err)
	if !reflect.DeepEqual(of, copyOf) { // their manifests are signed by SM2, anew each time
		h.t.Error("the copy is another bundle than the counter's own")
	}

	h.must(h.counter.Close())
	other, err := counter.LoadIdentityOf(filepath.Join(t.TempDir(), "other"), protocol.Suite1)
	h.must(err)
	key, err := other.Public()
	h.must(err)
	h.must(h.centre.Enrol(h.ctx, "dongcheng", "13", key))
	h.near.Dir, h.near.Identity, h.near.Counter = t.TempDir(), other, "13"
	h.start()
	three(protocol.Suite1)
}

// TestACounterOfSuite2IsUnboundAndGoesOnAfterARestart: revocations reach it over
// its connection key, and its journal opens again.
func TestACounterOfSuite2IsUnboundAndGoesOnAfterARestart(t *testing.T) {
	h := hallIn(t, protocol.Suite2, time.Minute, sample, "")
	id := h.authorized()
	h.settled()
	h.must(h.counter.Close())
	again, err := counter.LoadIdentityOf(h.near.Dir, protocol.Suite2)
	h.must(err)
	h.near.Identity = again
	h.start()
	h.until("the case is there", func(s desk.Snapshot) bool { return len(s.Unfinished) == 1 && s.Pad.State == desk.Good })
	h.must(h.desk.Resume(h.ctx, id))
	h.stage(desk.StageReview)
	h.revoke(id)
	h.until("it is unbound", func(s desk.Snapshot) bool { return s.Stage == desk.StageEnded })
	h.settled()
	h.proved(id, casework.Opened, casework.Authorized, casework.Retrieved, casework.Abandoned)
}

func TestACounterNeverChangesItsSuite(t *testing.T) {
	for _, suite := range []protocol.Suite{protocol.Suite1, protocol.Suite2} {
		dir := t.TempDir()
		made, err := counter.LoadIdentityOf(dir, suite)
		if err != nil || made.Suite() != suite {
			t.Fatalf("suite %d: %v", suite, err)
		}
		if _, err := counter.LoadIdentityOf(dir, 3-suite); casework.KindOf(err) != casework.SuiteFixed {
			t.Errorf("keys of suite %d are taken for the other's: %v", suite, err)
		}
		found, err := counter.LoadIdentity(dir)
		key, _ := made.Public()
		same, err2 := found.Public()
		if err != nil || err2 != nil || !bytes.Equal(same.Passed(), key.Passed()) || found.Master != made.Master || found.Pseudonym("0317") != made.Pseudonym("0317") {
			t.Errorf("suite %d: other keys the second time: %v %v", suite, err, err2)
		}
		if _, err := counter.LoadIdentityOf(dir, 3); casework.KindOf(err) != casework.UnsupportedSuite {
			t.Errorf("an unknown suite: %v", err)
		}
	}
}

// TestTheKeysOfSuite2TellNothingOfEachOther: one secret, three keys.
func TestTheKeysOfSuite2TellNothingOfEachOther(t *testing.T) {
	dir := t.TempDir()
	id, err := counter.LoadIdentityOf(dir, protocol.Suite2)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := keep.Open(t.Context(), filepath.Join(dir, "device.key"), keep.Means{})
	if err != nil || opened.Secret.Suite != protocol.Suite2 {
		t.Fatalf("the key file is of suite %d, %v", opened.Secret.Suite, err)
	}
	kept := append([]byte{2}, opened.Secret.Device...)
	line := id.Connection.(ed25519.PrivateKey)
	if bytes.Equal(line.Seed(), kept[1:]) || bytes.Equal(line.Seed(), id.Master[:]) || bytes.Equal(id.Master[:], kept[1:]) {
		t.Error("two of the keys are one")
	}
	asFirst := t.TempDir()
	if err := os.WriteFile(filepath.Join(asFirst, "device.key"), kept[1:], 0o600); err != nil {
		t.Fatal(err)
	}
	first, err := counter.LoadIdentity(asFirst)
	if err != nil || first.Master == id.Master || first.Device.(ed25519.PrivateKey).Equal(line) {
		t.Errorf("the same secret gives the other suite's keys: %v", err)
	}
}
