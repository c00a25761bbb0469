package audit_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/chain"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/audit"
	"counterfoil/sync/ledger/receipt"
)

func sealed(t *testing.T, d audit.Day) []byte {
	t.Helper()
	raw, err := audit.Sign(key(9), d)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestAReportIsBoundToItsSigner(t *testing.T) {
	c := found(t)
	s := c.serve(c.start, whole()...)
	d := reconciled(t, c, audit.Told{Own: c.list(s).own(c.client(c.node.URL()))})
	raw := sealed(t, d)
	back, err := audit.Open(raw, public(key(9)))
	if err != nil || back.Cases != d.Cases || len(back.List) != len(d.List) || back.Ground.State != d.Ground.State || back.Auditor.ID() != public(key(9)).ID() {
		t.Fatalf("%+v, %v", back, err)
	}
	if _, err := audit.Open(raw, public(key(8))); err == nil {
		t.Error("another signer's")
	}
	for i := range raw {
		bad := bytes.Clone(raw)
		bad[i] ^= 1
		if _, err := audit.Read(bad); err == nil {
			t.Fatalf("byte %d may be changed", i)
		}
	}
	if _, err := audit.Read(c.list(s).signed(c.counter)); err == nil {
		t.Error("a counter's list passes for a report")
	}
}

// TestAReportIsCheckedWithoutANode: what it stands on is proved, and an auditor
// who signs another list of cases, another state or another header is found out.
func TestAReportIsCheckedWithoutANode(t *testing.T) {
	c := found(t)
	c.serve(c.start, whole()...)
	c.serve(c.start, casework.Opened)
	d := reconciled(t, c, audit.Told{})
	empty, err := audit.Reconcile(t.Context(), c.client(c.node.URL()), audit.Of{Hall: "dongcheng", Counter: "13", Day: c.of().Day}, audit.Told{})
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []audit.Day{d, empty} {
		back, err := audit.Read(sealed(t, day))
		if err == nil {
			err = back.Check(c.pinned())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, change := range map[string]func(*audit.Day){
		"a case less":             func(d *audit.Day) { d.List, d.Cases = d.List[:1], 1 },
		"a case less, counted":    func(d *audit.Day) { d.List = d.List[:1] },
		"another order":           func(d *audit.Day) { slices.Reverse(d.List) },
		"another case":            func(d *audit.Day) { d.List[0].Case = casework.CaseID(protocol.NewID()) },
		"no record of the day":    func(d *audit.Day) { d.List, d.Cases, d.Ground.Record = nil, 0, nil },
		"another counter's":       func(d *audit.Day) { d.Counter = "13" },
		"another day":             func(d *audit.Day) { d.Day = "20200101" },
		"another height":          func(d *audit.Day) { d.Ground.Height++ },
		"another state":           func(d *audit.Day) { d.Ground.State = hex.EncodeToString(make([]byte, 32)) },
		"another time":            func(d *audit.Day) { d.Time = d.Time.Add(time.Second) },
		"another header":          func(d *audit.Day) { d.Ground.Header.Header.AppHash = make([]byte, 32) },
		"a header nobody signed":  func(d *audit.Day) { d.Ground.Header.Signatures = d.Ground.Header.Signatures[:0] },
		"another chain":           func(d *audit.Day) { d.Chain = "x" },
		"other trusted nodes":     func(d *audit.Day) { d.Ground.Trust = hex.EncodeToString(make([]byte, 32)) },
		"a proof of another kind": func(d *audit.Day) { d.Ground.Proof = empty.Ground.Proof },
	} {
		bad, err := audit.Read(sealed(t, d))
		if err != nil {
			t.Fatal(err)
		}
		change(&bad)
		if bad, err = audit.Read(sealed(t, bad)); err != nil {
			t.Fatal(err)
		}
		if err := bad.Check(c.pinned()); err == nil {
			t.Errorf("%s: it holds", name)
		}
	}
	other := c.pinned()
	other.Validators[0].Key = bytes.Repeat([]byte{7}, 32)
	if err := d.Check(other); err == nil {
		t.Error("somebody who trusts other validators takes it")
	}
}

// TestAReportIsCheckedAfterTheValidatorsChanged: it carries the links from the
// validators that were pinned when the ledger was founded.
func TestAReportIsCheckedAfterTheValidatorsChanged(t *testing.T) {
	c := newCity(t)
	homes := []string{t.TempDir(), t.TempDir()}
	var keys []chain.Keys
	for _, home := range homes {
		k, err := chain.MakeKeys(home)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, k)
	}
	id, err := hex.DecodeString(keys[0].NodeID)
	if err != nil {
		t.Fatal(err)
	}
	genesis, err := chain.Founding{Chain: testChain, Time: c.start.Add(-time.Minute), Authority: public(c.authority),
		Halls: []chain.FoundingHall{{Hall: "dongcheng", Admin: public(c.admin), Validator: keys[0].Validator, Power: 10, Node: id}}}.Genesis()
	if err != nil {
		t.Fatal(err)
	}
	c.options = chain.Options{Home: homes[0], Genesis: genesis, RPC: "127.0.0.1:0", P2P: "127.0.0.1:0", Loopback: true}
	c.begin()
	c.serve(c.start, whole()...)
	c.state(c.admin, protocol.SetHall(testChain, "dongcheng", protocol.HallState{Admin: public(c.admin), Validator: keys[1].Validator, Power: 10, Node: id}, 1, c.start))
	c.proved() // the last block that the old key signs
	if err := c.node.Stop(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join("node", "config", "priv_validator_key.json")
	raw, err := os.ReadFile(filepath.Join(homes[1], name))
	if err == nil {
		err = os.WriteFile(filepath.Join(homes[0], name), raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.run()
	c.serve(c.start, casework.Opened)
	d := reconciled(t, c, audit.Told{})
	back, err := audit.Read(sealed(t, d))
	if err != nil || back.Cases != 2 || len(back.Ground.Links) != 1 {
		t.Fatalf("%d cases, %d links: %v", back.Cases, len(back.Ground.Links), err)
	}
	if err := back.Check(c.pinned()); err != nil {
		t.Error(err)
	}
	back.Ground.Links = nil
	if err := back.Check(c.pinned()); err == nil {
		t.Error("the new validators are trusted without a link")
	}
}

// FuzzAReportOfAStranger: whatever an auditor signs is refused or is a page, and never
// holds where it proves nothing.
func FuzzAReportOfAStranger(f *testing.F) {
	trust := receipt.Trust{ChainID: testChain, Validators: []receipt.Validator{{Key: receipt.Hex(public(key(7)).Bytes), Power: 10}}}
	mark, err := trust.Fingerprint()
	if err != nil {
		f.Fatal(err)
	}
	day := `{"chain":"` + testChain + `","hall":"dongcheng","counter":"12","day":"20261125","ground":{"trust":"` + mark + `","height":1,"state":"00",`
	for _, rest := range []string{`"header":{"signatures":[null]},"proof":"AA=="}}`, `"links":[{"signatures":[null],"validators":[{"key":"00","power":1}]}]}}`,
		`"record":"oA==","header":{"header":{"height":2}}},"entries":{"opened":1},"list":[{"case":"","steps":null,"opened":"9999-01-01T00:00:00Z"}],"findings":[{"kind":"","zh":"","en":"","case":"x"}]}`} {
		f.Add([]byte(day + rest))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		var d audit.Day
		if json.Unmarshal(payload, &d) != nil {
			return
		}
		d.Format = audit.Format
		raw, err := audit.Sign(key(9), d)
		if err != nil {
			return
		}
		back, err := audit.Open(raw, public(key(9)))
		if err != nil {
			t.Fatalf("what was signed is not read: %v", err)
		}
		if back.Check(trust) == nil {
			t.Fatal("a report without a proof holds")
		}
		for _, language := range []string{"zh-CN", "en"} {
			if err := back.Page(io.Discard, language); err != nil {
				t.Fatalf("%s: %v", language, err)
			}
		}
	})
}
