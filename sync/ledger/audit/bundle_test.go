package audit_test

import (
	"bytes"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger/audit"
	"counterfoil/sync/ledger/bundle"
	"counterfoil/sync/ledger/receipt"
)

// bundled is the evidence bundle of a case, with the receipts that a client gets.
func (c *city) bundled(s served) []byte {
	c.t.Helper()
	m := bundle.Material{Entries: s.raws, Trust: c.trust}
	client := c.client(c.node.URL())
	for _, d := range s.digests {
		_, r, err := client.Entry(c.t.Context(), d)
		if err != nil {
			c.t.Fatal(err)
		}
		m.Receipts = append(m.Receipts, r.Raw) // none for an entry that the ledger does not have
	}
	var out bytes.Buffer
	if err := bundle.Write(&out, c.counter, m); err != nil {
		c.t.Fatal(err)
	}
	return out.Bytes()
}

func (c *city) verifier() *receipt.Verifier {
	c.t.Helper()
	v, err := c.pinned().Follow()
	if err != nil {
		c.t.Fatal(err)
	}
	return v
}

// TestBundlesSayWhatTheCounterHas: those of that day and counter, and their
// receipts only as far as they verify.
func TestBundlesSayWhatTheCounterHas(t *testing.T) {
	c := found(t)
	s, copied, old := c.serve(c.start, whole()...), c.serve(c.start, casework.Opened), c.serve(c.start.AddDate(0, 0, -1), casework.Opened)
	own := &audit.Own{}
	for _, one := range []struct {
		served
		ofTheDay bool
	}{{s, true}, {old, false}} {
		if taken, err := own.AddBundle(c.of(), c.verifier(), c.bundled(one.served)); err != nil || taken != one.ofTheDay {
			t.Fatalf("%v, %v", taken, err)
		}
	}
	d := reconciled(t, c, audit.Told{Own: own})
	if d.Serious() != 1 || !has(d, audit.UnknownToCounter, copied.id) || !d.Compared {
		t.Errorf("%+v", d.Findings)
	}
	raw := c.bundled(s)
	raw[len(raw)/2] ^= 1
	if _, err := own.AddBundle(c.of(), c.verifier(), raw); err == nil {
		t.Error("an altered bundle is taken")
	}
	foreign := newCity(t)
	foreign.options = c.options
	foreign.options.Home = t.TempDir()
	foreign.begin()
	if _, err := own.AddBundle(c.of(), c.verifier(), foreign.bundled(foreign.serve(c.start, casework.Opened))); casework.KindOf(err) != casework.WrongReceipt {
		t.Errorf("receipts of other validators: %v", err)
	}
}
