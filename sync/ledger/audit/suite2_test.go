package audit_test

import (
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/audit"
)

// TestCountersOfBothSuitesAreTracedAndSummedUp: an auditor asks the ledger by the
// entries' own digests, SHA-256 of one counter and SM3 of the other, and follows
// each case by its counter's suite.
func TestCountersOfBothSuitesAreTracedAndSummedUp(t *testing.T) {
	c := found(t)
	device, err := protocol.DeriveSM2Key(key(21).Seed(), "test")
	if err != nil {
		t.Fatal(err)
	}
	second, err := protocol.CounterKey(device, key(21))
	if err != nil {
		t.Fatal(err)
	}
	c.state(c.admin, protocol.EnrolKey(testChain, "dongcheng", "22", second, c.start))
	mine, theirs := c.serve(c.start, whole()...), c.serveAt("22", device, c.start, whole()...)
	client := c.client(c.node.URL())
	for suite, s := range map[protocol.Suite]served{protocol.Suite1: mine, protocol.Suite2: theirs} {
		got, err := audit.Case(t.Context(), client, s.id)
		if err != nil || len(got.Faults) > 0 || got.State != casework.StateSubmitted || len(got.Entries) != len(s.digests) {
			t.Fatalf("suite %d: %+v, %v", suite, got, err)
		}
		for i, e := range got.Entries {
			if e.Digest != suite.Digest(s.raws[i]) || !e.Proved || e.KeyState != "enrolled" {
				t.Errorf("suite %d, entry %d: %+v", suite, i+1, e)
			}
		}
		if len(got.Grants) != 1 || !got.Grants[0].Proved {
			t.Errorf("suite %d: grants %+v", suite, got.Grants)
		}
	}
}
