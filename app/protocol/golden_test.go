package protocol_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// goldenEntry returns the same entry of a kind in every run.
func goldenEntry(kind casework.StepKind) casework.Entry {
	e := casework.Entry{Chain: "counterfoil-golden-1", Case: "00112233445566778899aabbccddeeff", Seq: 2, Kind: kind, Time: time.UnixMilli(1763870400123).UTC(),
		Hall: "dongcheng", Counter: "12", Clerk: "clerk-7", Prev: filled(1)}
	if kind == casework.Opened {
		e.Seq, e.Prev = 1, casework.Digest{}
	}
	grant := casework.GrantID("ffeeddccbbaa99887766554433221100")
	e.Body = map[casework.StepKind]casework.Body{
		casework.Opened:       {Item: filled(2), Demands: casework.Demands{Signature: true, Photo: casework.PhotoRequired}},
		casework.Authorized:   {Item: filled(3), Grant: grant, Method: casework.ByQR},
		casework.Retrieved:    {Item: filled(3), Grant: grant, Licences: []casework.LicenceCommitment{{Kind: filled(4), Original: filled(5)}, {Kind: filled(6), Original: filled(7)}}},
		casework.Confirmed:    {Fields: filled(8), Picture: filled(9)},
		casework.Signed:       {Confirmation: filled(10), Ink: filled(11)},
		casework.Photographed: {Photo: filled(12)},
		casework.Submitted:    {Whole: filled(13)},
		casework.Abandoned:    {Reason: casework.CitizenLeft},
	}[kind]
	return e
}

// goldenPaper is an authorization by paper originals, by somebody who acts.
func goldenPaper() casework.Entry {
	e := goldenEntry(casework.Authorized)
	e.Body = casework.Body{Item: filled(16), Method: casework.ByPaper, Originals: filled(17), Acting: filled(18)}
	return e
}

func goldenInk() casework.Ink {
	return casework.Ink{Pad: casework.PadIdentity{Model: "STU-540", Serial: "EMU0000001", Firmware: "1.8", Transport: "emulator", Width: 800, Height: 480, MaxX: 10800, MaxY: 6480, MaxP: 1023, Rate: 200, Colour: true},
		Started: time.UnixMilli(1763870400123).UTC(), Lost: 1, Document: filled(14), Samples: []casework.PenSample{
			{X: 5000, Y: 3000, Pressure: 400, Near: true, Down: true, Seq: 7},
			{X: 4990, Y: 3300, Pressure: 410, Near: true, Down: true, Time: 5 * time.Millisecond, Seq: 9},
			{Time: 10 * time.Millisecond, Seq: -1}}}
}

// golden returns what must never change, by name. Signing with Ed25519 gives
// the same bytes every time, so that whole signed entries can be compared.
func golden(t *testing.T) map[string][]byte {
	key, all := testKey("counter"), map[string][]byte{}
	keep := func(name string, b []byte, err error) {
		if err != nil {
			t.Fatal(name, err)
		}
		all[name] = b
	}
	for _, kind := range casework.StepKinds() {
		raw, _, err := protocol.SignEntry(key, goldenEntry(kind))
		keep("entry-"+string(kind), raw, err)
	}
	acted := goldenEntry(casework.Authorized)
	acted.Body.Acting = filled(16)
	raw, _, err := protocol.SignEntry(key, acted)
	keep("entry-authorized-acting", raw, err)
	raw, _, err = protocol.SignEntry(key, goldenPaper())
	keep("entry-authorized-paper", raw, err)
	at := time.UnixMilli(1763870400123).UTC()
	grant := casework.Grant{ID: "ffeeddccbbaa99887766554433221100", Item: "SAMPLE-0001", Hall: "dongcheng", From: at, Until: at.Add(2 * time.Hour), Salt: filled(15),
		Needs: []casework.LicenceNeed{{Kind: "business-licence"}, {Kind: "id-card"}}}
	for name, s := range map[string]protocol.Statement{
		"statement-grant-registered": protocol.RegisterGrant("counterfoil-golden-1", protocol.Suite1, grant, at),
		"statement-grant-revoked":    protocol.RevokeGrant("counterfoil-golden-1", grant.ID, at),
		"statement-key-enrolled":     protocol.EnrolKey("counterfoil-golden-1", "dongcheng", "12", publicOf(testKey("enrolled")), at),
		"statement-key-withdrawn":    protocol.WithdrawKey("counterfoil-golden-1", "dongcheng", publicOf(testKey("enrolled")).ID(), at),
	} {
		raw, _, err := protocol.SignStatement(key, s)
		keep(name, raw, err)
	}
	ink, err := protocol.EncodeInk(goldenInk())
	keep("ink", ink, err)
	encrypted := goldenInk()
	encrypted.Pad.Encryption = "rsa-2048+aes-256"
	ink, err = protocol.EncodeInk(encrypted)
	keep("ink-encrypted", ink, err)
	item, whole := protocol.Suite1.CommitItem(filled(15), "SAMPLE-0001"), protocol.Suite1.WholeOf([]casework.Digest{filled(1), filled(2)})
	kind := protocol.Suite1.CommitKind(filled(15), "id-card")
	keep("commitment-item", item[:], nil)
	keep("commitment-kind", kind[:], nil)
	keep("whole", whole[:], nil)
	for name, s := range map[string][32]byte{"commitment-item": [32]byte(protocol.Suite2.CommitItem(filled(15), "SAMPLE-0001")), "commitment-kind": [32]byte(protocol.Suite2.CommitKind(filled(15), "id-card")),
		"whole": [32]byte(protocol.Suite2.WholeOf([]casework.Digest{filled(1), filled(2)}))} {
		keep("suite2-"+name, s[:], nil)
	}
	second, err := protocol.CounterKey(secondKey("counter"), testKey("connection"))
	keep("suite2-key", second.Passed(), err)
	raw, _, err = protocol.SignStatement(key, protocol.EnrolKey("counterfoil-golden-1", "dongcheng", "12", second, at))
	keep("suite2-statement-key-enrolled", raw, err)
	return all
}

