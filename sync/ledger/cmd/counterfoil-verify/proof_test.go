package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/bundle"
)

// downloaded is a proof as the phone's page gives it, of the n-th entry of the kept
// case.
func downloaded(t *testing.T, n int, change func(*protocol.Proof)) string {
	t.Helper()
	raw, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := bundle.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	p := protocol.Proof{Format: protocol.ProofFormat, Entry: m.Entries[n], Receipt: m.Receipts[n], Trust: m.Trust}
	change(&p)
	if raw, err = json.Marshal(p); err != nil {
		t.Fatal(err)
	}
	return file(t, append(raw, '\n'))
}

func TestACitizensProofIsToldInALineAndItsExitSaysWhetherItHolds(t *testing.T) {
	for words, try := range map[string]struct {
		change func(*protocol.Proof)
		code   int
		says   string
	}{
		"as it was downloaded": {func(*protocol.Proof) {}, 0, "entry 7 submitted, hall "},
		"an altered entry":     {func(p *protocol.Proof) { p.Entry[len(p.Entry)-1] ^= 1 }, 1, "the path does not lead from the entry"},
		"another trust":        {func(p *protocol.Proof) { p.Trust = []byte("{}") }, 1, "DOES NOT HOLD"},
		"no receipt":           {func(p *protocol.Proof) { p.Receipt = nil }, 1, "the file is no proof"},
		"another version":      {func(p *protocol.Proof) { p.Format = 2 }, 1, "another version"},
	} {
		code, out, errs := verified(downloaded(t, 6, try.change))
		if code != try.code || !strings.Contains(out, try.says) || errs != "" {
			t.Errorf("%s: %d\n%s%s", words, code, out, errs)
		}
	}
	name := downloaded(t, 0, func(p *protocol.Proof) { p.Trust = []byte("{}") })
	if code, out, _ := verified("-trust", trust, name); code != 0 || !strings.Contains(out, "(given)") {
		t.Errorf("with the halls' own document: %d\n%s", code, out)
	}
}
