package chain

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func startNode(t testing.TB, o Options) *Node {
	t.Helper()
	n, err := Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Stop() })
	return n
}

func submit(t testing.TB, n *Node, raw []byte) int64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	digest, height, err := n.Submit(ctx, raw)
	if err != nil || digest != protocol.DigestOf(raw) {
		t.Fatalf("submit: %v", err)
	}
	return height
}

func TestANodeRestartsOnItsHomeAndReachesTheSameHash(t *testing.T) {
	c := newCity(time.Now())
	home := t.TempDir()
	n := startNode(t, c.options(home))
	for _, raw := range c.founding(t) {
		submit(t, n, raw)
	}
	h := c.history(t)
	var heights []int64
	var raws [][]byte
	for _, kind := range whole()[:3] {
		raws = append(raws, h.write(kind))
		heights = append(heights, submit(t, n, raws[len(raws)-1]))
	}
	trust, before := string(n.Trust()), n.app.head.Hash
	if err := n.Stop(); err != nil {
		t.Fatalf("stop: %v", err)
	}
	if _, _, err := n.Submit(context.Background(), h.write(casework.Confirmed)); err != ErrStopped {
		t.Fatalf("a stopped node says %v", err)
	}

	n = startNode(t, c.options(home))
	if n.app.head.Hash != before || string(n.Trust()) != trust {
		t.Fatal("the restarted node stands elsewhere")
	}
	for i, raw := range raws {
		if got := submit(t, n, raw); got != heights[i] {
			t.Fatalf("entry %d stands at %d, not at %d", i+1, got, heights[i])
		}
	}
	if err := n.Stop(); err != nil {
		t.Fatalf("stop: %v", err)
	}
	if err := os.RemoveAll(filepath.Join(home, "node", "data", "application.db")); err != nil {
		t.Fatal(err)
	}
	n = startNode(t, c.options(home))
	if n.app.head.Hash != before {
		t.Fatal("the replay from the genesis reaches another hash")
	}
	for _, kind := range whole()[4:] { // the confirmation was signed, not recorded
		if _, _, err := n.Submit(context.Background(), h.write(kind)); casework.KindOf(err) != casework.WrongSequence {
			t.Fatalf("a gap is answered with %v", err)
		}
	}
}

func TestADamagedOrForeignHomeIsRefused(t *testing.T) {
	c := newCity(time.Now())
	home := t.TempDir()
	n := startNode(t, c.options(home))
	if _, err := Start(context.Background(), c.options(home)); err == nil {
		t.Fatal("two nodes on one home")
	}
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	other := c.options(home)
	other.Chain = "another"
	authority := c.options(home)
	authority.Authority = public(seeded(9))
	early := c.options(home)
	early.Now = func() time.Time { return c.start.Add(-time.Hour) }
	for name, o := range map[string]Options{"chain": other, "authority": authority, "beginning": early} {
		if _, err := Start(context.Background(), o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	state := filepath.Join(home, "node", "data", "priv_validator_state.json")
	if err := os.WriteFile(state, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(context.Background(), c.options(home)); err == nil || !strings.Contains(err.Error(), "priv_validator_state.json") {
		t.Errorf("empty state file: %v", err)
	}
	if err := os.Remove(state); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(context.Background(), c.options(home)); err == nil {
		t.Error("a missing state file is taken")
	}
}