// TestTheEncodingHasNotChanged compares with the bytes in testdata. When one
// differs, what was signed before can no longer be checked: a new version of the
// encoding is due, never a new golden file.
func TestTheEncodingHasNotChanged(t *testing.T) {
	for name, got := range golden(t) {
		text, err := os.ReadFile(filepath.Join("testdata", name+".hex"))
		if err != nil {
			t.Errorf("%s: no golden file; the bytes are\n%x", name, got)
			continue
		}
		want, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", ""))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is now\n%x", name, got)
		}
	}
}

// TestGoldenEntriesStillOpen reads the old bytes, not today's.
func TestGoldenEntriesStillOpen(t *testing.T) {
	named := map[string]casework.StepKind{"authorized-acting": casework.Authorized, "authorized-paper": casework.Authorized}
	for _, kind := range casework.StepKinds() {
		named[string(kind)] = kind
	}
	for name, kind := range named {
		text, err := os.ReadFile(filepath.Join("testdata", "entry-"+name+".hex"))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", ""))
		if err != nil {
			t.Fatal(err)
		}
		e, env, err := protocol.OpenEntry(raw)
		if err != nil || env.Verify(publicOf(testKey("counter"))) != nil || e.Kind != kind {
			t.Errorf("%s: %v", name, err)
		}
		if want := name == "authorized-acting"; want && e.Body.Acting.IsZero() {
			t.Errorf("%s: nobody acts", name)
		}
	}
}

// TestGoldenEntriesOfSuite2StillOpenAndAreMadeTheSame: SM2's signature is another
// one every time, so the old bytes are compared without it, and verified with it.
// Their digests stand beside them.
func TestGoldenEntriesOfSuite2StillOpenAndAreMadeTheSame(t *testing.T) {
	for _, kind := range []casework.StepKind{casework.Opened, casework.Retrieved, casework.Submitted} {
		made, _, err := protocol.SignEntry(secondKey("counter"), goldenEntry(kind))
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join("testdata", "suite2-entry-"+string(kind)+".hex"))
		if err != nil {
			t.Errorf("%s: no golden file; the bytes are\n%x\n%s", kind, made, protocol.DigestOf(made))
			continue
		}
		lines := strings.Fields(string(text))
		raw, err := hex.DecodeString(lines[0])
		if err != nil || !bytes.Equal(unsigned(raw), unsigned(made)) {
			t.Errorf("%s is now\n%x", kind, made)
		}
		e, env, err := protocol.OpenEntry(raw)
		if err != nil || env.Suite != protocol.Suite2 || env.Verify(publicOf(secondKey("counter"))) != nil || e.Kind != kind {
			t.Errorf("%s: %v", kind, err)
		}
		if protocol.DigestOf(raw).String() != lines[1] {
			t.Errorf("%s: its digest is now %s", kind, protocol.DigestOf(raw))
		}
	}
}
