package ledger_test

import (
	"bytes"
	"encoding/hex"
	"testing"
	"time"

	"counterfoil/app/centre/chain"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

// TestANodeBeforeTheFirstBlockIsNoLiar asks a node that waits for the other half
// of its validators.
func TestANodeBeforeTheFirstBlockIsNoLiar(t *testing.T) {
	home := t.TempDir()
	keys, err := chain.MakeKeys(home)
	if err != nil {
		t.Fatal(err)
	}
	id, err := hex.DecodeString(keys.NodeID)
	if err != nil {
		t.Fatal(err)
	}
	key := func(b byte) protocol.PublicKey {
		return protocol.PublicKey{Suite: protocol.Suite1, Bytes: bytes.Repeat([]byte{b}, 32)}
	}
	genesis, err := chain.Founding{Chain: "young", Time: time.Now(), Authority: key(1), Halls: []chain.FoundingHall{
		{Hall: "dongcheng", Admin: key(2), Validator: keys.Validator, Power: 10, Node: id},
		{Hall: "xicheng", Admin: key(3), Validator: key(4).Bytes, Power: 10},
	}}.Genesis()
	if err != nil {
		t.Fatal(err)
	}
	n, err := chain.Start(t.Context(), chain.Options{Home: home, Genesis: genesis, RPC: "127.0.0.1:0", P2P: "127.0.0.1:0", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Stop() })
	trust, err := receipt.ParseTrust(n.Trust())
	if err != nil {
		t.Fatal(err)
	}
	s := ledger.New(ledger.Options{Nodes: []string{n.URL()}, Trust: trust}).Health(t.Context())
	if !s.Reachable || s.Trouble != ledger.None || s.Nodes[0].Trouble != ledger.None {
		t.Errorf("%+v", s)
	}
}
